import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import type { Browser } from "playwright-core";
import { startModelServer } from "../fixtures/describing-server.ts";
import { type Look, openPage, startBrowser, violationsOf } from "../support/browser.ts";
import { startTestPage, type TestPage } from "../support/page.ts";
import { newScene } from "../support/page-scene.ts";
import { startRun } from "../support/runner.ts";
import { newTarget, rowsOf } from "../support/target.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
}, 60_000);
afterAll(() => browser.close());

const views = [
  "/",
  "/chunks",
  "/chunks/session-4%3A59",
  "/chunks/bad-0",
  "/failures",
  "/descriptions",
  "/backends",
  "/settings",
];

/** `UPDATE_DOCS=1` takes the pictures of the documents anew. */
function pictureOf(view: string, look: Look): string {
  const name =
    view === "/"
      ? "overview"
      : view
          .slice(1)
          .replace(/%3A.*$/, "")
          .replaceAll("/", "-");
  return resolve(import.meta.dir, `../../docs/images/${name}-${look}.png`);
}

describe("each view, on a database with something of everything", () => {
  let served: TestPage;
  beforeAll(async () => {
    served = startTestPage(await newScene());
  }, 60_000);
  afterAll(() => served.stop());

  for (const look of ["light", "dark", "phone"] as const satisfies readonly Look[])
    test(`${look}: nothing keeps anybody out, nothing complains, nothing is wider than the screen`, async () => {
      const { page, errors } = await openPage(browser, look);
      for (const view of views) {
        await page.goto(served.url + view.slice(1));
        if (view === "/") await page.waitForSelector(".u-legend");
        expect([view, await violationsOf(page)]).toEqual([view, []]);
        const tooWide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
        expect([view, tooWide]).toEqual([view, 0]);
        if (look !== "phone" && process.env["UPDATE_DOCS"] !== undefined)
          await page.screenshot({ path: pictureOf(view, look) });
      }
      expect(errors).toEqual([]);
      await page.context().close();
    }, 120_000);

  test("by the keyboard alone: skip to the content, through the views, into a chunk", async () => {
    const { page } = await openPage(browser, "light");
    await page.goto(served.url);
    await page.keyboard.press("Tab");
    expect(await page.textContent(":focus")).toContain("Skip to content");
    for (const name of ["Overview", "Chunks"]) {
      await page.keyboard.press("Tab");
      expect(await page.textContent(":focus")).toBe(name);
    }
    await page.keyboard.press("Enter");
    await page.waitForURL("**/chunks");
    await page.fill("input[type=search]", "staging cluster");
    await page.keyboard.press("Enter");
    await page.waitForURL("**q=staging**");
    expect(await page.locator("ol.chunks > li").count()).toBeGreaterThan(3);
    await page.context().close();
  }, 60_000);

  test("without JavaScript it is readable", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(served.url);
    expect(await page.textContent("#now")).toContain("enriched");
    expect(await page.textContent("#states")).toContain("too short");
    await context.close();
  }, 60_000);

  test("a failure is tried again from its table", async () => {
    const { page } = await openPage(browser, "light");
    await page.goto(`${served.url}failures`);
    await page.getByRole("button", { name: "Retry these: too_large" }).click();
    await page.getByText("1 chunk put back as pending.").waitFor();
    await page.reload();
    expect(await page.textContent("#kinds")).not.toContain("too_large");
    await page.context().close();
  }, 60_000);
});

describe("while a run goes on", () => {
  test("numbers move by themselves; pause, resume and stop take effect and say who asked", async () => {
    const server = await startModelServer({ latencyMs: 150 });
    const db = newTarget(rowsOf(400));
    const run = startRun(db, server.url);
    const served = startTestPage(db);
    const { page, errors } = await openPage(browser, "light");
    await page.goto(served.url);
    await page.locator("#now .headline.working").waitFor();
    const first = (await page.locator("#now .num").first().textContent()) ?? "";
    await page.locator("#now .progress p", { hasNotText: `${first} of` }).waitFor();

    await page.getByRole("button", { name: "Pause" }).click();
    await page.locator("#now .headline.paused").waitFor();
    expect(await page.textContent("#now .requests")).toContain("asked by a test");
    await page.getByRole("button", { name: "Resume" }).click();
    await page.locator("#now .headline.working").waitFor();
    await page.getByRole("button", { name: "Stop after current" }).click();
    expect((await run.result).ending).toEqual({ reason: "stopped" });
    await page.locator("#now .headline.stopped").waitFor();
    expect(errors).toEqual([]);
    server.stop();
    await served.stop();
    await page.context().close();
  }, 60_000);

  test("a connection that is lost is said to be, and comes back by itself, also to a new process", async () => {
    const db = newTarget(rowsOf(3));
    const served = startTestPage(db);
    const { page } = await openPage(browser, "light");
    await page.goto(served.url);
    await page.getByText("Live").waitFor();
    await served.stop();
    await page.getByText("Connection lost").waitFor();
    const again = startTestPage(db, "127.0.0.1", served.port);
    await page.waitForEvent("load");
    await page.getByText("Live").waitFor();
    // Its token is another by now: an action works only from a page that was loaded anew.
    await page.getByRole("button", { name: "Pause" }).click();
    await page.locator("#now .headline.paused").waitFor();
    await again.stop();
    await page.context().close();
  }, 60_000);
});
