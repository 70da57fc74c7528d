import { expect, test } from "bun:test";
import { database, discard, freshCopy } from "../../bench/databases.ts";
import { openPage, startBrowser, violationsOf } from "../support/browser.ts";
import { startTestPage } from "../support/page.ts";

const views = [
  "",
  "chunks",
  "chunks?state=pending",
  "chunks?state=enriched&q=cursor",
  "failures",
  "descriptions",
  "backends",
  "settings",
];

test("a million chunks in a real browser: each view is there at once, and goes on down to the oldest", async () => {
  const db = freshCopy(await database({ rows: 1_000_000, enrichedShare: 0.7 }));
  const served = startTestPage(db);
  const browser = await startBrowser();
  const { page, errors } = await openPage(browser, "light");
  for (const view of views) {
    await page.goto(served.url + view);
    let paint: unknown = null;
    while (paint === null)
      paint = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null");
    const answered = await page.evaluate("performance.getEntriesByType('navigation')[0].responseEnd");
    console.log(
      `/${view}: answered after ${Math.round(Number(answered))} ms, first paint after ${Math.round(Number(paint))} ms`,
    );
    expect([view, await violationsOf(page)]).toEqual([view, []]);
  }
  // By key, not by counting: as soon there as the first page.
  await page.goto(`${served.url}chunks?before=40`);
  expect(await page.locator("ol.chunks > li").count()).toBe(39);
  expect(await page.getByText("older").count()).toBe(0);
  await page.goto(served.url);
  await page.locator("#states", { hasText: "1,000,000" }).waitFor();
  expect(errors).toEqual([]);
  await browser.close();
  await served.stop();
  discard(db);
}, 600_000);
