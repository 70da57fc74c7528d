/**
 * Which chunk is asked about next: due retries first, then what is pending, newest first, page by page. It claims in the
 * journal before it hands out, and holds no read of the target open.
 */

import type { Clock } from "../core/clock.ts";
import type { Asker, Candidate, Reopened } from "../store/claims.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Chunk, Found, Page, Selection } from "../store/target.ts";

/** The target as the pipeline reads it: a lock makes these wait, never fail. They reject when a stop is asked for. */
export interface Reads {
  readonly pendingPage: (selection: Selection, before: number | null, limit: number) => Promise<Page>;
  readonly chunkById: (id: string, selection: Selection) => Promise<Found | null>;
  readonly context: (chunk: Chunk) => Promise<Chunk[]>;
}

export interface Work {
  readonly chunk: Chunk;
  readonly hash: string;
  /** It has failed before. */
  readonly isRetry: boolean;
}

export interface SourceParts {
  readonly reads: Reads;
  readonly ledger: Ledger;
  readonly selection: Selection;
  readonly contentHash: (content: string) => string;
  readonly runId: number;
  /** What would answer now. */
  readonly asker: () => Asker;
  readonly parallel: number;
  /** How many contents this run may ask about; Infinity without `--max`. */
  readonly questionsMax: number;
  readonly clock: Clock;
  readonly onTooShort: (chunks: readonly Chunk[]) => void;
  /** A verdict that was already there became due for another chunk. */
  readonly onDue: () => void;
}

export interface Wait {
  /** When to ask again, in milliseconds since 1970; null when only an answer in flight can bring more. */
  readonly waitUntilMs: number | null;
  /** As many questions were claimed as this run may ask: what others add is not for it. */
  readonly isSpent: boolean;
}
export type Next = { readonly work: Work } | Wait;

export interface Source {
  readonly next: () => Promise<Next>;
  /** Looks at the target from the newest row again: something may have been added. */
  readonly rewind: () => void;
  /** Gives back what was claimed and not handed out. */
  readonly close: () => Promise<void>;
}

const pageRows = 256;
/** Claimed ahead at most: about a second of work, so that a fast backend does not wait for a commit per chunk. */
const aheadMax = 256;
const aheadMs = 1_000;

