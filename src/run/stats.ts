/** The one object that `stats` prints, from target and journal. It only reads, and its counts add up to the total. */

import type { Connection } from "../store/database.ts";
import { failureCounts, type LatestRun, latestRun, type OpenMember, openMembers } from "../store/history.ts";
import { pauseOf } from "../store/requests.ts";
import { type Counts, everything, type Target } from "../store/target.ts";
import { type BackendStats, backendStats } from "./backend-stats.ts";
import { type Eta, etaOf } from "./eta.ts";
import { type LivingRuns, livingRuns } from "./living-runs.ts";
import { type QualityStats, qualityStats } from "./quality-stats.ts";

export interface Stats {
  readonly schema: "enrichd.stats/1";
  readonly db: string;
  readonly generated_at: string;
  /** True where the file could not be locked: what others have written since its last checkpoint is not counted. */
  readonly snapshot: boolean;
  readonly total_chunks: number;
  /** All that are not archived, not wanted, or too short. */
  readonly enrichable: number;
  readonly enriched: number;
  /** Nobody will be asked about these any more. */
  readonly skipped: number;
  readonly remaining: number;
  /** Of `enrichable`, to one decimal. */
  readonly percent: number;
  readonly by_intent: Readonly<Record<string, number>>;
  readonly counts: StateCounts;
  readonly coverage: {
    readonly tagged: number;
    readonly summarized: number;
    readonly importance_scored: number;
    readonly intent_classified: number;
  };
  readonly by_backend: Readonly<Record<string, number>>;
  readonly by_project: Readonly<Record<string, number>>;
  readonly by_failure: Readonly<Record<string, { readonly waiting: number; readonly quarantined: number }>>;
  readonly quality: QualityStats;
  /** By somebody on the status page; null while nobody has. */
  readonly paused: { readonly asked_by: string; readonly since: string } | null;
  readonly latest_run: RunStats | null;
  readonly backends: readonly BackendStats[];
}

/** Each chunk is in exactly one. */
export interface StateCounts {
  readonly enriched: number;
  readonly too_short: number;
  readonly not_wanted: number;
  readonly archived: number;
  readonly pending: number;
  /** Taken by a run that goes on: asked about now, or next. */
  readonly claimed: number;
  /** Answered, and not written yet. */
  readonly answered: number;
  /** Failed, and waiting for another try. */
  readonly waiting: number;
  readonly quarantined: number;
}

export interface RunStats {
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly state: string;
  readonly reason: string | null;
  readonly backend: string;
  readonly model: string;
  readonly answered_by: LatestRun["answeredBy"];
  readonly enriched: number;
  readonly failed: number;
  readonly chunks_per_hour: number | null;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly tokens_in: number;
  readonly tokens_out: number;
  readonly tokens_cached: number;
  readonly cached_share: number | null;
  readonly eta_seconds: number | null;
}

export interface StatsParts {
  readonly target: Target;
  readonly path: string;
  readonly snapshot: boolean;
  /** Null where there is none yet. */
  readonly journal: Connection | null;
  readonly wallMs: number;
}

const projectsMax = 20;

