import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestPage, type TestPage } from "../support/page.ts";
import { newTarget, rowsOf, textOf } from "../support/target.ts";

const hostile = [
  "<script>alert(1)</script> and some more text that makes it long enough",
  '"><img src=x onerror=alert(1)> and some more text that makes it long enough',
  "javascript:alert(1) and some more text that makes it long enough to be wanted",
  "</p></li></ol><style>*{display:none}</style> and some more text, long enough",
];
const rows = [
  ...rowsOf(120),
  ...hostile.map((content, i) => ({ id: `<b>${i}</b>"'/?#`, content, source: `"><i>${i}` })),
];

let page: TestPage;
const textAt = async (path: string): Promise<string> => (await page.get(path)).text();
beforeAll(() => {
  page = startTestPage(newTarget(rows));
});
afterAll(() => page.stop());

test("without a run: what there is, and what to do next", async () => {
  const html = await textAt("/");
  expect(html).toContain("Not started");
  expect(html).toContain("enrichd run");
  expect(html).toContain(`<span class="num">${rows.length}</span>`);
});

describe("chunks", () => {
  test("newest first, page by page, each once", async () => {
    const seen: string[] = [];
    for (let path: string | undefined = "/chunks"; path !== undefined; ) {
      const html = await textAt(path);
      seen.push(
        ...[...html.matchAll(/href="\/chunks\/([^"]+)"/g)].map((match) =>
          decodeURIComponent((match[1] ?? "").replaceAll("&#39;", "'")),
        ),
      );
      path = /href="([^"]*before=[^"]+)">older/.exec(html)?.[1]?.replaceAll("&amp;", "&");
    }
    expect(seen).toEqual(rows.map(({ id }) => id).toReversed());
  });

  test("are searched, whatever signs are in the words", async () => {
    const found = async (query: string): Promise<number> =>
      (await textAt(`/chunks?${query}`)).match(/<li>/g)?.filter(Boolean).length ?? 0;
    const navigation = (await textAt("/chunks?q=nothing+like+this")).match(/<li>/g)?.length ?? 0;
    expect((await found(`q=${encodeURIComponent(textOf(7).slice(0, 30).toUpperCase())}`)) - navigation).toBe(1);
    expect((await found("q=100%25")) - navigation).toBe(0);
    expect((await found("q=_ext")) - navigation).toBe(0);
    expect((await found("state=enriched")) - navigation).toBe(0);
    expect((await found(`source=${encodeURIComponent('"><i>2')}`)) - navigation).toBe(1);
    expect(await textAt("/chunks?q=nothing+like+this")).toContain("No chunk is like this");
  });

  test("are text, and never markup, a link or a style", async () => {
    const html = await textAt("/chunks");
    for (const mark of ["<script>alert", "<img", "<style>", "<b>", "<i>", 'href="javascript:'])
      expect([mark, html.includes(mark)]).toEqual([mark, false]);
    for (const content of hostile) expect(html).toContain(Bun.escapeHTML(content).replaceAll("&#x27;", "&#39;"));
  });

  test("a filter that is nonsense is a page, not an error", async () => {
    for (const query of [
      "before=x",
      "before=99999999999999999999",
      "state=%00",
      "q=%F0%9F%98%80",
      "type=%27%20OR%201=1",
    ])
      expect((await page.get(`/chunks?${query}`)).status).toBe(200);
  });
});

test("series, statistics, health, and what there is not", async () => {
  expect(await (await page.get("/api/series?range=10m")).json()).toMatchObject({ stepS: 10, points: [], marks: [] });
  expect((await page.get("/api/series?range=1y")).status).toBe(400);
  expect(await (await page.get("/api/stats")).json()).toMatchObject({ schema: "enrichd.stats/1" });
  expect(await textAt("/healthz")).toBe("ok\n");
  expect((await page.get("/nothing")).status).toBe(404);
});
