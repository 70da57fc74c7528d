import { describe, expect, test } from "bun:test";
import type { Failure } from "../../src/core/failure.ts";
import { type Circumstances, sentence } from "../../src/pipeline/sentence.ts";

const now: Circumstances = {
  wallMs: 100_000,
  succeededAtMs: null,
  standing: "steady",
  isProven: true,
  attemptsMax: 3,
  backoff: { baseMs: 2_000, maxMs: 30_000 },
  random: () => 1,
};
const fresh = { attempts: 0, failures: 0, failedAtMs: null };
const failures = {
  unreachable: { kind: "unreachable", reason: "refused", detail: "" },
  timeout: { kind: "timeout", phase: "progress", afterMs: 1, detail: "" },
  overloaded: { kind: "overloaded", status: 429, retryAfterMs: 7_000, detail: "" },
  server: { kind: "server_error", status: 500, detail: "" },
  large: { kind: "too_large", status: 413, detail: "" },
  unusable: { kind: "unusable_reply", reason: "not_json", detail: "", raw: "" },
  key: { kind: "unauthorized", status: 401, detail: "" },
} as const satisfies Record<string, Failure>;

describe("a hung server fails every chunk alike", () => {
  test("so a chunk is not blamed for the first fault, nor while nothing succeeds", () => {
    const past = { attempts: 0, failures: 7, failedAtMs: 90_000 };
    expect(sentence(failures.timeout, fresh, { ...now, succeededAtMs: 99_000 }).blamed).toBeFalse();
    expect(sentence(failures.timeout, past, now).blamed).toBeFalse();
    expect(sentence(failures.server, past, { ...now, succeededAtMs: 80_000 }).blamed).toBeFalse();
  });
  test("and is blamed when others were served since it last failed", () => {
    const past = { attempts: 0, failures: 1, failedAtMs: 90_000 };
    expect(sentence(failures.timeout, past, { ...now, succeededAtMs: 95_000 }).blamed).toBeTrue();
  });
});

test("a bad reply counts against its chunk, and the last of its attempts gives it up", () => {
  expect(sentence(failures.unusable, fresh, now)).toEqual({ blamed: true, retryAtMs: 102_000 });
  expect(sentence(failures.unusable, { attempts: 1, failures: 1, failedAtMs: 1 }, now)).toEqual({
    blamed: true,
    retryAtMs: 104_000,
  });
  expect(sentence(failures.unusable, { attempts: 2, failures: 2, failedAtMs: 1 }, now).retryAtMs).toBeNull();
});

test("a chunk too large for the server is given up at once", () => {
  expect(sentence(failures.large, fresh, now)).toEqual({ blamed: true, retryAtMs: null });
});

test("while the backend has not shown that it is well, three times as many", () => {
  const unproven = { ...now, isProven: false };
  for (const failure of [failures.unusable, failures.large])
    for (const attempts of [0, 2, 7])
      expect(sentence(failure, { attempts, failures: attempts, failedAtMs: 1 }, unproven)).toMatchObject({
        ...{ blamed: true, retryAtMs: expect.any(Number) },
      });
  expect(sentence(failures.unusable, { attempts: 8, failures: 8, failedAtMs: 1 }, unproven).retryAtMs).toBeNull();
});

test("a server that names a time is asked again then", () => {
  expect(sentence(failures.overloaded, fresh, now)).toEqual({ blamed: false, retryAtMs: 107_000 });
});

test("a server that is away never counts, and the pauses grow to a bound", () => {
  const past = { attempts: 2, failures: 40, failedAtMs: 90_000 };
  expect(sentence(failures.unreachable, past, { ...now, succeededAtMs: 95_000 })).toEqual({
    blamed: false,
    retryAtMs: 130_000,
  });
});

test("a 404 after others were served is about the chunk", () => {
  const missing: Failure = { kind: "model_missing", status: 404, detail: "" };
  const past = { attempts: 2, failures: 2, failedAtMs: 90_000 };
  expect(sentence(missing, past, { ...now, succeededAtMs: 95_000 })).toEqual({ blamed: true, retryAtMs: null });
});

test("while a backend fails all alike, no chunk is blamed, and none given up", () => {
  const past = { attempts: 2, failures: 2, failedAtMs: 90_000 };
  for (const failure of [failures.unusable, failures.large, failures.server])
    expect(sentence(failure, past, { ...now, succeededAtMs: 95_000, standing: "sick" }).blamed).toBeFalse();
  expect(sentence(failures.unusable, past, { ...now, standing: "sick" }).retryAtMs).toBe(108_000);
});

test("a chunk of which the server dies, asked alone, is given up", () => {
  expect(sentence({ kind: "crashed", detail: "" }, fresh, now)).toEqual({ blamed: true, retryAtMs: null });
});

test("a backend that is given up leaves its chunk to the next one, at once", () => {
  const givenUp = { ...now, standing: "given-up" } as const;
  expect(sentence(failures.key, fresh, givenUp)).toEqual({ blamed: false, retryAtMs: 100_000 });
  expect(sentence(failures.unreachable, fresh, givenUp)).toEqual({ blamed: false, retryAtMs: 100_000 });
});

test("retries are scattered over the whole of their pause", () => {
  const at = (random: number) => sentence(failures.unreachable, fresh, { ...now, random: () => random }).retryAtMs;
  expect([at(0), at(0.25), at(1)]).toEqual([100_000, 100_500, 102_000]);
});
