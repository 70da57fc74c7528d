import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestPage, type TestPage } from "../support/page.ts";
import { newTarget, rowsOf } from "../support/target.ts";

let page: TestPage;
beforeAll(() => {
  page = startTestPage(newTarget(rowsOf(3)));
});
afterAll(() => page.stop());

const pause = '{"action":"pause"}';

describe("who asks under a name that is not ours", () => {
  test.each([
    "evil.example",
    "evil.example:47100",
    "127.0.0.1",
    "127.0.0.1:1",
    "127.0.0.1.evil.example:47100",
    "localhost.:47100",
  ])("as %s: 403", async (host) => {
    expect((await page.get("/", { host })).status).toBe(403);
  });

  test("our own names are taken, in any case", async () => {
    for (const name of ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
      expect((await page.get("/", { host: `${name}:${page.port}` })).status).toBe(200);
  });
});

describe("another site", () => {
  test.each([
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://127.0.0.1:1" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" },
  ])("is refused: %o", async (headers: Record<string, string>) => {
    expect((await page.get("/api/series?range=1h", headers)).status).toBe(403);
    expect((await page.act(pause, headers)).status).toBe(403);
  });

  test("may link to a page", async () => {
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await page.get("/", headers)).status).toBe(200);
  });
});

describe("an action", () => {
  const refused: [string, string, Record<string, string>, number][] = [
    ["without the page's token", pause, { "x-enrichd-token": "" }, 403],
    ["with another token", pause, { "x-enrichd-token": "token-99" }, 403],
    ["as a form", "action=pause", { "content-type": "application/x-www-form-urlencoded" }, 415],
    ["as plain text", pause, { "content-type": "text/plain" }, 415],
    ["with a body that is too large", JSON.stringify({ action: "x".repeat(20_000) }), {}, 413],
    ["that is none", '{"action":"delete"}', {}, 400],
    ["that is no JSON", "{", {}, 400],
    ["that is a list", "[]", {}, 400],
  ];
  test.each(refused)("%s is refused", async (_, body, headers, status) => {
    expect((await page.act(body, headers)).status).toBe(status);
  });

  test("by another method is refused", async () => {
    for (const method of ["PUT", "DELETE", "PATCH"])
      expect((await fetch(`http://127.0.0.1:${page.port}/api/actions`, { method })).status).toBe(405);
  });

  test("of our page is taken, and its end too", async () => {
    expect(await (await page.act(pause)).json()).toMatchObject({ action: "pause" });
    expect(await (await page.get("/")).text()).toContain("by a test");
    expect(await (await page.act('{"action":"resume"}')).json()).toMatchObject({ action: "resume" });
  });
});

describe("what is sent", () => {
  test("an address that is too long: 414", async () => {
    expect((await page.get(`/chunks?q=${"x".repeat(3_000)}`)).status).toBe(414);
  });

  test.each([
    "/../../etc/passwd",
    "/assets/../../package.json",
    "/assets/%2e%2e/%2e%2e/etc/passwd",
    "/assets/page.css.map",
    "/..%2f..%2fetc%2fpasswd",
    "//etc/passwd",
  ])("no path reaches a file: %s", async (path) => {
    expect((await page.get(path)).status).toBe(404);
  });

  test("every answer forbids foreign and inline script, frames and caching", async () => {
    for (const path of ["/", "/api/stats", "/nothing", "/assets/page.js"]) {
      const { headers } = await page.get(path);
      expect(headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self';");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});

describe("from another machine", () => {
  test("only with the token that was printed: in the address once, then in a cookie", async () => {
    const open = startTestPage(newTarget(rowsOf(1)), "0.0.0.0");
    const host = `our-mac.local:${open.port}`;
    expect((await open.get("/", { host })).status).toBe(401);
    expect((await open.get("/?token=wrong", { host })).status).toBe(401);
    const { search } = new URL(open.url);
    const entered = await open.get(`/${search}`, { host });
    expect(entered.status).toBe(303);
    expect(entered.headers.get("location")).toBe("/");
    const cookie = entered.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/HttpOnly.*SameSite=Strict|SameSite=Strict.*HttpOnly/);
    const known = { host, cookie: cookie.split(";")[0] ?? "" };
    expect((await open.get("/", known)).status).toBe(200);
    expect((await open.get("/", { ...known, origin: "http://evil.example" })).status).toBe(403);
    await open.stop();
  });
});
