import { describe, expect, test } from "bun:test";
import { causeIn, causeOfEnd, downloadIn, endLine, signs } from "../../src/supervisor/cause.ts";

describe("signs", () => {
  for (const { kind, example, source } of signs)
    test(`${kind}, as in ${source}`, () => {
      expect(causeIn(["before", example, "after"])).toEqual({ kind, detail: example.slice(0, 200) });
    });

  test("of several, the one that explains the others", () => {
    const lines = [
      "Exception in thread Thread-1 (_generate):",
      "Traceback (most recent call last):",
      "RuntimeError: [metal::malloc] Resource limit (499000) exceeded.",
    ];
    expect(causeIn(lines)?.kind).toBe("resource_limit");
    expect(causeIn(lines.slice(0, 2))?.kind).toBe("thread_died");
  });

  test("a healthy log shows none", () => {
    const lines = [
      "2026-11-25 22:17:58,437 - INFO - Prompt Cache: 2 sequences, 0.01 GB",
      '127.0.0.1 - - [25/Nov/2026 22:17:58] "POST /v1/chat/completions HTTP/1.1" 200 -',
      "UserWarning: mlx_lm.server is not recommended for production as it only implements basic security checks.",
      "2026-11-25 22:17:58,649 - INFO - Prompt processing progress: 242/243",
    ];
    expect(causeIn(lines)).toBeNull();
  });
});

describe("an end", () => {
  const guard = (code: number): string => `enrichd-guard: the server ended with code ${code}`;
  const rows: readonly (readonly [lines: readonly string[], kind: string, detail: string])[] = [
    [["something", guard(1)], "exited", "exit code 1"],
    [[guard(137)], "exited", "killed by signal 9"],
    [["sh: no-such-command: not found", guard(127)], "not_installed", "its command cannot be run (127)"],
    [["the guard itself was killed"], "exited", "it was killed together with its guard"],
    [
      [endLine({ kind: "recycled", detail: "after 200,000 tokens" }), guard(143)],
      ...(["recycled", "by another run: after 200,000 tokens"] as const),
    ],
    [["enrichd: ends the server: exited: x", guard(143)], "exited", "killed by signal 15"],
    [["MemoryError", guard(1)], "out_of_memory", "MemoryError"],
  ];
  for (const [lines, kind, detail] of rows)
    test(`${lines.join(", ")}: ${kind}`, () => expect(causeOfEnd(lines)).toMatchObject({ kind, detail }));
});

test("how far a download is", () => {
  const bar = "model-00001-of-00002.safetensors:  37%|███▋      | 1.96G/5.30G [00:41<01:10, 47.6MB/s]";
  expect(downloadIn(["x", "Fetching 9 files:  33%|███▎      | 3/9 [00:01<00:02,  1.2it/s]"])).toBe(
    "Fetching 9 files 33 %",
  );
  expect(downloadIn([bar, "x"])).toBe("model-00001-of-00002.safetensors 37 %");
  expect(downloadIn(["Starting httpd at 127.0.0.1 on port 8080..."])).toBeNull();
});
