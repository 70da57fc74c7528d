import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../src/cli/table/run.ts";
import type { Problem } from "../../src/core/problem.ts";
import { promptNames, promptOf } from "../../src/pipeline/prompts.ts";
import { readPrompt } from "../../src/run/read-prompt.ts";
import { temporaryFolder } from "../support/folder.ts";
import { refusal } from "../support/refusal.ts";

const folder = temporaryFolder();
const fileOf = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

test("nothing named is the default; the usage names all of ours", () => {
  expect(readPrompt(null)).toEqual(promptOf());
  for (const name of promptNames) {
    expect(readPrompt(name).version).toStartWith(`enrichd-${name}-`);
    expect(run["prompt"]?.help).toContain(name);
  }
});

test("a file is taken as it is, under its name", () => {
  const path = fileOf("my notes.txt", "\ufeffSay what it is about, as JSON.\r\n");
  const { version, system } = readPrompt(path);
  expect(version).toMatch(/^my-notes-[0-9a-f]{8}$/);
  expect(system.content).toStartWith("Say what it is about, as JSON.\n\nThe user message holds");
  expect(readPrompt(fileOf("my notes.txt", "Say what it is about, as JSON!\n")).version).not.toBe(version);
});

describe("what is no prompt is refused, with what to do", () => {
  const cases: readonly (readonly [what: string, path: string, kind: Problem["kind"], message: RegExp])[] = [
    ["a name that is none of ours", "shrot", "usage", /no prompt "shrot"/],
    ["no such file", join(folder, "none.md"), "not_found", /no such file/],
    ["a file as a folder", join(fileOf("file.md", "x"), "a.md"), "not_found", /no such file/],
    ["a folder", folder, "bad_input", /folder/],
    ["empty", fileOf("empty.md", ""), "bad_input", /empty/],
    ["blank", fileOf("blank.md", " \n\t\n"), "bad_input", /empty/],
    ["too large", fileOf("large.md", "x".repeat(12_001)), "bad_input", /12001 bytes/],
    ["not UTF-8", fileOf("latin.md", Uint8Array.of(0x66, 0xfc, 0x72)), "bad_input", /UTF-8/],
    ["binary", fileOf("binary.md", "a\0b"), "bad_input", /no text/],
    ["a device", "/dev/zero", "bad_input", /no file/],
  ];
  test.each([...cases])("%s", (_, path, kind, message) => {
    const problem = refusal(() => readPrompt(path));
    expect([problem.kind, problem.message]).toEqual([kind, expect.stringMatching(message)]);
  });
  test("a slip of the keyboard, with the name that was meant", () => {
    expect(refusal(() => readPrompt("shrot")).next).toContain("did you mean short?");
  });
  test("one that may not be read", () => {
    // To root, everything may.
    if (process.getuid?.() === 0) return;
    const closed = join(folder, "closed");
    mkdirSync(closed);
    chmodSync(closed, 0);
    expect(refusal(() => readPrompt(join(closed, "a.md"))).kind).toBe("permission");
  });
});