export function createSource(parts: SourceParts): Source {
  const { reads, ledger, selection, clock } = parts;
  const ready: Work[] = [];
  const mine = new Set<string>();
  const notWanted = new Set<string>();
  let page: Work[] = [];
  let cursor: number | "top" | "bottom" = "top";
  let passFound = false;
  let exhausted = false;
  let ahead = parts.parallel;
  let filledAtMs = clock.nowMs();
  let filling: Promise<void> | null = null;

  const limited = Number.isFinite(parts.questionsMax);
  const questionsLeft = (): number => parts.questionsMax - mine.size;
  const mayAsk = (hash: string): boolean => mine.has(hash) || questionsLeft() > 0;
  function hand(work: Work): void {
    // Only a limit needs the memory of a million hashes.
    if (limited) mine.add(work.hash);
    ready.push(work);
  }

  async function next(): Promise<Next> {
    for (;;) {
      const work = ready.shift();
      if (work !== undefined && ledger.holds(work.hash)) return { work };
      if (work !== undefined) continue;
      if (filling === null)
        filling = fill().finally(() => {
          filling = null;
        });
      await filling;
      if (ready.length === 0 && exhausted) return { waitUntilMs: nextRetryMs(), isSpent: questionsLeft() <= 0 };
    }
  }

  async function fill(): Promise<void> {
    const nowMs = clock.nowMs();
    ahead = nowMs - filledAtMs < aheadMs ? Math.min(aheadMax, ahead * 2) : Math.max(parts.parallel, ahead >> 1);
    filledAtMs = nowMs;
    await fillFromRetries();
    while (ready.length < ahead && !exhausted && questionsLeft() > 0) await fillFromPage();
    if (questionsLeft() <= 0) exhausted = true;
  }

  async function fillFromRetries(): Promise<void> {
    for (const { hash, chunkId, retryAtMs } of ledger.waiting(ahead + notWanted.size, clock.wallMs())) {
      if (retryAtMs > clock.wallMs() || ready.length >= ahead) return;
      if (notWanted.has(hash) || !mayAsk(hash)) continue;
      const work = await workFor(hash, chunkId);
      if (work === null || !(await ledger.claimRetry(hash, parts.runId))) continue;
      hand(work);
    }
  }

  /** The chunk of a waiting content as it is now; members that no longer stand for it are dropped on the way. */
  async function workFor(hash: string, chunkId: string | null): Promise<Work | null> {
    if (chunkId === null) return null;
    const found = await reads.chunkById(chunkId, selection);
    const isOpen = found?.pending === true || found?.upgradable === true;
    if (found === null || !isOpen || parts.contentHash(found.chunk.content) !== hash) {
      await ledger.drop({ chunkId, hash });
      return null;
    }
    if (found.selected) return { chunk: found.chunk, hash, isRetry: true };
    notWanted.add(hash);
    return null;
  }

  async function fillFromPage(): Promise<void> {
    if (page.length === 0) await readPage();
    const candidates = page.map(({ chunk, hash }) => ({ chunkId: chunk.id, hash }));
    if (candidates.length === 0) return;
    const taken = await claim(candidates, new Map());
    page.splice(0, taken.used);
    const reopened = new Map<string, Reopened>();
    for (const { chunkId } of taken.recheck) {
      const found = await reads.chunkById(chunkId, selection);
      if (found?.pending === true) reopened.set(chunkId, "reset");
      else if (found?.upgradable === true) reopened.set(chunkId, "upgrade");
    }
    const again = taken.recheck.filter(({ chunkId }) => reopened.has(chunkId));
    if (again.length > 0) await claim(again, reopened);
  }

  async function readPage(): Promise<void> {
    if (cursor === "bottom") {
      // Rows may have come in above while this pass went down, so the end is a whole pass that found nothing to ask.
      exhausted = !passFound;
      passFound = false;
      cursor = "top";
      return;
    }
    const read = await reads.pendingPage(selection, cursor === "top" ? null : cursor, pageRows);
    page = read.chunks.map((chunk) => ({ chunk, hash: parts.contentHash(chunk.content), isRetry: false }));
    if (read.tooShort.length > 0) parts.onTooShort(read.tooShort);
    // A stretch without anything to claim gives no turn to the event loop by itself, and there may be many.
    if (page.length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    cursor = read.next ?? "bottom";
  }

  async function claim(candidates: readonly Candidate[], reopened: ReadonlyMap<string, Reopened>) {
    const questionsMax = Math.min(Math.max(1, ahead - ready.length), questionsLeft());
    const byId = new Map(page.map((work) => [work.chunk.id, work]));
    const { runId } = parts;
    const taken = await ledger.claim(candidates, { runId, asker: parts.asker(), questionsMax, reopened });
    for (const { chunkId, hash } of taken.questions) {
      const chunk = byId.get(chunkId)?.chunk ?? (await reads.chunkById(chunkId, selection))?.chunk;
      if (chunk === undefined) continue;
      hand({ chunk, hash, isRetry: false });
    }
    if (taken.questions.length > 0) passFound = true;
    if (taken.used > taken.questions.length) parts.onDue();
    return taken;
  }

  function nextRetryMs(): number | null {
    const waiting = ledger.waiting(1_000 + notWanted.size, clock.wallMs());
    return waiting.find(({ hash }) => !notWanted.has(hash) && mayAsk(hash))?.retryAtMs ?? null;
  }

  return {
    next,
    rewind: () => {
      cursor = "top";
      exhausted = false;
    },
    close: async () => {
      // A fill that a stop has broken off has claimed nothing that is not in `ready`, or is freed with the run.
      await filling?.catch(() => {});
      await ledger.release(
        ready.splice(0).map(({ hash }) => hash),
        parts.runId,
        clock.wallMs(),
      );
    },
  };
}
