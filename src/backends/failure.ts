/** What went wrong with a question, as a Failure: thrown fetch errors, HTTP statuses, errors inside a stream. Pure. */

import type { Failure, ReplyFault, UnreachableReason } from "../core/failure.ts";
import { field, parseJson, text } from "./json.ts";

/**
 * Codes of Bun's fetch (seen on 1.4.5: ECONNREFUSED, ENOTFOUND, ECONNRESET for every early close, also in mid-body).
 * Null for what is no failure of a connection: an error without a code is a bug of ours, and is thrown on.
 */
export function failureOfThrown(error: unknown): Failure | null {
  if (!(error instanceof Error)) return null;
  const code = text(field(error, "code"));
  if (code === null) return null;
  const detail = plainWords[code] ?? error.message.replace(adviceOfBun, "");
  if (code === "ETIMEDOUT") return { kind: "timeout", phase: "connect", afterMs: 0, detail };
  if (/^(?:Malformed_HTTP_Response|InvalidHTTPResponse|HPE_|ZlibError|BrotliDecompressionError|Zstd)/.test(code)) {
    return unusable("not_api", `the server does not speak HTTP as it should (${code})`, "");
  }
  if (code.startsWith("ERR_INVALID_") || code.startsWith("ERR_BODY_")) return null;
  return { kind: "unreachable", reason: unreachableReason(code), detail };
}

/** Meant for whoever calls fetch; to anyone else it reads like a flag of ours. */
const adviceOfBun = / ?For more information, pass `verbose: true` in the second argument to fetch\(\)/;

/** Where Bun only asks "Was there a typo in the url or port?". A full queue of a socket is told at once, not waited for. */
const plainWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOENT: "there is no such socket: its server does not run, or has another path",
  ECONNRESET: "the connection was closed before the answer was whole",
  EAGAIN: "the socket takes no more connections now: its queue is full",
};

function unreachableReason(code: string): UnreachableReason {
  // Without a file there is nobody listening, as with a port.
  if (["ECONNREFUSED", "ENOENT", "ENOTSOCK"].includes(code)) return "refused";
  if (["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NONAME", "EAI_NODATA"].includes(code)) return "dns";
  if (["ECONNRESET", "EPIPE", "ECONNABORTED", "ConnectionClosed"].includes(code)) return "reset";
  if (/CERT|TLS|SSL|SIGNATURE|UNABLE_TO_|ALTNAME|EPROTO/.test(code)) return "tls";
  return "network";
}

export interface HttpRefusal {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** Milliseconds since 1970: a Retry-After may be a date. */
  readonly wallMs: number;
}

export function failureOfStatus({ status, headers, body, wallMs }: HttpRefusal): Failure {
  const detail = messageOf(body) || `HTTP ${status}`;
  const retryAfterMs = parseRetryAfter(headers, wallMs);
  if (status >= 300 && status < 400) {
    // Not followed: a redirect would take the text, and the key, to an address that nobody named.
    return { kind: "bad_request", status, detail: `redirects to ${headers.get("location") ?? "nowhere"}` };
  }
  // A model that is missing is told in JSON, or in a word; a whole page is that of another program.
  if (status === 404 && /<html|<!doctype html/i.test(body))
    return unusable("not_api", `it has no such path, and answers with a page: ${detail.trim()}`, "");
  return failureOf(status, retryAfterMs, detail);
}

/** An error object inside a 200: its numeric code where there is one, else what its code or type is called. */
export function failureOfError(error: unknown): Failure {
  const code = field(error, "code");
  const names = [code, field(error, "type")].filter((name) => typeof name === "string").join(" ");
  const status = typeof code === "number" && code >= 400 && code < 600 ? code : statusOfNames(names);
  const message = text(error) ?? text(field(error, "message")) ?? JSON.stringify(error);
  return failureOf(status, null, names === "" ? message : `${message} (${names})`);
}

