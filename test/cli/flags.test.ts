import { describe, expect, test } from "bun:test";
import { readCommandLine } from "../../src/cli/flags.ts";
import { exporting } from "../../src/cli/table/export.ts";
import { run } from "../../src/cli/table/run.ts";
import type { Problem } from "../../src/core/problem.ts";
import { refusal } from "../support/refusal.ts";

const read = (...args: string[]) => readCommandLine("run", args, run);

const refused = (...args: string[]): Problem => refusal(() => read(...args), args.join(" "));

describe("what is taken", () => {
  const rows: readonly (readonly [string[], string, unknown])[] = [
    [["--max", "10"], "max", 10],
    [["--max=10"], "max", 10],
    [["--recent", "24"], "recent", 86_400_000],
    [["--recent", "7d"], "recent", 7 * 86_400_000],
    [["--lock-timeout", "90"], "lock-timeout", 90_000],
    [["--lock-timeout", "1.5m"], "lock-timeout", 90_000],
    [["--project", "a", "--project=b"], "project", ["a", "b"]],
    [["--json"], "json", true],
    [["--db=--odd.db"], "db", "--odd.db"],
    [["--db=-odd.db"], "db", "-odd.db"],
  ];
  for (const [args, name, value] of rows)
    test(args.join(" "), () => expect(read(...args).values.get(name)).toEqual(value as string));
});

describe("what is refused, with what to do", () => {
  const rows: readonly (readonly [string[], string, string])[] = [
    [["--paralel", "4"], "unknown flag --paralel", "did you mean --parallel?"],
    [["--fast"], "unknown flag --fast", "--help"],
    [["-q"], "unknown flag -q", "--help"],
    [["--db"], "--db", "--help"],
    [["--db", "--json"], "--db", "--help"],
    [["--db="], "--db is empty", "--help"],
    [["--db", "  "], "--db is empty", "--help"],
    [["--max", "0"], "from 1 to", "--help"],
    [["--max", "1e3"], "whole number", "--help"],
    [["--max", "-1"], 'from 1 to 1000000000, not "-1"', "--help"],
    [["--max=-1"], 'from 1 to 1000000000, not "-1"', "--help"],
    [["--timeout", "-5s"], 'a duration such as 30s or 2m, not "-5s"', "--help"],
    [["--breaker-share", "-.5"], 'from 0 to 1, not "-.5"', "--help"],
    [["--backend", "-lexical"], 'not "-lexical"', "did you mean lexical?"],
    [["--max", "--json"], "--max needs a value", "--help"],
    [["--project", "-x"], "--project needs a value", "--project=-x"],
    [["--parallel", "129"], "from 1 to 128", "--help"],
    [["--recent", "soon"], "24h or 7d", "--help"],
    [["--recent", "0"], "duration", "--help"],
    [["--backend", "lexcal"], "auto, mlx, ollama, openai, lexical", "did you mean lexical?"],
    [["--json=yes"], "takes no value", "--help"],
    [["--max", "1", "--max", "2"], "given twice", "--help"],
  ];
  for (const [args, what, next] of rows)
    test(args.join(" "), () => {
      const problem = refused(...args);
      expect(problem.kind).toBe("usage");
      expect(problem.message).toContain(what);
      expect(problem.next).toContain(next);
    });
});

test("what follows -- is no flag", () => {
  expect(readCommandLine("export", ["--", "--db"], exporting).positionals).toEqual(["--db"]);
});
