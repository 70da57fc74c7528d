/** One run of the fuzz test: a damaged fixture through the importer of its format. It gives what is wrong, if anything is. */

import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { diceOf } from "../../src/core/dice.ts";
import { chunkOf } from "../../src/import/chunk.ts";
import type { Code } from "../../src/import/code/code.ts";
import { codeAt } from "../../src/import/code/open.ts";
import { type LeftOutRule, leftOutRules } from "../../src/import/left-out.ts";
import { createPieceReader } from "../../src/import/parse.ts";
import type { Format, Mark, Piece } from "../../src/import/piece.ts";
import { conversationIn } from "../../src/import/sniff.ts";
import { addChunks, type NewChunk } from "../../src/store/own-chunks.ts";
import { chatgptExport, claudeExport } from "../support/corpus/exports.ts";
import { mutate } from "./mutate.ts";

/** Everything of a run, on a machine with other work. */
const runMsMax = 20_000;
const names = { id: null, text: null };

interface Seed {
  readonly format: Format;
  readonly bytes: Buffer;
  /** What is known of a file of code: its parser was made ready. */
  readonly code?: Code;
}

const conversations = resolve(import.meta.dir, "../fixtures/conversations");
const inFolder = (format: Format, start: string): Seed[] =>
  readdirSync(conversations)
    .filter((name) => name.startsWith(start))
    .map((name) => ({ format, bytes: readFileSync(resolve(conversations, name)) }));
const text = (format: Format, content: string): Seed => ({ format, bytes: Buffer.from(content) });
const document = (name: string): string => readFileSync(resolve(import.meta.dir, "../..", name), "utf8");

/** A source of ours, in the place of whatever language its ending says. */
const source = async (name: string, as = name): Promise<Seed> => ({
  ...text("code", document(name)),
  code: await codeAt(as, true),
});

const gitLog = [
  ...[
    "a".repeat(40),
    "2026-01-01T00:00:00Z",
    "Ada",
    "",
    "first\n\nwords\n",
    "\nM",
    "a.py",
    "A",
    "b.py",
    "b".repeat(40),
  ],
  ...["2026-01-02T00:00:00Z", "Ada", `${"a".repeat(40)} ${"c".repeat(40)}`, "Merge branch 'x'\n", ""],
].join("\0");

/** What is damaged, by importer; each importer gets its turn. */
export const seeds: readonly (readonly Seed[])[] = [
  inFolder("claude-code", "claude-code"),
  inFolder("codex", "codex"),
  [...inFolder("claude", "claude-20"), text("claude", claudeExport(1, 40).text)],
  [...inFolder("chatgpt", "chatgpt"), text("chatgpt", chatgptExport(1, 40).text)],
  [text("git", gitLog)],
  [text("markdown", document("README.md")), text("markdown", document("docs/json.md"))],
  [text("text", document("ARCHITECTURE.md"))],
  [
    await source("src/core/breaker.ts"),
    await source("test/support/make_venv.py"),
    await source("src/supervisor/guard.sh"),
    // Another language's text is damage as well.
    await source("src/core/breaker.ts", "breaker.rs"),
  ],
  [text("jsonl", '{"id":1,"text":"one","created_at":1}\n{"content":"two","metadata":{"a":[1]},"position":2}\n')],
];

interface Heard {
  readonly pieces: Piece[];
  readonly said: string[];
  readonly mark: Mark | null;
}

function hear(
  { format, code }: Omit<Seed, "bytes">,
  bytes: Buffer,
  blockBytes: number,
  from?: Mark,
  isLast = true,
): Heard {
  const heard = { pieces: [] as Piece[], said: [] as string[] };
  const tell =
    (kind: string) =>
    (...values: readonly unknown[]): void => {
      heard.said.push(`${kind} ${values.join(" ")}`);
    };
  const leftOut = (rule: LeftOutRule): void => {
    if (!Object.hasOwn(leftOutRules, rule)) throw new Error(`there is no rule ${rule}`);
    heard.said.push(`left out ${rule}`);
  };
  const others = { problem: tell("problem"), leftOut, unknown: tell("unknown") };
  const piece = (piece: Piece): void => {
    heard.pieces.push(piece);
  };
  const reader = createPieceReader(format, names, { ...others, piece }, from, code);
  for (let at = 0; at < bytes.length; at += blockBytes) reader.write(bytes.subarray(at, at + blockBytes));
  const mark = reader.mark();
  if (isLast) reader.end();
  return { ...heard, mark };
}

const input = {
  ...{ name: "/damaged", path: null, isGuess: false, isNamed: true, project: null },
  ...{ open: () => (async function* () {})(), changedMs: () => null },
};

export interface Run {
  readonly format: Format;
  readonly bytes: Buffer;
  readonly pieces: number;
  readonly wrong: string | null;
}

/** `store` puts the chunks into a database. */
export function fuzz(seed: number, store: (add: (db: Parameters<typeof addChunks>[0]) => void) => void): Run {
  const dice = diceOf(seed);
  const group = seeds[seed % seeds.length] ?? [];
  const one = group[Math.floor(dice() * group.length)];
  const other = group[Math.floor(dice() * group.length)];
  if (one === undefined || other === undefined) throw new Error("an importer without a text to damage");
  const { format } = one;
  const bytes = mutate(one.bytes, other.bytes, dice);
  const started = performance.now();
  try {
    conversationIn(bytes.subarray(0, 65_536));
    const whole = hear(one, bytes, 1 + Math.floor(dice() * (bytes.length < 50_000 ? 3_000 : 100_000)));
    const chunks = whole.pieces.map((piece) =>
      chunkOf(piece, { ...input, format }, "2026-01-01", { project: null, source: null }),
    );
    const wrong = wrongIn(chunks) ?? wrongInParts(one, bytes, whole, dice());
    if (wrong === null) store((db) => addChunks(db, chunks));
    const tookMs = performance.now() - started;
    return {
      format,
      bytes,
      pieces: chunks.length,
      wrong: wrong ?? (tookMs > runMsMax ? `it took ${tookMs} ms` : null),
    };
  } catch (error) {
    return { format, bytes, pieces: 0, wrong: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function wrongIn(chunks: readonly NewChunk[]): string | null {
  for (const { content, metadata, id, conversationId, project } of chunks) {
    if (content.trim() === "") return "a chunk is blank";
    if (content.includes("\0") || !content.isWellFormed()) return "a chunk holds what SQLite does not";
    for (const word of [id, conversationId, project])
      if (word !== null && (word.includes("\0") || !word.isWellFormed())) return "a name holds what SQLite does not";
    JSON.parse(JSON.stringify(metadata));
  }
  return null;
}

/** Read in two parts, it has to give the same; a part of a line may be told twice when it is too long. */
function wrongInParts(seed: Seed, bytes: Buffer, whole: Heard, share: number): string | null {
  const end = Math.floor(share * bytes.length);
  const first = hear(seed, bytes.subarray(0, end), 10_000, undefined, false);
  if (first.mark === null) return null;
  const mark: Mark = JSON.parse(JSON.stringify(first.mark));
  const second = hear(seed, bytes.subarray(mark.offset), 10_000, mark);
  const both = JSON.stringify([
    [...first.pieces, ...second.pieces],
    [...first.said, ...second.said],
  ]);
  return both === JSON.stringify([whole.pieces, whole.said])
    ? null
    : `in two parts (at ${end}) it gives something else`;
}
