/** Puts together the mlx backend: a server that runs already, or one of ours, kept alive by a supervisor. It only wires. */

import { parseAddress } from "../backends/address.ts";
import type { Backend, Question } from "../backends/backend.ts";
import { mlxBackend } from "../backends/mlx.ts";
import { openaiBackend } from "../backends/openai.ts";
import { listensWithin } from "../backends/reach.ts";
import type { Timeouts } from "../backends/watchdog.ts";
import type { Clock, Random } from "../core/clock.ts";
import type { RunEvent } from "../core/event.ts";
import { Problem } from "../core/problem.ts";
import { openRegister, type Register, registerIn } from "../store/servers.ts";
import {
  findLauncher,
  installMlx,
  type Launcher,
  launcherPlaces,
  launcherProblem,
  locateModel,
  noLauncher,
  usualModel,
} from "../supervisor/mlx.ts";
import { createSupervisor, type SupervisorParts } from "../supervisor/supervisor.ts";
import { warmUpProbe } from "./mlx-probe.ts";
import { acquireMlx, heartbeat, type MlxWish } from "./mlx-server.ts";
import { isRunning } from "./process.ts";

export interface MlxSettings {
  /** Null: look for what is installed. */
  readonly command: string | null;
  readonly port: number | null;
  /** Null: by what was observed. */
  readonly stallMs: number | null;
  readonly loadMs: number;
  readonly pauseMs: number;
  readonly pauseMaxMs: number;
  /** How long a restart counts. */
  readonly windowMs: number;
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  readonly restartsMax: number;
  readonly recycleTokens: number;
  /** Where the machine's runs keep what they know of each other's servers. */
  readonly folder: () => string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface MlxParts {
  readonly settings: MlxSettings;
  readonly url: string | null;
  readonly model: string | null;
  readonly apiKey: string | null;
  /** Null: not looked for yet. To look again would start Python once more. */
  readonly launcher: Launcher | null;
  readonly timeouts: Timeouts;
  /** With the fixed text of every question, so that it is in the server's cache before the first one. */
  readonly warmUp: Question;
  readonly parallel: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: (event: RunEvent) => void;
  readonly signal: AbortSignal;
}

/** A server on this machine accepts at once, or is not there. */
const lookMs = 1_000;
/** A log may say something every moment; nobody wants to read all of it. */
const loadingMs = 5_000;

/** Throws a Problem of kind `no_backend` where there is neither a server nor anything to start one with. */
export async function chooseMlx(parts: MlxParts): Promise<Backend> {
  const { settings, url, clock, random, model: named } = parts;
  const address = url === null ? null : parseAddress(url);
  const launcher = parts.launcher ?? (await findLauncher(settings.command, settings.env));
  const model = locateModel(named ?? usualModel(settings.env), settings.env);
  const wish = JSON.stringify([launcher?.command ?? [], model.name]);
  const waiting = { clock, random, timeoutMs: 10_000 };
  const register = await openRegister(registerIn(settings.folder()), waiting);
  try {
    const isUp = address !== null && (await listensWithin(address, lookMs, clock));
    if (url !== null && isUp && !(await isOneOfOurs(register, wish, address?.port ?? 0))) {
      register.close();
      return openaiBackend({ ...clientOf(parts), name: "mlx", url, model: named });
    }
    const problem = launcher === null ? notInstalled(url) : launcherProblem(launcher, settings.env);
    if (launcher === null || problem !== null) throw problem;
    const port = settings.port ?? address?.port ?? null;
    return supervised(parts, { launcher, model, wish, register, port, folder: settings.folder() });
  } catch (error) {
    register.close();
    throw error;
  }
}

const clientOf = ({ apiKey, timeouts, clock }: MlxParts) => ({ apiKey, thinking: false, timeouts, clock });

async function isOneOfOurs(register: Register, wish: string, port: number): Promise<boolean> {
  const record = await register.read(wish);
  return record?.port === port && record.server !== null && (await isRunning(record.server));
}

function supervised(parts: MlxParts, wanted: MlxWish): Backend {
  const { clock, random, report, warmUp } = parts;
  const { model, register, wish } = wanted;
  const supervisor = createSupervisor({
    ...{ clock, random, concurrency: parts.parallel, policy: policyOf(parts.settings) },
    acquire: (concurrency) => acquireMlx({ ...wanted, clock, concurrency }),
    probe: warmUpProbe({ ...clientOf(parts), model: model.name, warmUp }),
    onChange: ({ from, to, cause, pid }) =>
      report({
        ...{ event: "supervisor.changed", backend: "mlx", from, to, pid },
        cause: cause === null ? "" : `${cause.kind}: ${cause.detail}`,
      }),
    onLoading: seldom(clock, (detail) => report({ event: "supervisor.loading", backend: "mlx", detail })),
    ...heartbeat(register, wish, clock),
  });
  return mlxBackend({
    ...{
      ...clientOf(parts),
      stopping: parts.signal,
      model: model.name,
      ensureReady: supervisor.ensureReady,
      isReady: supervisor.isReady,
      lastLines: supervisor.lastLines,
      restart: supervisor.restart,
    },
    close: async (signal) => {
      await supervisor.stop(signal);
      register.close();
    },
  });
}

function policyOf(settings: MlxSettings): SupervisorParts["policy"] {
  const { loadMs, stallMs, pauseMs, pauseMaxMs, windowMs, graceMs, restartsMax, recycleTokens } = settings;
  return {
    ...{ loadMs, stallMs, restartsMax, recycleTokens, graceMs },
    // A download of a large model on a slow line.
    loadMaxMs: 6 * 3_600_000,
    probeMs: Math.min(stallMs ?? Number.POSITIVE_INFINITY, 30_000),
    backoff: { baseMs: pauseMs, maxMs: Math.max(pauseMs, pauseMaxMs) },
    ...{ killsMax: 3, coldRestartsMax: 2, windowMs, steadyMs: 60_000, steadyAnswers: 50, missingMax: 3 },
  };
}

/** A download is told of at once, for it may be long; what is said besides, only when loading takes its time. */
function seldom(clock: Clock, tell: (text: string) => void): SupervisorParts["onLoading"] {
  let [toldMs, wasDownload] = [clock.nowMs(), false];
  return (text, isDownload) => {
    const isNew = isDownload && !wasDownload;
    if (!isNew && clock.nowMs() - toldMs < loadingMs) return;
    [toldMs, wasDownload] = [clock.nowMs(), isDownload];
    tell(text);
  };
}

function notInstalled(url: string | null): Problem {
  return new Problem(
    "no_backend",
    url === null ? noLauncher : `nothing answers there, and ${noLauncher}`,
    url ?? launcherPlaces,
    `install it, or name its command with --mlx-command:\n${installMlx.map((line) => `           ${line}`).join("\n")}`,
  );
}
