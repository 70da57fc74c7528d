import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import { describe } from "../../../src/backends/lexical/describe.ts";

const root = join(import.meta.dir, "../../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const summaryOf = (text: string, contentType: string | null = null): string => describe(text, contentType).summary;

test("the summary of a README says what the thing is", () => {
  const summary = (name: string): string => summaryOf(read(`node_modules/${name}/README.md`));
  expect(summary("zod")).toContain("Zod is a TypeScript-first validation library.");
  expect(summary("citty")).toStartWith("citty: Elegant CLI Builder.");
  expect(summary("stopword")).toStartWith(
    "stopword is a module for node and the browser that allows you to strip stop",
  );
  expect(summary("typescript")).toStartWith(
    "TypeScript is a language for application-scale JavaScript. TypeScript adds",
  );
  expect(summary("eventsource-parser")).toStartWith(
    "A streaming parser for server-sent events/eventsource, without any",
  );
  expect(summary("@biomejs/biome")).toStartWith("Biome is a performant toolchain for web projects");
  expect(summary("@types/node")).toContain("This package contains type definitions for node");
});

test("summaries of documents are whole sentences without marks, pictures and addresses", () => {
  const paths = [
    ...new Glob("node_modules/{*,@*/*}/README.md").scanSync({ cwd: root }),
    ...new Glob("node_modules/bun-types/docs/**/*.mdx").scanSync({ cwd: root }),
  ];
  expect(paths.length).toBeGreaterThan(100);
  const wrong = paths.flatMap((path) => {
    const { summary, tags } = describe(read(path), null);
    const marks = /\[[^\]]*\]\(|!\[|https?:\/\/\S+\)|^#|\*\*|\|\s*--|\n/.exec(summary)?.[0];
    const junk = tags.find(
      (tag) => /^https?$|^www|[^\p{L}\p{N}\p{M}.+#-]|^-|-$/u.test(tag) || tag !== tag.toLowerCase(),
    );
    const isWhole = /[.!?…:)"']$/.test(summary) && /^["'([{.=\p{L}\p{N}@-]/u.test(summary) && summary.length > 15;
    return isWhole && marks === undefined && junk === undefined ? [] : [{ path, summary, marks, junk }];
  });
  expect(wrong).toEqual([]);
});

test("a document is read without its headings, badges, tables and code", () => {
  const text = `# Pool

[![build](https://ci.example/badge.svg)](https://ci.example) ![logo](logo.png)

Keeps **one** [connection](https://example.org/c) for each worker and closes \`idle\` ones after a minute.

| size | time |
| ---- | ---- |
| one  | two  |

\`\`\`ts
import { Pool } from "pool";
const pool = new Pool({ sizeMax: 4 });
\`\`\`

## License
Licensed under the MIT license by somebody who was here.
`;
  const described = describe(text, null);
  expect(described.summary).toBe("Keeps one connection for each worker and closes idle ones after a minute.");
  expect(described.tags).toContain("pool");
  expect(described.tags).toContain("typescript");
  expect(described.external_deps).toEqual(["pool"]);
});

test("code is told by its comment, and by what it defines where it has none", () => {
  const bare =
    'import { z } from "zod";\nexport function parseAddress(url: string): URL {\n  return new URL(url);\n}\n';
  const code = describe(`${bare}export const basePath = "/v1";\n`, "ai_code");
  expect(code.summary).toBe("Defines parseAddress and basePath in TypeScript. Uses zod.");
  expect(code).toMatchObject({ intent: "implementing", external_deps: ["zod"], sentiment_label: "neutral" });
  expect(code.primary_symbols).toEqual(["parseAddress", "basePath"]);
  const told = summaryOf(
    `/**\n * Reads an address. It opens no connection.\n * @param url the text\n */\n${bare}`,
    "ai_code",
  );
  expect(told).toBe("Reads an address. It opens no connection. Defines parseAddress in TypeScript.");
  const python =
    'import os\nimport apsw\n\ndef open_db(path):\n    """Opens the database and sets its pragmas."""\n    pass\n';
  expect(describe(python, "ai_code")).toMatchObject({ external_deps: ["apsw"], primary_symbols: ["open_db"] });
  expect(summaryOf(python)).toBe("Opens the database and sets its pragmas. Defines open_db in Python.");
  expect(summaryOf(`\`\`\`rust\nuse serde::Deserialize;\npub fn load() {}\n\`\`\``)).toBe(
    "Defines load in Rust. Uses serde.",
  );
  expect(summaryOf("CREATE TABLE claims (hash TEXT);\nCREATE INDEX by_hash ON claims (hash);\n")).toBe(
    "Defines claims and by_hash in SQL.",
  );
});

test("a diff is told by what it leads to", () => {
  const diff = `diff --git a/src/lock.ts b/src/lock.ts
--- a/src/lock.ts
+++ b/src/lock.ts
@@ -1,2 +1,3 @@
-const timeoutMs = 600;
+const nativeWaitMs = 50;
+export function retried(): void {}
`;
  expect(summaryOf(diff)).toBe("Changes src/lock.ts. Defines nativeWaitMs and retried in TypeScript.");
});

const traces = [
  [
    "TypeError: a is not a function\n    at f (/app/src/a.ts:4:1)\n    at g (/app/node_modules/b/c.js:1:2)\n",
    "TypeError: a is not a function. Raised in f (src/a.ts:4).",
  ],
  [
    'Traceback (most recent call last):\n  File "/srv/app/main.py", line 8, in run\n    x()\n  File "/usr/lib/python3.11/site-packages/q/__init__.py", line 1, in x\n    y\nsqlite3.OperationalError: database is locked\n',
    "OperationalError: database is locked. Raised in run (app/main.py:8).",
  ],
  [
    'Exception in thread "main" java.lang.RuntimeException: no start\n\tat com.example.Main.main(Main.java:14)\nCaused by: java.net.ConnectException: refused\n\tat com.example.db.Pool.open(Pool.java:55)\n',
    "ConnectException: refused. Raised in Pool.open (Pool.java:55).",
  ],
  [
    "thread 'main' panicked at src/main.rs:12:34:\nindex out of bounds\nnote: run with RUST_BACKTRACE=1\n",
    "panic: index out of bounds. Raised in src/main.rs:12.",
  ],
  [
    "panic: no such thing\n\ngoroutine 1 [running]:\nmain.pick(...)\n\t/home/u/app/main.go:9\n",
    "panic: no such thing. Raised in app/main.go:9.",
  ],
] as const;

test.each(traces)("a stack trace is told by its error: %#", (trace, summary) => {
  const described = describe(trace, "stack_trace");
  expect(described).toMatchObject({ summary, intent: "debugging" });
  expect(describe(trace, null).summary).toBe(summary);
});

test("settings and records are told by their keys", () => {
  expect(summaryOf('{\n  "name": "pool",\n  "version": "1.0.0",\n  "files": [\n    "a"\n  ]\n}\n')).toBe(
    "JSON of pool with name, version and files.",
  );
  expect(summaryOf("services:\n  db:\n    image: postgres\nvolumes:\n  data:\n")).toBe(
    "YAML with services and volumes.",
  );
  expect(describe("DATABASE_URL=a\nLOG_LEVEL=debug\n", null).intent).toBe("configuring");
});

test("empty and wordless texts have a summary too", () => {
  expect(summaryOf("")).toBe("Empty text.");
  expect(summaryOf(" \n\u0000")).toBe("Empty text.");
  expect(summaryOf("✅")).toContain("✅");
});
