/**
 * What crashes are tried on: a small target of each layout, with texts that are answered well, badly, late or not at
 * all, and a record of every write to it. Each is run once to its end, and every crashed run must come to the same.
 */

import { Database } from "bun:sqlite";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { sample } from "../../src/pipeline/health.ts";
import { openOwn } from "../../src/store/own.ts";
import { addChunks } from "../../src/store/own-chunks.ts";
import { makeBrainlayer } from "../support/brainlayer.ts";
import { temporaryFolder } from "../support/folder.ts";
import { waiting } from "../support/journal.ts";
import { newTarget, query, type Row, textOf } from "../support/target.ts";

export const kinds = ["own", "older", "older, rollback journal", "current"] as const;
export type Kind = (typeof kinds)[number];

/** How often the server must be asked about a text, by what the text tells it to do; once when it tells nothing. */
const neededFor: readonly (readonly [mark: string, questions: number])[] = [
  ["@@500*1", 2],
  ["@@reset*1", 2],
  // A question and a repair; the runs give up after the first attempt, and ask once more before they do.
  ["@@poison", 4],
  ["@@413", 2],
];

/** What a server is looked at with before a text is given up. */
export const looks: ReadonlySet<string> = new Set(["Say yes.", sample.content]);

export const neededOf = (text: string): number => neededFor.find(([mark]) => text.includes(mark))?.[1] ?? 1;
/** A kill before the last question of a text that is to be given up costs those before it as well. */
export const lostAtOnce = (text: string): number => (/@@(?:poison|413)/.test(text) ? neededOf(text) : 1);

const marks = new Map([
  [7, "@@500*1"],
  [19, "@@reset*1"],
  [23, "@@poison"],
  [31, "@@413"],
  [43, "@@slow"],
]);

const rows: readonly Row[] = [
  ...Array.from({ length: 56 }, (_, i) => ({ id: `chunk-${i}`, content: `${textOf(i)} ${marks.get(i) ?? ""}` })),
  ...[3, 40].map((n) => ({ id: `twin-${n}`, content: `${textOf(n)} ` })),
  { id: "short-1", content: "ok" },
  { id: "short-2", content: "well then" },
];

/** Every text that is to be asked about. */
export const texts = new Set(rows.filter(({ id }) => !id.startsWith("short")).map(({ content }) => content));

const folder = temporaryFolder();
const made = new Map<Kind, Promise<string>>();
let copies = 0;

/** A copy of its own of the target of that kind. */
export async function copyOf(kind: Kind): Promise<string> {
  const template = made.get(kind) ?? make(kind);
  made.set(kind, template);
  const path = join(folder, `${kind.replaceAll(/\W+/g, "-")}-${++copies}.db`);
  copyFileSync(await template, path);
  return path;
}

async function make(kind: Kind): Promise<string> {
  const path = await filled(kind);
  const db = new Database(path);
  db.run("CREATE TABLE written (id TEXT, summary TEXT)");
  db.run(
    "CREATE TRIGGER written_down AFTER UPDATE ON chunks BEGIN INSERT INTO written VALUES (new.id, new.summary); END",
  );
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
  return path;
}

async function filled(kind: Kind): Promise<string> {
  if (kind === "older") return newTarget(rows, "wal");
  if (kind === "older, rollback journal") return newTarget(rows, "delete");
  const path = join(folder, `template ${kind}.db`);
  if (kind === "current") {
    await makeBrainlayer(
      2,
      path,
      rows.map(({ id, content }) => ({ id, content })),
    );
    return path;
  }
  const { db, close } = await openOwn(path, waiting);
  const plain = { project: null, contentType: "text", conversationId: null, position: null, sender: null };
  const chunks = rows.map(({ id, content }) => ({
    ...{ id, content, name: id, place: null, sourceFile: "notes.md", metadata: {}, source: "import", language: null },
    ...{ createdAt: "2026-11-24T10:00:00.000Z", ...plain },
  }));
  db.transaction(() => addChunks(db, chunks)).immediate();
  close();
  return path;
}

/** All that a target holds of its chunks, but for the moment at which each was enriched. */
export function rowsOf(path: string): readonly unknown[] {
  const found = query<Record<string, unknown>>(path, "SELECT * FROM chunks ORDER BY id");
  return found.map((row) => {
    const at = String(row["enriched_at"] ?? "");
    return { ...row, enriched_at: /^20\d\d-/.test(at) ? "a time" : at };
  });
}
