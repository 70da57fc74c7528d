import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { conversationIn, headBytes } from "../../src/import/sniff.ts";
import { expected } from "./conversation/expected.ts";

const folder = resolve(import.meta.dir, "../fixtures/conversations");
const sniff = (text: string) => conversationIn(new TextEncoder().encode(text));

describe("a conversation is known by what is in it", () => {
  for (const name of readdirSync(folder).filter((name) => name !== "README.md"))
    test(name, () => {
      const bytes = readFileSync(resolve(folder, name));
      const format = expected[name]?.format ?? null;
      expect(conversationIn(bytes)).toBe(format);
      // Each of its lines alone, and where a first line is longer than the head.
      expect(conversationIn(Buffer.concat([Buffer.from("\uFEFF\n"), bytes]))).toBe(format);
      if (name.endsWith(".jsonl")) expect(conversationIn(bytes.subarray(0, 400))).toBe(format);
    });

  test("a first line that is longer than the head", () => {
    const long = "x".repeat(headBytes);
    const line = { timestamp: "2026-01-01T00:00:00Z", type: "session_meta", payload: { id: "a", instructions: long } };
    expect(sniff(JSON.stringify(line).slice(0, headBytes))).toBe("codex");
    const message = { parentUuid: null, isSidechain: false, sessionId: "s", type: "user", message: { content: long } };
    expect(sniff(JSON.stringify(message).slice(0, headBytes))).toBe("claude-code");
  });
});

describe("what is none", () => {
  const rows = [
    "",
    "\n\n",
    "# Notes\n\ntext",
    "{",
    '{"text":"t"}\n{"text":"u","id":1}',
    '{"type":"user","text":"t"}',
    '{"sessionId":"s","text":"t"}',
    '{"type":"message","content":"words"}',
    '{"id":"1","timestamp":"2026-01-01","text":"t"}',
    '[{"text":"t"}]',
    '{"name":"a-package","version":"1.0.0"}',
    '"type":"session_meta"',
  ];
  for (const row of rows) test(JSON.stringify(row), () => expect(sniff(row)).toBeNull());
});
