import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { withoutBlobs } from "../../../src/import/conversation/clean.ts";
import { partMax, partsOf, type Sender } from "../../../src/import/conversation/parts.ts";

const shapes = (text: string, sender: Sender = "user"): string[] =>
  partsOf(text, sender).map(({ contentType, text }) => `${contentType}: ${text}`);

describe("stack traces are found inside a message", () => {
  const traces: Readonly<Record<string, string>> = {
    python:
      'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in <module>\n    f()\n  File "/srv/a.py", line 1, in f\n    1 / 0\nZeroDivisionError: division by zero',
    "python, chained":
      'Traceback (most recent call last):\n  File "a.py", line 1, in f\nKeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "a.py", line 2, in g\nValueError',
    node: "TypeError: x is not a function\n    at parse (/srv/reply.js:12:7)\n    at async Object.<anonymous> (file:///srv/a.js:3:1)",
    "node, frames alone": "    at a (/s/a.js:1:2)\n    at b (/s/b.js:3:4)\n    at node:internal/main:5:6",
    jvm: 'Exception in thread "main" java.lang.IllegalStateException: no lamp\n\tat org.tower.Lamp.turn(Lamp.java:41)\n\tat org.tower.Main.main(Main.java:7)\nCaused by: java.io.IOException: dark\n\tat org.tower.Lamp.read(Lamp.java:9)\n\t... 2 more',
    csharp:
      "System.NullReferenceException: Object reference not set\n   at Tower.Lamp.Turn() in C:\\src\\Lamp.cs:line 12\n   at Tower.Program.Main() in C:\\src\\Program.cs:line 3",
    rust: "thread 'main' panicked at src/main.rs:4:9:\nindex out of bounds: the len is 3 but the index is 7\nstack backtrace:\n   0: rust_begin_unwind\n   1: tower::turn",
    go: "panic: runtime error: invalid memory address\n\ngoroutine 1 [running]:\nmain.turn(...)\n\t/srv/main.go:7\nmain.main()\n\t/srv/main.go:12 +0x1d",
    ruby: "NoMethodError: undefined method `turn' for nil\n\tfrom lamp.rb:3:in `turn'\n\tfrom main.rb:1:in `<main>'",
  };
  for (const [name, trace] of Object.entries(traces))
    test(name, () => {
      const expected = ["user_message: It fails:\n\nWhat is wrong?", `stack_trace: ${trace}`];
      expect(shapes(`It fails:\n\n${trace}\n\nWhat is wrong?`)).toEqual(expected);
      expect(shapes(`It fails:\n\n\`\`\`text\n${trace}\n\`\`\`\n\nWhat is wrong?`)).toEqual(expected);
      const indented = trace.split("\n").map((line) => (line === "" ? "" : `   ${line}`));
      expect(shapes(`1. It fails:\n   \`\`\`\n${indented.join("\n")}\n   \`\`\``)[1]).toBe(`stack_trace: ${trace}`);
    });

  const none = [
    "TypeError is what I get, and at the end (see a.js:1:2) it stops.",
    "Look at parse (/srv/reply.js:12:7)\nand at the caller.",
    "panic: we forgot the demo",
    "fatal error: lamp.h: No such file or directory",
    "1: first\n2: second\n3: third",
    "at ten, at eleven and\nat twelve o'clock\nat one",
    "Error: it did not work.\nPlease try again.\nThanks",
    "from here:1: in the morning",
    "Traceback is a word",
  ];
  for (const text of none)
    test(`none: ${text.slice(0, 40)}`, () => expect(shapes(text)).toEqual([`user_message: ${text}`]));
});

