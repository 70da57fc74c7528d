/** The user's database as we may use it: reads pending chunks, writes one guarded UPDATE per chunk, and nothing else. */

import type { Enrichment } from "../core/enrichment.ts";
import type { Connection } from "./database.ts";
import { applyAll } from "./target/apply.ts";
import { assistantFor } from "./target/assistant.ts";
import { type Columns, currentColumns } from "./target/columns.ts";
import { type Counts, countAll } from "./target/counts.ts";
import * as failed from "./target/failed.ts";
import { readMarks } from "./target/marks.ts";
import { contextOf } from "./target/rows.ts";
import { countPage, findChunk, pendingPage } from "./target/selection.ts";

export type { Counts } from "./target/counts.ts";

/** Which of the three layouts the columns of `chunks` show; nothing is read from a version number. */
export type Layout = "own" | "brainlayer-1" | "brainlayer-2";

export interface Chunk {
  readonly id: string;
  readonly rowid: number;
  readonly content: string;
  readonly contentType: string | null;
  readonly source: string | null;
  readonly project: string | null;
  readonly conversationId: string | null;
  readonly position: number | null;
}

/** Which pending chunks a run wants. Empty lists want everything; times are milliseconds since 1970. */
export interface Selection {
  /** Null: the standing rule (50 code points; 15 for whatsapp and telegram). */
  readonly minChars: number | null;
  /** Null: what the layout's users expect (the four of BrainLayer's pipeline there; everything in our own). */
  readonly contentTypes: readonly string[] | null;
  readonly projects: readonly string[];
  readonly sources: readonly string[];
  readonly sinceMs: number | null;
  /** Also chunks that only the `lexical` backend has described. */
  readonly upgrade: boolean;
}

/** What a run wants that was given no narrowing. */
export const everything: Selection = {
  ...{ minChars: null, contentTypes: null, projects: [], sources: [], sinceMs: null, upgrade: false },
};

/** What is to be written about one chunk, guarded by the hash of the content it was decided on. */
export interface Application {
  readonly chunkId: string;
  readonly contentHash: string;
  readonly verdict:
    | {
        readonly kind: "enriched";
        readonly enrichment: Enrichment;
        /** What is wrong with it all the same: names of rules. */
        readonly marks: readonly string[];
        readonly backend: string;
        readonly model: string;
        readonly promptVersion: string;
        readonly answeredAtMs: number;
      }
    | { readonly kind: "too_short" }
    | { readonly kind: "failed" };
}

/** `changed`, `gone` and `taken` wrote nothing: other text, no such row, or no longer pending. */
export type Applied = "applied" | "changed" | "gone" | "taken";

export interface Page {
  /** To be asked about. */
  readonly chunks: Chunk[];
  /** Pending, wanted, and below every minimum: to be marked so. */
  readonly tooShort: Chunk[];
  /** The rowid to go on below; null when there is nothing further down. */
  readonly next: number | null;
}

export interface Found {
  readonly chunk: Chunk;
  /** Nobody has described, marked or archived it. */
  readonly pending: boolean;
  /** Described by `lexical` only, and the selection wants such chunks described again. */
  readonly upgradable: boolean;
  /** One of the two above, and what the selection wants. */
  readonly selected: boolean;
}

/** Where the next stretch of failed rows begins. */
export interface FailedCursor {
  readonly place: number;
  readonly before: number;
}

export interface FailedPage {
  readonly ids: readonly string[];
  readonly next: FailedCursor | null;
}

/** `hash` null: there is no text. `other`: described, too short, archived, or whatever else somebody has made of it. */
export interface Standing {
  readonly hash: string | null;
  readonly mark: "pending" | "failed" | "other";
}

/** `pending`: it was already. `changed`, `gone` and `taken` wrote nothing, as with Applied. */
export type PutBack = "put_back" | "pending" | "changed" | "gone" | "taken";

/** What only the target itself can say of who it is; the rest of its identity is the file's. */
export interface Marks {
  /** Given at creation; only our own databases have one. */
  readonly uuid: string | null;
  /** The id of the row with the smallest rowid; null while there is none. */
  readonly firstChunk: string | null;
}

/** Every function but `counts` is synchronous and short. A read may throw SQLITE_BUSY where the target is not in WAL mode. */
export interface Target {
  /** When it was opened; the columns may change since, and are followed. */
  readonly layout: Layout;
  /** False where fields of people's own have no column: they are the journal's to keep. */
  readonly hasExtra: boolean;
  /** The newest pending chunks below a rowid (null: from the top). Looks at a bounded number of rows, so a page may be empty and still have a `next`. */
  readonly pendingPage: (selection: Selection, before: number | null, limit: number) => Page;
  /** As pendingPage, for the number alone. */
  readonly countPage: (selection: Selection, before: number | null) => { count: number; next: number | null };
  readonly chunkById: (id: string, selection: Selection) => Found | null;
  /** The neighbours of a chunk in its conversation, at most three. */
  readonly context: (chunk: Chunk) => Chunk[];
  /** Inside the caller's IMMEDIATE transaction. */
  readonly applyAll: (applications: readonly Application[]) => Applied[];
  /** Chunks that are marked failed, whoever marked them; a stretch of rows at a time. */
  readonly failedPage: (cursor: FailedCursor | null) => FailedPage;
  readonly standingOf: (id: string) => Standing | null;
  readonly idsFrom: (prefix: string, limit: number) => string[];
  /** As pending once more, inside the caller's IMMEDIATE transaction. A hash of null: whatever the text is by now. */
  readonly putBack: (chunks: readonly { readonly chunkId: string; readonly contentHash: string | null }[]) => PutBack[];
  readonly marks: () => Marks;
  /** Reads every row, in pieces of a few milliseconds. */
  readonly counts: () => Promise<Counts>;
}

/** Throws a Problem of kind `bad_input` when the database has no chunks that can be enriched; so does each function, later. */
export function openTarget({ db, path }: Pick<Connection, "db" | "path">): Target {
  const columns = currentColumns(db, path);
  const { layout, has } = columns();
  // Columns and rows are of one moment: an index that a migration drops in between would fail the read.
  const read = <T>(body: (columns: Columns) => T): T => db.transaction(() => body(columns()))();
  return {
    layout,
    hasExtra: layout === "own" && has("extra"),
    pendingPage: (selection, before, limit) => read((now) => pendingPage(db, now, selection, before, limit)),
    countPage: (selection, before) => read((now) => countPage(db, now, selection, before)),
    chunkById: (id, selection) => read((now) => findChunk(db, now, id, selection)),
    context: (chunk) => read((now) => contextOf(db, now, chunk)),
    applyAll: (applications) => applyAll(db, columns(), applications),
    failedPage: (cursor) => read((now) => failed.failedPage(db, now, cursor)),
    standingOf: (id) => read((now) => failed.standingOf(db, now, id)),
    idsFrom: (prefix, limit) => read(() => failed.idsFrom(db, prefix, limit)),
    putBack: (chunks) => failed.putBack(db, columns(), chunks),
    marks: () => read((now) => readMarks(db, now)),
    counts: () => countAll(db, columns(), assistantFor(path)),
  };
}
