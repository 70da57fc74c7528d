import { describe, expect, test } from "bun:test";
import { failureOfError, failureOfStatus, failureOfThrown, presentable, unusable } from "../../src/backends/failure.ts";

const wallMs = Date.UTC(2026, 1, 27, 12, 0, 0);
const refusal = (status: number, body: string, headers: Record<string, string> = {}) =>
  failureOfStatus({ status, headers: new Headers(headers), body, wallMs });
const said = (message: string): string => JSON.stringify({ error: { message } });

/** The words of each server, as they were seen or reported; the last rows must not be taken for a text too long. */
const lengths: readonly (readonly [string, number, string, string])[] = [
  [
    "llama.cpp",
    400,
    "request (9031 tokens) exceeds the available context size (2048 tokens), try increasing it",
    "too_large",
  ],
  [
    "vLLM to 0.15",
    400,
    "This model's maximum context length is 6048 tokens. However, you requested 6616 tokens",
    "too_large",
  ],
  [
    "vLLM from 0.16",
    400,
    "You passed 1015 input tokens. However, the model's context length is only 1024 tokens",
    "too_large",
  ],
  [
    "LM Studio, llama",
    400,
    "Trying to keep the first 111490 tokens when context the overflows. However, the model is",
    "too_large",
  ],
  ["LM Studio, MLX", 500, "Context size has been exceeded.", "too_large"],
  ["OpenAI", 400, "Please reduce the length of the messages.", "too_large"],
  ["a wrong field", 400, "response_format type must be one of text or json_object", "bad_request"],
  ["a word about context", 400, "chat_template_kwargs is not supported in this context", "bad_request"],
  ["a bug", 500, "internal error", "server_error"],
];

const errors: readonly (readonly [string, unknown, object])[] = [
  ["a number as code", { code: 503, message: "no slot" }, { kind: "overloaded", status: 503, retryAfterMs: null }],
  ["a length by name", { code: "context_length_exceeded", message: "long" }, { kind: "too_large" }],
  ["llama.cpp's name", { code: 400, type: "exceed_context_size_error", message: "x" }, { kind: "too_large" }],
  ["a rate limit", { type: "rate_limit_exceeded", message: "slow" }, { kind: "overloaded", status: 429 }],
  ["a bad key", { code: "invalid_api_key", message: "no" }, { kind: "unauthorized", status: 401 }],
  ["a missing model", { code: "model_not_found", message: "no" }, { kind: "model_missing", status: 404 }],
  ["a broken request", { type: "invalid_request_error", message: "no" }, { kind: "bad_request", status: 400 }],
  ["a string", "generation failed", { kind: "server_error", status: 500, detail: "generation failed" }],
  ["anything", { odd: [1] }, { kind: "server_error", detail: '{"odd":[1]}' }],
];

describe("what a refusal means", () => {
  test.each(lengths)("%s, %i", (_, status, message, kind) => {
    expect(refusal(status, said(message))).toMatchObject({ kind, status, detail: message });
  });

  test.each([
    [{ "retry-after": "7" }, 7000],
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after": "Fri, 27 Feb 2026 12:01:30 GMT" }, 90_000],
    [{ "retry-after": "Fri, 27 Feb 2026 11:00:00 GMT" }, 0],
    [{ "retry-after": "soon" }, null],
    [{ "retry-after": "-5" }, null],
    [{ "retry-after": "9", "retry-after-ms": "250" }, 250],
    [{}, null],
  ])("the wait that a server names, case %#", (headers, retryAfterMs) => {
    for (const status of [429, 503]) {
      expect(refusal(status, "", headers)).toMatchObject({ kind: "overloaded", status, retryAfterMs });
    }
  });

  test("a redirect is not followed, and says where it went", () => {
    const failure = refusal(302, "", { location: "https://login.example.org/" });
    expect(failure).toEqual({ kind: "bad_request", status: 302, detail: "redirects to https://login.example.org/" });
  });

  test.each([
    [said("as OpenAI says it"), "as OpenAI says it"],
    ['{"error": "as mlx_lm.server says it"}', "as mlx_lm.server says it"],
    ['{"detail": "as FastAPI says it"}', "as FastAPI says it"],
    ["", "HTTP 418"],
  ])("the words of the server are found in %s", (body, detail) => {
    expect(refusal(418, body)).toEqual({ kind: "bad_request", status: 418, detail });
  });

  test("of a page only the words are left", () => {
    const page = "<html><style>p{}</style><h1>502 Bad\nGateway</h1></html>";
    expect(presentable(refusal(502, page), null)).toMatchObject({ kind: "server_error", detail: "502 Bad Gateway" });
  });

  test.each(errors)("an error inside an answer: %s", (_, error, expected) => {
    expect(failureOfError(error)).toMatchObject(expected);
  });
});

describe("what a thrown error means", () => {
  const coded = (code: string): Error => Object.assign(new TypeError("it went wrong"), { code });

  test.each([
    ["ECONNREFUSED", "refused"],
    ["ENOTFOUND", "dns"],
    ["ECONNRESET", "reset"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
    ["CERT_HAS_EXPIRED", "tls"],
    ["ENETUNREACH", "network"],
  ] as const)("%s is %s", (code, reason) => {
    const ours: Record<string, string> = {
      ECONNREFUSED: "nothing listens there",
      ECONNRESET: "the connection was closed before the answer was whole",
    };
    const detail = ours[code] ?? "it went wrong";
    expect(failureOfThrown(coded(code))).toEqual({ kind: "unreachable", reason, detail });
  });

  test("of Bun's words those for programmers are left out", () => {
    const said = "no such luck. For more information, pass `verbose: true` in the second argument to fetch()";
    const error = Object.assign(new Error(said), { code: "ENETDOWN" });
    expect(failureOfThrown(error)).toMatchObject({ detail: "no such luck." });
  });

  test("an error of ours is none of the server's", () => {
    expect(failureOfThrown(new TypeError("x is undefined"))).toBeNull();
    expect(failureOfThrown(coded("ERR_INVALID_URL"))).toBeNull();
    expect(failureOfThrown("a string")).toBeNull();
  });
});

describe("what is shown of a failure", () => {
  const shown = (detail: string, secret: string | null = null): string =>
    presentable(unusable("not_api", detail, `raw ${detail}`), secret).detail;

  test("one line without control characters", () => {
    expect(shown("  a\r\nb\t\u001b[31mc\u202ed\u0000 ")).toBe("a b [31mc d");
  });

  test("at most 300 characters, cut between code points", () => {
    expect(shown("x".repeat(300))).toBe("x".repeat(300));
    expect(shown("😀".repeat(400))).toBe(`${"😀".repeat(299)}…`);
  });

  test("never the key, in the detail or the raw text", () => {
    expect(JSON.stringify(presentable(unusable("empty", "key sk-1 is bad", "sk-1"), "sk-1"))).not.toContain("sk-1");
  });
});