describe("code of the assistant", () => {
  const code = "function keeper(hour: number): boolean {\n  return hour >= 18 || hour < 6;\n}";
  const fences: readonly (readonly [string, string, string | null])[] = [
    ["a fence", `\`\`\`ts\n${code}\n\`\`\``, "ts"],
    ["without a language", `\`\`\`\n${code}\n\`\`\``, null],
    ["with attributes", `\`\`\`{.TypeScript title="a"}\n${code}\n\`\`\``, "typescript"],
    ["with tildes", `~~~~ts\n${code}\n~~~~`, "ts"],
    ["never closed", `\`\`\`ts\n${code}`, "ts"],
    ["in a list", `   \`\`\`ts\n${code.replaceAll(/^/gm, "   ")}\n   \`\`\``, "ts"],
  ];
  for (const [name, fence, language] of fences)
    test(name, () => {
      const [words, block, ...more] = partsOf(`Here it is:\n\n${fence}\n`, "assistant");
      expect(words).toEqual({ contentType: "assistant_text", text: "Here it is:", language: null });
      expect([block, more]).toEqual([{ contentType: "ai_code", text: code, language }, []]);
      expect(partsOf(fence, "user").map(({ contentType }) => contentType)).toEqual(["user_message"]);
    });

  test("a fence around fences is one", () => {
    const inner = `${code}\n\`\`\`js\nx\n\`\`\``;
    expect(shapes(`\`\`\`\`md\n${inner}\n\`\`\`\``, "assistant")).toEqual([`ai_code: ${inner}`]);
  });

  test("less than fifty characters stay among the words", () => {
    const text = "Run it:\n\n```sh\nmake test\n```\n\nThat is all.";
    expect(shapes(text, "assistant")).toEqual([`assistant_text: ${text}`]);
  });

  test("long code is cut at the ends of lines, best before one that is not indented", () => {
    const one = (n: number): string => `def f${n}():\n    x = ${n}\n\n    return x + 1\n\n`;
    const long = Array.from({ length: 400 }, (_, n) => one(n)).join("");
    const parts = partsOf(`\`\`\`py\n${long}\n\`\`\``, "assistant");
    expect(parts.length).toBeGreaterThan(3);
    for (const { text, language } of parts) {
      expect([text.length <= partMax, text.startsWith("def f"), text.endsWith("return x + 1"), language]).toEqual([
        true,
        true,
        true,
        "py",
      ]);
    }
    expect(parts.map(({ text }) => text).join("\n\n")).toBe(long.trim());
  });
});

test("long words are cut at paragraphs; nothing is lost", () => {
  const paragraph = fc.array(fc.constantFrom("lamp", "tower", "keeper.", "hour"), { minLength: 1, maxLength: 150 });
  fc.assert(
    fc.property(fc.array(paragraph, { minLength: 1, maxLength: 60 }), (paragraphs) => {
      const text = paragraphs.map((words) => words.join(" ")).join("\n\n");
      const parts = partsOf(text, "user");
      expect(parts.every(({ text }) => text.length <= partMax && text.trim() === text)).toBeTrue();
      expect(
        parts
          .map(({ text }) => text)
          .join("\n\n")
          .split(/\s+/),
      ).toEqual(text.split(/\s+/));
    }),
    { numRuns: 100 },
  );
});

describe("encoded bytes", () => {
  const blob = Buffer.from(Array.from({ length: 900 }, (_, i) => (i * 37) % 256)).toString("base64");
  const rows: readonly (readonly [string, string, string])[] = [
    ["a run", `see ${blob} there`, "see [base64 left out] there"],
    ["a URL of data", `![x](data:image/png;base64,${blob})`, "![x]([base64 left out])"],
    ["wrapped", `key:\n${blob.replaceAll(/.{76}/g, "$&\n")}\nend`, "key:\n[base64 left out]\nend"],
  ];
  for (const [name, text, expected] of rows)
    test(name, () => {
      const rules: string[] = [];
      expect([withoutBlobs(text, (rule) => rules.push(rule)), rules]).toEqual([expected, ["base64"]]);
    });

  test("what is none stays", () => {
    for (const text of ["-".repeat(900), "a".repeat(900), `/${"path/".repeat(300)}`, "word ".repeat(400)])
      expect(withoutBlobs(text, () => expect.unreachable())).toBe(text);
  });
});

test("a megabyte of anything is read in little time", () => {
  const size = 1_000_000;
  const rows = [
    ...["\n", "`", "```\n", "\tat a.b(C.java:1)\n", "Error: x\n", "a.", "ERROR ", ".", "\n \n", "<a>", "x: y\n    "],
    ...[
      "Traceback (most recent call last):\n",
      "thread 'a' panicked at \n\n",
      "panic: \n",
      "A9a/",
      `${"A9a/".repeat(90)}\n`,
    ],
    ...["goroutine 1 [\n\n", "Caused by: ", '    File "a", line 1\n', "During handling of the above exception\n\n"],
  ];
  const started = performance.now();
  for (const row of rows)
    for (const sender of ["user", "assistant"] as const)
      partsOf(
        withoutBlobs(row.repeat(Math.ceil(size / row.length)), () => {}),
        sender,
      );
  expect(performance.now() - started).toBeLessThan(30_000);
});
