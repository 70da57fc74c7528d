/** The flags of the mlx backend, as data: how its server is started, and when it is started again. */

import type { Flags } from "../flags.ts";
import { integer, seconds, text, toggle } from "./standard.ts";

export const mlx: Flags = {
  "mlx-command": {
    kind: text,
    value: "COMMAND",
    help: "what starts mlx_lm.server (else what is installed); our flags are added to it",
  },
  "mlx-port": {
    kind: integer(1, 65_535),
    value: "PORT",
    help: "the port of a server that we start (else a free one)",
    example: "8080",
  },
  "mlx-load-timeout": {
    kind: seconds(1),
    value: "TIME",
    help: "how long mlx may load without a new line in its log",
    default: "2m",
    aliases: ["BRAINLAYER_MLX_RESTART_WAIT"],
  },
  "mlx-restarts": {
    kind: integer(0, 1e6),
    value: "N",
    help: "restarts within --mlx-restart-window after which mlx is given up; steady work resets them",
    default: "5",
  },
  "mlx-restart-window": {
    kind: seconds(1),
    value: "TIME",
    help: "how long a restart of mlx counts",
    default: "10m",
  },
  "mlx-restart-pause": {
    kind: seconds(1),
    value: "TIME",
    help: "the pause before the first restart of mlx; it doubles up to --mlx-restart-pause-max",
    default: "1s",
  },
  "mlx-restart-pause-max": {
    kind: seconds(1),
    value: "TIME",
    help: "the longest pause before a restart of mlx",
    default: "60s",
  },
  "mlx-grace": {
    kind: seconds(1),
    value: "TIME",
    help: "between SIGTERM and SIGKILL, when mlx is ended",
    default: "5s",
  },
  "mlx-auto-restart": {
    kind: toggle,
    help: "start mlx again when it dies or hangs; 0 in the environment turns it off",
    default: "true",
    aliases: ["BRAINLAYER_MLX_AUTO_RESTART"],
  },
  "recycle-tokens": {
    kind: integer(1, 1e12),
    value: "N",
    help: "start mlx afresh, at an idle moment, after it has written so many tokens",
    default: "200000",
  },
};
