/** A real browser for the tests of the page: the one that comes in a package on Linux, the installed Chrome elsewhere. */

import { readFileSync } from "node:fs";
import { type Browser, type Page, chromium as playwright } from "playwright-core";

export async function startBrowser(): Promise<Browser> {
  if (process.platform !== "linux") return playwright.launch({ channel: "chrome", headless: true });
  // It brings the libraries that a small system lacks, and takes them where it believes itself there.
  if (!hasLibrary("libnss3.so")) process.env["AWS_LAMBDA_JS_RUNTIME"] ??= "nodejs22.x";
  const { default: chromium } = await import("@sparticuz/chromium");
  const executablePath = await chromium.executablePath();
  // One process for all is for machines that can start no other, and ends with the first page that is closed.
  const args = chromium.args.filter((arg) => arg !== "--single-process" && arg !== "--no-zygote");
  return playwright.launch({ executablePath, args, headless: true });
}

function hasLibrary(name: string): boolean {
  const { stdout } = Bun.spawnSync(["/sbin/ldconfig", "-p"], { stderr: "ignore" });
  return stdout.toString().includes(name);
}

export type Look = "light" | "dark" | "phone";

/** A page that keeps what its console complains of. The texts are in English, whatever the machine speaks. */
export async function openPage(browser: Browser, look: Look): Promise<{ page: Page; errors: string[] }> {
  const viewport = look === "phone" ? { width: 375, height: 700 } : { width: 1_200, height: 900 };
  const colorScheme = look === "dark" ? "dark" : "light";
  const context = await browser.newContext({ viewport, colorScheme, locale: "en-US", timezoneId: "UTC" });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  return { page, errors };
}

const axeSource = readFileSync(Bun.resolveSync("axe-core/axe.min.js", import.meta.dir), "utf8");

/** What keeps people out of the page as it is now: the rule and the element, for each. By WCAG 2.2, level AA. */
export async function violationsOf(page: Page): Promise<string[]> {
  // Evaluated, not added: the page's own policy forbids scripts that are not its file.
  await page.evaluate(axeSource);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await page.evaluate(`axe.run({ runOnly: ${JSON.stringify(tags)} })`);
  const { violations } = found as { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
  );
}
