/** Texts of any size to import: a block by the generators of the tests, again and again under other names. */

import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Format } from "../src/import/piece.ts";
import { claudeCodeKinds } from "../test/support/corpus/claude-code.ts";
import { codexKinds } from "../test/support/corpus/codex.ts";
import { jsonLines, type Kind, makeRecords, type Scene } from "../test/support/corpus/corpus.ts";
import { chatgptExport, claudeExport } from "../test/support/corpus/exports.ts";

export interface Made {
  readonly path: string;
  readonly format: Format;
  readonly isJson: boolean;
}

export type Maker = (folder: string, bytes: number) => Promise<Made>;

const blockRecords = 4_000;

/** Output of tools is most of what a session's file holds: some kilobytes each. */
const output = ({ words, dice }: Scene): string =>
  Array.from({ length: 4 + Math.floor(dice() * 20) }, words).join("\n");

const claudeOutput: Kind = {
  name: "output",
  gives: {},
  make: (scene) => {
    const content = [{ type: "tool_result", tool_use_id: "toolu_1", content: output(scene) }];
    const session = {
      sessionId: "5e5510e0-0000-4000-8000-000000000001",
      cwd: "/home/ada/code/tower",
      uuid: scene.uuid(0),
    };
    return { ...session, type: "user", timestamp: scene.time(), message: { role: "user", content } };
  },
};
const codexOutput: Kind = {
  name: "output",
  gives: {},
  make: (scene) => {
    const payload = { type: "function_call_output", call_id: "c", output: output(scene) };
    return { timestamp: scene.time(), type: "response_item", payload };
  },
};
/** Of ten records, four are messages and four output; the rest is of all kinds. */
function mostly(kinds: readonly Kind[], often: Kind): readonly Kind[] {
  const said = kinds.filter(({ gives }) => gives.chunks !== undefined);
  const times = kinds.length * 2;
  return [
    ...kinds,
    ...Array.from({ length: times }, (_, at) => said[at % said.length] ?? often),
    ...Array.from({ length: times }, () => often),
  ];
}

/** Ids begin with the seed; with another one, a block is another session. */
function writeBlocks(path: string, bytes: number, block: string, between: readonly [string, string, string]): void {
  const [start, comma, end] = between;
  const file = openSync(path, "w");
  let written = writeSync(file, start);
  for (let n = 1; written < bytes; n++) {
    const session = n.toString(16).padStart(8, "0");
    const own = block
      .replaceAll("00000001-0000", `${session}-0000`)
      .replaceAll(/5e5510e0-|c0de0000-|(?<=(?:claude|chatgpt)-)1-/g, (found) => `${found.slice(0, -1)}${session}-`);
    written += writeSync(file, n === 1 ? own : comma + own);
  }
  writeSync(file, end);
  closeSync(file);
}

const transcript =
  (format: Format, kinds: readonly Kind[], often: Kind): Maker =>
  async (folder, bytes) => {
    const path = join(folder, `${format}.jsonl`);
    writeBlocks(path, bytes, jsonLines(makeRecords(mostly(kinds, often), 1, blockRecords).records), ["", "", ""]);
    return { path, format, isJson: true };
  };

const exported =
  (format: Format, make: (seed: number, messages: number) => { readonly text: string }): Maker =>
  async (folder, bytes) => {
    const path = join(folder, `${format}.json`);
    writeBlocks(path, bytes, make(1, blockRecords).text.slice(1, -1), ["[", ",", "]"]);
    return { path, format, isJson: true };
  };

const plain =
  (format: Format, ending: string, line: (words: string, n: number) => string): Maker =>
  async (folder, bytes) => {
    const said: Kind = { name: "words", gives: {}, make: ({ words }) => ({ words: words() }) };
    const { records } = makeRecords([said], 1, blockRecords);
    const path = join(folder, `${format}.${ending}`);
    const file = openSync(path, "w");
    let written = 0;
    for (let n = 0; written < bytes; n++) {
      const block = records.map((record, at) => line(`${Object(record).words} ${n}`, n * blockRecords + at)).join("");
      written += writeSync(file, block);
    }
    closeSync(file);
    return { path, format, isJson: format === "jsonl" };
  };

/** Each makes a text of its format in a folder. */
export const makers: readonly Maker[] = [
  transcript("claude-code", claudeCodeKinds, claudeOutput),
  transcript("codex", codexKinds, codexOutput),
  exported("claude", claudeExport),
  exported("chatgpt", chatgptExport),
  plain("jsonl", "jsonl", (words, n) => `${JSON.stringify({ id: n, text: words })}\n`),
  plain("markdown", "md", (words, n) => (n % 8 === 0 ? `## Part ${n}\n\n${words}\n\n` : `${words}\n\n`)),
  plain("text", "txt", (words) => `${words}\n\n`),
];
