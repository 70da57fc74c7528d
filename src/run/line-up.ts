/** Puts a gate before each backend of a run and gives them their order: it only wires. */

import type { Backend } from "../backends/backend.ts";
import type { Clock, Random } from "../core/clock.ts";
import type { RunEvent } from "../core/event.ts";
import { parallelPolicy } from "../core/parallel.ts";
import { crossTalkGuard } from "../pipeline/cross-talk.ts";
import { createGate } from "../pipeline/gate.ts";
import { examineWith } from "../pipeline/health.ts";
import { createLimiter, type Limiter, unlimited } from "../pipeline/limiter.ts";
import { createLineup, type Lineup } from "../pipeline/lineup.ts";
import type { Prompt } from "../pipeline/prompt.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Chosen } from "./choose-fallback.ts";
import type { RunSettings } from "./settings.ts";

export interface LineUpParts extends Pick<Chosen, "backends" | "labels"> {
  readonly settings: Pick<RunSettings, "gate" | "parallel" | "isParallelAuto">;
  readonly prompt: Prompt;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: (event: RunEvent) => void;
  readonly ledger: Pick<Ledger, "forgive" | "recallParallel" | "rememberParallel">;
  /** Ends what is done beside the work. */
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

export function lineUp(parts: LineUpParts): Lineup {
  const { backends, labels, settings, clock, random, report, signal, ledger, onError } = parts;
  const examine = examineWith(parts.prompt);
  const guarded = crossTalkGuard((backend) => report({ event: "reply.misplaced", backend }));
  const forgive = (hashes: readonly string[]): void => {
    if (hashes.length > 0) ledger.forgive(hashes).catch(onError);
  };
  return createLineup({
    ...{ clock, report },
    gates: (shared) =>
      backends.map((backend, at) => {
        const label = labels[at] ?? backend.name;
        return createGate({
          ...{ backend: guarded(backend), label, policy: settings.gate, limiter: limiterFor(parts, backend, label) },
          ...{ clock, random, report, signal, examine, forgive, onError },
          ...shared(at),
        });
      }),
  });
}

function limiterFor(parts: LineUpParts, backend: Backend, label: string): Limiter {
  const { settings, clock, ledger, report, onError } = parts;
  if (!settings.isParallelAuto) return unlimited;
  const answering = () => ({ backend: backend.name, model: backend.model });
  return createLimiter({
    ...{ policy: parallelPolicy(settings.parallel), clock },
    recall: () => ledger.recallParallel(answering()),
    remember: (limit) => void ledger.rememberParallel(answering(), limit, clock.wallMs()).catch(onError),
    onChange: (before, questions) => report({ event: "parallel.changed", backend: label, before, questions }),
  });
}
