import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startModelServer } from "../fixtures/describing-server.ts";
import { startTestPage, type TestPage } from "../support/page.ts";
import { startRun } from "../support/runner.ts";
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
  expect(await (await page.get("/api/series?range=10m")).json()).toMatchObject({ step_s: 10, points: [], marks: [] });
  expect((await page.get("/api/series?range=1y")).status).toBe(400);
  expect(await (await page.get("/api/stats")).json()).toMatchObject({ schema: "enrichd.stats/1" });
  expect(await textAt("/healthz")).toBe("ok\n");
  expect((await page.get("/nothing")).status).toBe(404);
});

describe("after a run with failures", () => {
  let db: string;
  let after: TestPage;
  beforeAll(async () => {
    const server = await startModelServer();
    const poisoned = {
      id: "bad",
      content: "@@poison A text that no model of ours will ever describe, however often it is asked.",
    };
    db = newTarget([...rowsOf(5), poisoned]);
    await startRun(db, server.url, { attemptsMax: 1 }).result;
    server.stop();
    after = startTestPage(db);
  });
  afterAll(() => after.stop());
  const at = async (path: string): Promise<string> => (await after.get(path)).text();

  test("the overview says how it ended", async () => {
    expect(await at("/")).toContain("<strong>Finished</strong>");
  });

  test("a chunk shows its text, its description and where that comes from", async () => {
    const html = await at("/chunks/chunk-1");
    for (const words of [textOf(1), "summary", "tags", "Question, as it is sent"])
      expect([words, html.includes(words)]).toEqual([words, true]);
    expect((await after.get("/chunks/none")).status).toBe(404);
    expect((await after.get("/chunks/%E0%A4%A")).status).toBe(404);
  });

  test("a failed one shows what was asked and what came back, and is put back as pending", async () => {
    const failures = await at("/failures");
    expect(failures).toContain("unusable_reply");
    expect(await at("/failures?kind=timeout")).toContain("No failed chunk");
    const html = await at("/chunks/bad");
    expect(html).toContain("What came back");
    expect(html).toContain("Retry this chunk");
    const wish = JSON.stringify({ action: "retry", kind: "unusable_reply" });
    expect(await (await after.act(wish)).json()).toMatchObject({ message: "1 chunk put back as pending." });
    expect(await at("/chunks?state=pending")).toContain("/chunks/bad");
    expect((await after.act('{"action":"retry","ids":[]}')).status).toBe(400);
  });

  test("what the descriptions say", async () => {
    const html = await at("/descriptions");
    expect(html).toContain("Of the latest 5 described.");
    expect(html).toContain("/chunks/chunk-4");
  });

  test("the backends", async () => {
    const html = await at("/backends");
    expect(html).toContain("unusable_reply");
    expect(html).toContain("None of ours runs");
  });
});
