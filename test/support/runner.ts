/** A whole run inside the test's process: real databases, a real server on a real socket, and the events it gave. */

import { openaiBackend } from "../../src/backends/openai.ts";
import { systemClock } from "../../src/core/clock.ts";
import type { RunEvent } from "../../src/core/event.ts";
import type { GatePolicy } from "../../src/pipeline/gate-policy.ts";
import { promptOf } from "../../src/pipeline/prompts.ts";
import { type RunResult, runEnrichment } from "../../src/run/daemon.ts";
import { createReport } from "../../src/run/report.ts";
import type { RunSettings } from "../../src/run/settings.ts";
import { everything } from "../../src/store/target.ts";
import type { Call, Wire } from "../fixtures/model-server.ts";
import { answerWith, json } from "../fixtures/model-server.ts";
import { enrichment } from "./journal.ts";

export interface Running {
  readonly result: Promise<RunResult>;
  readonly events: RunEvent[];
  /** As the first and the second signal. */
  readonly stop: () => void;
  readonly abort: () => void;
}

/** As by default, with pauses short enough for a test to wait for. */
export const gatePolicy: GatePolicy = {
  breaker: { faultsMax: 10, windowSize: 20, windowMin: 8, faultShare: 0.5, openMs: 300, openMaxMs: 1_000 },
  slump: { windowSize: 20, ratio: 0.8, pauseMs: 300, pauseMaxMs: 1_000, pausesMax: 2 },
  coldPause: { baseMs: 500, maxMs: 4_000 },
  overloadPause: { baseMs: 1_000, maxMs: 30_000 },
  ...{ coldFaultsMax: 4, coldRefusalsMax: 3, goneMs: 60_000 },
};

/** With several addresses, the later ones are what the first falls back to. */
export function startRun(db: string, url: string | readonly string[], changed: Partial<RunSettings> = {}): Running {
  const clock = systemClock;
  const events: RunEvent[] = [];
  const report = createReport({ json: false, level: "quiet", terminal: false, width: 80, clock });
  const emit = (event: RunEvent): void => {
    events.push(event);
    report.emit(event);
  };
  const [stopping, aborting] = [new AbortController(), new AbortController()];
  const timeouts = { connectMs: 2_000, firstTokenMs: 2_000, progressMs: 2_000, totalMs: 5_000 };
  const options = { name: "openai", model: null, apiKey: null, thinking: false, timeouts, clock };
  const urls = typeof url === "string" ? [url] : url;
  const settings: RunSettings = {
    paths: { db, journal: null },
    selection: everything,
    ...{ questionsMax: Number.POSITIVE_INFINITY, parallel: 4, attemptsMax: 3, withContext: true, watch: false },
    ...{ answersMax: 10_000, lockTimeoutMs: 30_000, pauseFile: null, isParallelAuto: false },
    // Scripted servers say the same of everything; the tests of the gate turn it on.
    quality: "off",
    ...{ gate: gatePolicy, crashesMax: 2, backoff: { baseMs: 2_000, maxMs: 30_000 } },
    ...changed,
  };
  const result = runEnrichment({
    settings,
    chooseBackends: async (_, memory) => ({
      backends: urls.map((one) => openaiBackend({ ...options, url: one, memory })),
      labels: urls.map((_, at) => (at === 0 ? "openai" : `openai#${at + 1}`)),
      missing: [],
    }),
    prompt: promptOf(),
    shutdown: { stopping: stopping.signal, aborting: aborting.signal, stop: () => stopping.abort() },
    report: { ...report, emit },
    clock,
    // Short pauses between tries: tests wait for them.
    random: () => 0,
  });
  return { result, events, stop: () => stopping.abort(), abort: () => aborting.abort() };
}

export const named = <E extends RunEvent["event"]>(events: readonly RunEvent[], name: E) =>
  events.filter((event): event is Extract<RunEvent, { event: E }> => event.event === name);

/** The numbers of the texts that were asked about, in their order (see textOf). */
export const askedOf = (calls: readonly Call[]): number[] =>
  calls.filter(({ method }) => method === "POST").map(({ body }) => Number(/Text number (\d+)/.exec(body)?.[1] ?? -1));

export const answer = (wire: Wire): void => answerWith(wire, JSON.stringify(enrichment));
export const refuse = (wire: Wire, status: number): void => wire.send(json(status, { error: { message: "no" } }));
