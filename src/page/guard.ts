/**
 * Who may ask the page for what: it comes before every route. Only names that are ours in Host and Origin (a foreign page
 * whose name is pointed at this machine has another one), actions only by POST with the page's token, and bounds on what
 * is sent. Chunk text is hostile, so that no script but our own file may run.
 */

import { timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";

export interface GuardSettings {
  /**
   * Names with their port that stand for us: `127.0.0.1:4477`. Null: whichever the other machine knows us by; a foreign
   * page whose name is pointed at us has no token then.
   */
  readonly hosts: readonly string[] | null;
  /** In every page that we render, and sent with each action. */
  readonly pageToken: string;
  /** What a person must know who comes from elsewhere; null on loopback. */
  readonly accessToken: string | null;
}

/** Characters of a path with its query. */
export const urlMax = 2_048;
export const bodyMax = 16_384;
const cookie = "enrichd_access";

const headers: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
};

export function guard(settings: GuardSettings): MiddlewareHandler {
  return async (context, next) => {
    const refused = refusalOf(context, settings) ?? (await accessRefusal(context, settings));
    if (refused instanceof Response) context.res = refused;
    else if (refused !== null) context.res = context.text(`${refused.why}\n`, refused.status);
    else await next();
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
  };
}

interface Refusal {
  readonly status: 400 | 401 | 403 | 405 | 413 | 414 | 415;
  readonly why: string;
}
const refuse = (status: Refusal["status"], why: string): Refusal => ({ status, why });

function refusalOf({ req }: Context, settings: GuardSettings): Refusal | null {
  const host = req.header("host")?.toLowerCase() ?? "";
  const hosts = settings.hosts ?? [host];
  if (!hosts.includes(host)) return refuse(403, "This page answers only under its own address.");
  const url = new URL(req.url);
  if (url.pathname.length + url.search.length > urlMax) return refuse(414, "The address is too long.");
  const origin = req.header("origin");
  if (origin !== undefined && !hosts.some((name) => origin === `http://${name}`))
    return refuse(403, "Another site may not ask this page.");
  const site = req.header("sec-fetch-site");
  const isLink = req.method === "GET" && req.header("sec-fetch-mode") === "navigate";
  if (site !== undefined && site !== "same-origin" && site !== "none" && !isLink)
    return refuse(403, "Another site may not ask this page.");
  if (req.method === "GET" || req.method === "HEAD") return null;
  if (req.method !== "POST") return refuse(405, "Only GET and POST are known here.");
  if (req.header("content-type")?.split(";")[0]?.trim() !== "application/json")
    return refuse(415, "An action is sent as application/json.");
  if (Number(req.header("content-length") ?? Number.NaN) > bodyMax) return refuse(413, "The body is too large.");
  const sent = req.header("x-enrichd-token") ?? "";
  return isSame(sent, settings.pageToken) ? null : refuse(403, "This action came from no page of ours: reload it.");
}

/** Whoever comes from another machine shows the token once, and has it in a cookie from then on. */
async function accessRefusal(context: Context, { accessToken }: GuardSettings): Promise<Response | Refusal | null> {
  if (accessToken === null) return null;
  if (isSame(getCookie(context, cookie) ?? "", accessToken)) return null;
  if (isSame(context.req.header("authorization")?.replace(/^Bearer /, "") ?? "", accessToken)) return null;
  if (context.req.method === "GET" && isSame(context.req.query("token") ?? "", accessToken)) {
    const options = { httpOnly: true, sameSite: "Strict", path: "/" } as const;
    setCookie(context, cookie, accessToken, options);
    return context.redirect(new URL(context.req.url).pathname, 303);
  }
  return refuse(401, "Open the address that was printed when the page was started: it has the token.");
}

/** In a time that says nothing of where they differ. */
function isSame(sent: string, token: string): boolean {
  const [a, b] = [sent, token].map((text) => new Bun.CryptoHasher("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
