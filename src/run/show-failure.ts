/** One chunk with all that is known of its failures: its text, its state, each attempt with question and reply. It only reads. */

import { headOf, pointsIn } from "../core/points.ts";
import {
  type AttemptRecord,
  attemptsOf,
  type ContentRecord,
  contentOf,
  type MemberRecord,
  memberOf,
} from "../store/failures.ts";
import { everything, type Standing } from "../store/target.ts";
import { findChunk } from "./find-chunk.ts";
import { type ReadParts, readBoth, type ToRead } from "./open-to-read.ts";

export interface ShownFailure {
  readonly schema: "enrichd.failure/1";
  readonly db: string;
  readonly snapshot: boolean;
  readonly id: string;
  readonly state: ChunkState;
  readonly retry_at: string | null;
  /** The last failure; null where none is known. */
  readonly kind: string | null;
  readonly detail: string | null;
  readonly project: string | null;
  readonly content_type: string | null;
  readonly source: string | null;
  /** The beginning; null where the chunk is gone. */
  readonly content: string | null;
  readonly content_chars: number | null;
  /** True where the attempts were about another text than it has now. */
  readonly changed: boolean;
  /** The oldest first. */
  readonly attempts: readonly ShownAttempt[];
}

/** As in the statistics; `other` is described, too short, archived, or marked by another. */
export type ChunkState = "pending" | "claimed" | "answered" | "waiting" | "quarantined" | "other" | "gone";

export interface ShownAttempt {
  readonly at: string;
  readonly backend: string;
  readonly model: string;
  readonly prompt_version: string;
  readonly duration_ms: number;
  readonly tokens_in: number | null;
  readonly tokens_out: number | null;
  readonly tokens_cached: number | null;
  readonly kind: string;
  readonly detail: string;
  /** What was sent after the instructions; null where it was not kept. */
  readonly question: readonly { readonly role: string; readonly content: string }[] | null;
  readonly raw: string | null;
}

/** In code points: as much as a question shows of it. */
const contentMax = 4_000;
const attemptsMax = 50;

export interface ShowParts extends ReadParts {
  readonly id: string;
}

export function showFailure(parts: ShowParts): Promise<ShownFailure> {
  return readBoth(parts, async (opened) => shown(opened, await findChunk(opened, parts.id)));
}

export function shown({ target, file, snapshot, journal }: ToRead, id: string): ShownFailure {
  const standing = target.standingOf(id);
  const chunk = target.chunkById(id, everything)?.chunk ?? null;
  const member = journal === null ? null : memberOf(journal.db, id);
  const hash = hashOf(journal, standing, member);
  const content = journal === null || hash === null ? null : contentOf(journal.db, hash);
  const attempts = journal === null || hash === null ? [] : attemptsOf(journal.db, hash, attemptsMax);
  const last = attempts.at(-1) ?? null;
  return {
    ...{ schema: "enrichd.failure/1", db: file.path, snapshot, id, state: stateOf(standing, member, content) },
    retry_at: content?.retryAtMs == null ? null : iso(content.retryAtMs),
    ...{ kind: content?.kind ?? last?.kind ?? null, detail: content?.detail ?? last?.detail ?? null },
    ...{ project: chunk?.project ?? null, content_type: chunk?.contentType ?? null, source: chunk?.source ?? null },
    content: chunk === null ? null : headOf(chunk.content, contentMax),
    content_chars: chunk === null ? null : pointsIn(chunk.content),
    changed: standing !== null && hash !== null && standing.hash !== hash,
    attempts: attempts.map(attemptOf),
  };
}

/** What it says now, if anybody was asked about that; else what it said when it was asked about. */
function hashOf(journal: ToRead["journal"], standing: Standing | null, member: MemberRecord | null): string | null {
  const now = standing?.hash ?? null;
  if (now === null || member === null || now === member.hash || journal === null) return now ?? member?.hash ?? null;
  return attemptsOf(journal.db, now, 1).length > 0 ? now : member.hash;
}

function stateOf(standing: Standing | null, member: MemberRecord | null, content: ContentRecord | null): ChunkState {
  if (standing === null) return "gone";
  if (standing.mark === "failed") return "quarantined";
  if (standing.mark === "other") return "other";
  const isOnItsWay = member !== null && content !== null && member.hash === content.hash && member.state !== "done";
  return isOnItsWay && standing.hash === content.hash ? content.state : "pending";
}

function attemptOf(a: AttemptRecord): ShownAttempt {
  return {
    ...{ at: iso(a.atMs), backend: a.backend, model: a.model, prompt_version: a.promptVersion },
    duration_ms: Math.round(a.durationMs),
    ...{ tokens_in: a.tokensIn, tokens_out: a.tokensOut, tokens_cached: a.tokensCached },
    ...{ kind: a.kind, detail: a.detail },
    // Written by us from messages, in a database that is ours alone.
    question: a.question === null ? null : (JSON.parse(a.question) as ShownAttempt["question"]),
    raw: a.raw,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