export async function collectStats({ target, path, snapshot, journal, wallMs }: StatsParts): Promise<Stats> {
  const counted = await target.counts();
  const { alive, gone } = journal === null ? noRuns : await livingRuns(journal);
  const moved = journal === null ? noneMoved : movedOf(target, openMembers(journal.db, gone), counted.pending);
  const counts = statesOf(counted, moved);
  const remaining = counts.pending + counts.claimed + counts.answered + counts.waiting;
  const enrichable = counts.enriched + remaining + counts.quarantined;
  const run = journal === null ? null : latestRun(journal.db);
  const pause = journal === null ? null : pauseOf(journal.db);
  const { coverage } = counted;
  return {
    ...{ schema: "enrichd.stats/1", db: path, generated_at: new Date(wallMs).toISOString(), snapshot },
    ...{ total_chunks: counted.total, enrichable, enriched: counts.enriched },
    skipped: counted.total - counts.enriched - remaining,
    remaining,
    percent: enrichable === 0 ? 0 : Math.round((counts.enriched / enrichable) * 1_000) / 10,
    by_intent: Object.fromEntries(counted.byIntent),
    counts,
    coverage: {
      ...{ tagged: coverage.tagged, summarized: coverage.summarized },
      ...{ importance_scored: coverage.importanceScored, intent_classified: coverage.intentClassified },
    },
    by_backend: Object.fromEntries(counted.byBackend ?? []),
    by_project: Object.fromEntries([...counted.byProject].slice(0, projectsMax)),
    by_failure: Object.fromEntries(
      (journal === null ? [] : failureCounts(journal.db)).map(({ kind, ...rest }) => [kind, rest]),
    ),
    quality: qualityStats(journal),
    paused: pause === null ? null : { asked_by: pause.askedBy, since: iso(pause.sinceMs) },
    latest_run:
      run === null || journal === null
        ? null
        : runStats(run, alive.includes(run.id), etaOf(journal, alive, remaining, wallMs), wallMs),
    backends: journal === null ? [] : backendStats(journal, run),
  };
}

type Moved = Readonly<Record<OpenMember["state"], number>>;
const noRuns: LivingRuns = { alive: [], gone: [] };
const noneMoved: Moved = { claimed: 0, waiting: 0, answered: 0, quarantined: 0 };

/**
 * The pending chunks that the journal knows more of. The target is looked at after it was counted, and never more are
 * moved than were counted as pending: so a run that goes on meanwhile cannot make the sum wrong.
 */
function movedOf(target: Target, members: Iterable<OpenMember>, pending: number): Moved {
  const moved = { ...noneMoved };
  let left = pending;
  for (const { chunkId, state } of members) {
    if (left === 0) break;
    const found = target.chunkById(chunkId, everything);
    if (found?.pending !== true || !found.selected) continue;
    moved[state]++;
    left--;
  }
  return moved;
}

function statesOf(counted: Counts, moved: Moved): StateCounts {
  const { claimed, answered, waiting, quarantined } = moved;
  return {
    ...{ enriched: counted.enriched, too_short: counted.tooShort, not_wanted: counted.notWanted },
    archived: counted.archived,
    pending: counted.pending - claimed - answered - waiting - quarantined,
    ...{ claimed, answered, waiting, quarantined: counted.failed + quarantined },
  };
}

function runStats(run: LatestRun, live: boolean, eta: Eta | null, wallMs: number): RunStats {
  const endMs = run.endedAtMs ?? (live ? wallMs : (run.lastAttemptMs ?? run.startedAtMs));
  const hours = (endMs - run.startedAtMs) / 3_600_000;
  const perHour = run.enriched === 0 || hours <= 0 ? null : run.enriched / hours;
  return {
    started_at: iso(run.startedAtMs),
    ended_at: run.endedAtMs === null ? null : iso(run.endedAtMs),
    state: run.state === "running" && !live ? "crashed" : run.state,
    ...{ reason: run.reason, backend: run.backend, model: run.model, answered_by: run.answeredBy },
    ...{ enriched: run.enriched, failed: run.failed },
    chunks_per_hour: perHour === null ? null : Math.round(perHour),
    p50_ms: rounded(run.p50Ms),
    p95_ms: rounded(run.p95Ms),
    ...{ tokens_in: run.tokensIn, tokens_out: run.tokensOut, tokens_cached: run.tokensCached },
    cached_share: run.tokensInTold === 0 ? null : Math.round((run.tokensCached / run.tokensInTold) * 1_000) / 1_000,
    eta_seconds: live && eta !== null ? eta.seconds : null,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
const rounded = (ms: number | null): number | null => (ms === null ? null : Math.round(ms));
