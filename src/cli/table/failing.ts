/** The flags for what becomes of failures, and of a backend that fails, as data. */

import type { Flags } from "../flags.ts";
import { integer, seconds, share, text } from "./standard.ts";

export const failing: Flags = {
  fallback: {
    kind: text,
    value: "NAME,…",
    help: "backends that go on while the first is down, each NAME or NAME=URL, or none",
    default: "none",
  },
  attempts: {
    kind: integer(1, 100),
    value: "N",
    help: "failures of its own after which a chunk is given up, if the backend is seen to be well",
    default: "3",
    aliases: ["BRAINLAYER_MAX_RETRIES"],
    aliasesAdd: 1,
  },
  "retry-base": {
    kind: seconds(0),
    value: "TIME",
    help: "the first retry comes within this, each later one within twice as long",
    default: "2s",
    aliases: ["BRAINLAYER_RETRY_BASE_DELAY"],
  },
  "retry-max": {
    kind: seconds(0),
    value: "TIME",
    help: "the longest wait for a retry",
    default: "30s",
    aliases: ["BRAINLAYER_RETRY_MAX_DELAY"],
  },
  "backend-wait": {
    kind: seconds(0),
    value: "TIME",
    help: "how long a backend may be gone, or overloaded, when no other works",
    default: "10m",
  },
  "cold-faults": {
    kind: integer(1, 1_000),
    value: "N",
    help: "faults in a row, before any answer, after which a backend is given up",
    default: "4",
  },
  "cold-refusals": {
    kind: integer(1, 1_000),
    value: "N",
    help: "refused questions in a row, before any answer, after which it is given up",
    default: "3",
  },
  "cold-pause": { kind: seconds(0), value: "TIME", help: "the first pause between them; it doubles", default: "500ms" },
  "cold-pause-max": { kind: seconds(0), value: "TIME", help: "the longest of these", default: "4s" },
  "overload-pause": {
    kind: seconds(0),
    value: "TIME",
    help: "the first pause of a server that is overloaded and names no time; it doubles",
    default: "1s",
  },
  "overload-pause-max": { kind: seconds(0), value: "TIME", help: "the longest of these", default: "30s" },
  "breaker-faults": {
    kind: integer(1, 1_000),
    value: "N",
    help: "faults in a row after which a backend gets a pause",
    default: "10",
    aliases: ["BRAINLAYER_CIRCUIT_BREAKER"],
  },
  "breaker-window": { kind: integer(1, 1_000), value: "N", help: "questions that are looked back at", default: "20" },
  "breaker-min": { kind: integer(1, 1_000), value: "N", help: "with fewer, their share says nothing", default: "8" },
  "breaker-share": { kind: share, value: "X", help: "faults among them that mean a pause", default: "0.5" },
  "breaker-pause": { kind: seconds(1), value: "TIME", help: "the first pause; each is twice as long", default: "5s" },
  "breaker-pause-max": { kind: seconds(1), value: "TIME", help: "the longest pause", default: "2m" },
  "fail-window": { kind: integer(1, 1_000), value: "N", help: "chunks that are looked back at", default: "20" },
  "fail-ratio": {
    kind: share,
    value: "X",
    help: "failed chunks among them, of whatever, after which the backend is examined",
    default: "0.8",
    aliases: ["BRAINLAYER_BATCH_FAIL_RATIO"],
  },
  "health-pause": {
    kind: seconds(1),
    value: "TIME",
    help: "the first pause of one that lives and gives nothing usable; each is twice as long",
    default: "15s",
    aliases: ["BRAINLAYER_HEALTH_PAUSE"],
  },
  "health-pause-max": { kind: seconds(1), value: "TIME", help: "the longest such pause", default: "2m" },
  "health-pauses": { kind: integer(0, 1_000), value: "N", help: "such pauses in a row before the end", default: "4" },
  crashes: {
    kind: integer(1, 100),
    value: "N",
    help: "crashes of the server with a chunk in flight after which it is asked about alone",
    default: "2",
  },
};