/** The order matters: the first name that is known decides. */
const statusesByName: readonly (readonly [RegExp, number])[] = [
  [/context_length|context_size/, 413],
  [/rate_limit|too_many_requests|insufficient_quota/, 429],
  [/overload|unavailable|capacity/, 503],
  [/invalid_api_key|authentication|permission|unauthorized/, 401],
  [/model_not_found|not_found/, 404],
  [/invalid_request|bad_?request/i, 400],
];
const statusOfNames = (names: string): number => statusesByName.find(([name]) => name.test(names))?.[1] ?? 500;

function failureOf(status: number, retryAfterMs: number | null, detail: string): Failure {
  // llama.cpp, vLLM and LM Studio say "too long" with 400, 500 or 200; only the words tell it from a broken request.
  if (status === 413 || ([400, 422, 500].includes(status) && saysTooLong(detail))) {
    return { kind: "too_large", status, detail };
  }
  if (status === 401 || status === 402 || status === 403) return { kind: "unauthorized", status, detail };
  if (status === 404) return { kind: "model_missing", status, detail };
  if (status === 408) return { kind: "timeout", phase: "total", afterMs: 0, detail };
  if (status === 429 || status === 503) return { kind: "overloaded", status, retryAfterMs, detail };
  const isClients = status >= 400 && status < 500;
  return { kind: isClients ? "bad_request" : "server_error", status, detail };
}

const tooLong =
  /exceeds? the (?:available |model'?s? )?(?:maximum )?context|maximum (?:context|input) length|context[_ ](?:length|size|window)[_ ]?(?:is only|has been exceeded|exceeded|of only)|exceed_context_size|context the overflows|prompt is too long|input is too long|reduce the length of the/i;
const saysTooLong = (detail: string): boolean => tooLong.test(detail);

/** Seconds or an HTTP date (RFC 9110 §10.2.3), or OpenAI's own `retry-after-ms`; never negative. */
function parseRetryAfter(headers: Headers, wallMs: number): number | null {
  const exact = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (exact >= 0) return Math.ceil(exact);
  const header = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/.test(header)) return Math.ceil(Number(header) * 1000);
  const date = /^[A-Z][a-z]+,/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - wallMs);
}

/** What the server said, out of the shapes that servers use: OpenAI's, mlx_lm.server's, FastAPI's, a proxy's page. */
function messageOf(body: string): string {
  const json = parseJson(body);
  if (json === undefined) return body.replace(/<(style|script)[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ");
  const error = field(json, "error");
  const said =
    text(field(error, "message")) ?? text(error) ?? text(field(json, "message")) ?? text(field(json, "detail"));
  return said ?? body;
}

export const unusable = (reason: ReplyFault, detail: string, raw: string): Failure => ({
  kind: "unusable_reply",
  reason,
  detail,
  raw,
});

/** Only what is about the place itself names it: no other failure gets shorter words for it. */
export const placedAt = (failure: Failure, place: string): Failure =>
  failure.kind === "unreachable" ? { ...failure, detail: `${failure.detail} (${place})` } : failure;

const detailCharsMax = 300;

/** The failure as it may be shown and stored: one line, no control characters, and the key nowhere, raw text included. */
export function presentable(failure: Failure, secret: string | null): Failure {
  const hide = (said: string): string => (secret ? said.replaceAll(secret, "[key]") : said);
  // biome's rule against control characters in a pattern is kept: \p{C} names them all, bidirectional marks included.
  const line = hide(failure.detail)
    .replace(/[\p{C}\s]+/gu, " ")
    .trim();
  const points = [...line.slice(0, (detailCharsMax + 1) * 2)];
  const detail = points.length > detailCharsMax ? `${points.slice(0, detailCharsMax - 1).join("")}…` : line;
  return failure.kind === "unusable_reply" ? { ...failure, detail, raw: hide(failure.raw) } : { ...failure, detail };
}
