/** The failed chunks of a database: what the journal knows of them, and those that another program has marked. It only reads. */

import { elsewhere } from "../core/choices.ts";
import type { FailureKind } from "../core/failure.ts";
import { type FailedMember, failedKinds, failedMembers, isQuarantined } from "../store/failures.ts";
import type { FailedCursor, FailedPage, Target } from "../store/target.ts";
import { type ReadParts, readBoth, type ToRead } from "./open-to-read.ts";

export type ListedKind = FailureKind | typeof elsewhere;

export interface FailureList {
  readonly schema: "enrichd.failures/1";
  readonly db: string;
  readonly generated_at: string;
  readonly snapshot: boolean;
  /** The most frequent first. */
  readonly kinds: readonly KindReport[];
  /** Of the kind that was asked for, else of all. */
  readonly total: number;
  readonly chunks: readonly ListedChunk[];
  /** The offset to go on from; null at the end. */
  readonly next_offset: number | null;
}

export interface KindReport {
  readonly kind: ListedKind;
  readonly waiting: number;
  readonly quarantined: number;
  readonly latest: { readonly id: string; readonly detail: string | null; readonly at: string | null };
}

export interface ListedChunk {
  readonly id: string;
  /** The first two, else what has become of it: put back as pending, other text, no such chunk, described by another. */
  readonly state: "waiting" | "quarantined" | "pending" | "changed" | "gone" | "taken";
  readonly kind: ListedKind;
  readonly detail: string | null;
  readonly attempts: number;
  readonly failed_at: string | null;
  readonly retry_at: string | null;
}

export interface ListParts extends ReadParts {
  /** Null: of every kind. */
  readonly kind: ListedKind | null;
  readonly limit: number;
  readonly offset: number;
}

export function listFailures(parts: ListParts): Promise<FailureList> {
  return readBoth(parts, (opened) => collect(parts, opened));
}

async function collect(parts: ListParts, opened: ToRead): Promise<FailureList> {
  const { kind, limit, offset, clock } = parts;
  const journal = opened.journal?.db ?? null;
  const counted = journal === null ? [] : failedKinds(journal);
  const kinds = counted.map((one): KindReport => {
    const [latest] = journal === null ? [] : failedMembers(journal, one.kind, 1, 0);
    const { chunkId: id = "", detail = null, failedAtMs = null } = latest ?? {};
    return { ...one, latest: { id, detail, at: iso(failedAtMs) } };
  });
  const ofKind = counted.filter((one) => kind === null || one.kind === kind);
  const known = ofKind.reduce((sum, { waiting, quarantined }) => sum + waiting + quarantined, 0);
  const members = journal === null || kind === elsewhere ? [] : failedMembers(journal, kind, limit, offset);
  const chunks = members.map((member) => listed(opened, member));
  // Marked by others are after those that the journal knows, in the order of the table.
  const skipped = Math.max(0, offset - known);
  const marked = await markedElsewhere(opened, skipped, limit - chunks.length);
  if (marked.first !== null)
    kinds.push({
      ...{ kind: elsewhere, waiting: 0, quarantined: marked.count },
      latest: { id: marked.first, detail: null, at: null },
    });
  const counts = kind === null || kind === elsewhere;
  const all = [...chunks, ...(counts ? marked.ids.map(unknown) : [])];
  const total = known + (counts ? marked.count : 0);
  return {
    ...{ schema: "enrichd.failures/1", db: opened.file.path, generated_at: new Date(clock.wallMs()).toISOString() },
    ...{ snapshot: opened.snapshot, kinds, total, chunks: all },
    next_offset: offset + all.length < total && all.length > 0 ? offset + all.length : null,
  };
}

function listed({ target }: ToRead, member: FailedMember): ListedChunk {
  const { chunkId: id, kind, detail, attempts, failedAtMs, retryAtMs } = member;
  const state = stateOf(target, member);
  return { id, state, kind, detail, attempts, failed_at: iso(failedAtMs), retry_at: iso(retryAtMs) };
}

/** By the target as it is now, for its owner may have changed it since. */
function stateOf(target: Target, { chunkId, hash, state, isDue }: FailedMember): ListedChunk["state"] {
  const standing = target.standingOf(chunkId);
  if (standing === null) return "gone";
  if (standing.hash !== hash) return "changed";
  if (state === "waiting" || isDue === 1 || standing.mark === "failed") return state;
  return standing.mark === "pending" ? "pending" : "taken";
}

const unknown = (id: string): ListedChunk => ({
  ...{ id, state: "quarantined", kind: elsewhere, detail: null, attempts: 0, failed_at: null, retry_at: null },
});

interface Marked {
  readonly count: number;
  readonly first: string | null;
  readonly ids: readonly string[];
}

/** Marked failed, and not by us: how many, and those that are to be shown. */
async function markedElsewhere(opened: ToRead, skipped: number, limit: number): Promise<Marked> {
  const ids: string[] = [];
  let first: string | null = null;
  let count = 0;
  for await (const id of failedElsewhere(opened)) {
    first ??= id;
    if (count >= skipped && ids.length < limit) ids.push(id);
    count++;
  }
  return { count, first, ids };
}

type Readable = Pick<ToRead, "target" | "journal" | "read">;

export async function* failedElsewhere({ target, journal, read }: Readable): AsyncGenerator<string> {
  let cursor: FailedCursor | null = null;
  do {
    const from: FailedCursor | null = cursor;
    const page: FailedPage = await read(() => target.failedPage(from));
    for (const id of page.ids) if (journal === null || !isQuarantined(journal.db, id)) yield id;
    cursor = page.next;
    // Many stretches without a failed row give no turn to the event loop by themselves.
    await new Promise((resolve) => setImmediate(resolve));
  } while (cursor !== null);
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
