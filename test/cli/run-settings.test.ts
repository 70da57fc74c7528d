import { describe, expect, test } from "bun:test";
import { readCommandLine } from "../../src/cli/flags.ts";
import { fallbacksOf, runSettings } from "../../src/cli/run-settings.ts";
import { resolveSettings } from "../../src/cli/settings.ts";
import { every, signatures } from "../../src/cli/table.ts";
import { Problem } from "../../src/core/problem.ts";
import { refusal } from "../support/refusal.ts";

const { flags } = signatures.run;
const settingsOf = (env: Record<string, string>, ...args: string[]) =>
  resolveSettings(readCommandLine("run", args, flags), flags, every, { ENRICHD_CONFIG: "/dev/null", ...env });
const runOf = (env: Record<string, string>, ...args: string[]) =>
  runSettings(settingsOf(env, ...args), { db: "x", journal: null }, 0);

describe("the thresholds of a run", () => {
  test("by default", () => {
    expect(runOf({})).toMatchObject({
      ...{ attemptsMax: 3, crashesMax: 2, backoff: { baseMs: 2_000, maxMs: 30_000 } },
      gate: {
        breaker: { faultsMax: 10, windowSize: 20, windowMin: 8, faultShare: 0.5, openMs: 5_000, openMaxMs: 120_000 },
        slump: { windowSize: 20, ratio: 0.8, pauseMs: 15_000, pauseMaxMs: 120_000, pausesMax: 4 },
        ...{ coldPause: { baseMs: 500, maxMs: 4_000 }, overloadPause: { baseMs: 1_000, maxMs: 30_000 } },
        ...{ coldFaultsMax: 4, coldRefusalsMax: 3, goneMs: 600_000 },
      },
    });
  });

  test("under the names that BrainLayer's users have set, whose retries are one less than our attempts", () => {
    const env = {
      ...{ BRAINLAYER_MAX_RETRIES: "0", BRAINLAYER_RETRY_BASE_DELAY: "0.5", BRAINLAYER_RETRY_MAX_DELAY: "9" },
      ...{ BRAINLAYER_CIRCUIT_BREAKER: "7", BRAINLAYER_BATCH_FAIL_RATIO: "0.65", BRAINLAYER_HEALTH_PAUSE: "30" },
    };
    const { attemptsMax, backoff, gate } = runOf(env);
    expect([attemptsMax, backoff, gate.breaker.faultsMax]).toEqual([1, { baseMs: 500, maxMs: 9_000 }, 7]);
    expect([gate.slump.ratio, gate.slump.pauseMs]).toEqual([0.65, 30_000]);
    expect(runOf({ ...env, ENRICHD_ATTEMPTS: "5" }).attemptsMax).toBe(5);
  });

  test.each(["1.1", "-0.1", "half", "0.5x"])("a share of %p is none", (value) => {
    expect(() => runOf({}, `--fail-ratio=${value}`)).toThrow(/a number from 0 to 1/);
  });
});

describe("--fallback", () => {
  const of = (value: string) => fallbacksOf(settingsOf({}, "--fallback", value));
  test("nobody is fallen back to unasked", () => {
    expect([fallbacksOf(settingsOf({})), of("none")]).toEqual([[], []]);
  });
  test("names, in their order, with addresses where given", () => {
    expect(of("openai=http://127.0.0.1:8081/v1?a=b, lexical")).toEqual([
      { name: "openai", url: "http://127.0.0.1:8081/v1?a=b" },
      { name: "lexical", url: null },
    ]);
  });
  test.each(["auto", "opnai", "openai,", "openai,none"])("%p is refused", (value) => {
    expect(() => of(value)).toThrow(Problem);
  });
  test.each(["mlx=", "openai= , lexical"])("%p has no address, which is no fault of --url", (value) => {
    const { kind, where, message } = refusal(() => of(value), value);
    expect([kind, where]).toEqual(["usage", "--fallback"]);
    expect(message).toEndWith('=" has no address');
  });
});
