import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import ownFirst from "../../src/store/own.sql" with { type: "text" };
import { type DescribingServer, startModelServer } from "../fixtures/describing-server.ts";
import { type Alone, alone } from "../support/alone.ts";
import { readCsv } from "../support/csv.ts";
import { jsonLines } from "../support/json-lines.ts";
import { brainlayers, schemas } from "../support/layouts.ts";
import { query, textOf } from "../support/target.ts";

const schema = {
  risk: { type: "enum", values: ["low", "high"], description: "how bad it would be", required: true },
  teams: { type: "string[]", description: "who should know" },
};
/** What the model says of a text: the risk is wrong at first where the text says so. */
function extraFor(text: string, times: number) {
  const isWrong = text.includes("wrong at first") && times === 1;
  return { risk: isWrong ? "who knows" : text.length % 2 === 0 ? "low" : "high", teams: ["night shift", "ops"] };
}
const rightFor = (text: string) => ({ risk: text.length % 2 === 0 ? "low" : "high", teams: ["night shift", "ops"] });

let box: Alone;
let server: DescribingServer;
beforeAll(async () => {
  box = alone();
  server = await startModelServer({ extra: extraFor });
  writeFileSync(box.path("risk.json"), JSON.stringify(schema));
  writeFileSync(box.path("other.json"), JSON.stringify({ risk: schema.risk }));
});
afterAll(() => server.stop());

const run = (db: string, ...args: string[]) => box.run("run", "--db", box.path(db), "--url", server.url, ...args);
async function exported(db: string) {
  const { out } = await box.run("export", "--db", box.path(db));
  return jsonLines(out);
}
const askedFor = (content: string): number => server.asked.get(content) ?? 0;

/** A database made by hand, with texts in it, of any layout. */
function make(name: string, sql: string, contents: readonly string[]): void {
  const db = new Database(box.path(name));
  db.run("PRAGMA journal_mode = WAL");
  db.run(sql);
  add(db, contents);
  db.close();
}
function add(db: Database, contents: readonly string[]): void {
  const count = db.query<{ n: number }, []>("SELECT count(*) AS n FROM chunks").get()?.n ?? 0;
  const insert = db.query(`INSERT INTO chunks (id, content, metadata, source_file, content_type, char_count, created_at)
    VALUES (?, ?, '{}', 'f', 'assistant_text', ?, '2026-11-20T10:00:00Z')`);
  for (const [i, content] of contents.entries()) insert.run(`chunk-${count + i}`, content, content.length);
}
const tableOf = (name: string): string =>
  query<{ sql: string }>(box.path(name), "SELECT sql FROM sqlite_master WHERE name = 'chunks'")[0]?.sql ?? "";

describe("a database of our own", () => {
  test("asked for, mended where a required one is missing, kept beside the rest, and exported in each format", async () => {
    const contents = [textOf(1), `${textOf(2)} It is wrong at first.`];
    make("own.db", `${ownFirst}; PRAGMA application_id = ${0x656e7263}; PRAGMA user_version = 1`, contents);
    const { code, err } = await run("own.db", "--schema", "risk.json");
    expect([code, err]).toEqual([0, expect.any(String)]);
    expect(contents.map(askedFor)).toEqual([1, 2]);
    const [body] = server.calls.filter(({ method }) => method === "POST").map((call) => JSON.parse(call.body));
    expect(body.response_format.json_schema.schema.properties.risk).toEqual({ type: "string", enum: ["low", "high"] });
    expect(body.messages[0].content).toContain('- "risk" (low or high): how bad it would be');

    const rows = await exported("own.db");
    expect(rows.map(({ extra }) => extra)).toEqual(contents.map(rightFor));
    expect(rows[0]?.["prompt_version"]).toMatch(/^enrichd-full-\d+\+risk-[0-9a-f]{8}$/);
    // The database was of the first version: it is brought to this one before anything is written.
    expect(query(box.path("own.db"), "SELECT extra FROM chunks WHERE id = 'chunk-0'")).toEqual([
      { extra: JSON.stringify(rightFor(contents[0] ?? "")) },
    ]);
    const csv = await box.run("export", "--db", box.path("own.db"), "--format", "csv");
    const [names = [], cells = []] = readCsv(csv.out);
    expect(JSON.parse(cells[names.indexOf("extra")] ?? "")).toEqual(rightFor(contents[0] ?? ""));
    const markdown = await box.run("export", "--db", box.path("own.db"), "--format", "markdown");
    expect(markdown.out).toContain("- teams: night shift, ops\n");
  });

  test("the same schema again asks nothing; a twin gets what its text got; another schema asks anew", async () => {
    const text = textOf(3);
    make("twins.db", schemas.own, [text, text]);
    await run("twins.db", "--schema", "risk.json");
    expect(askedFor(text)).toBe(1);
    expect((await exported("twins.db")).map(({ extra }) => extra)).toEqual([rightFor(text), rightFor(text)]);
    const later = (): void => {
      const db = new Database(box.path("twins.db"));
      add(db, [text]);
      db.close();
    };
    later();
    await run("twins.db", "--schema", "risk.json");
    expect(askedFor(text)).toBe(1);
    later();
    await run("twins.db", "--schema", "other.json");
    expect(askedFor(text)).toBe(2);
    later();
    await run("twins.db");
    expect(askedFor(text)).toBe(3);
    const last = await exported("twins.db");
    expect(last.slice(2).map(({ extra }) => extra)).toEqual([rightFor(text), { risk: rightFor(text).risk }, null]);
    expect(new Set(last.map((row) => row["prompt_version"])).size).toBe(3);
  });
});

describe.each([...brainlayers])("a database of somebody else's: %s", (layout) => {
  const name = `${layout}.db`;
  const contents = [textOf(10), textOf(11), textOf(11)].map((text) => `${text} In ${layout}.`);

  test("the table is as it was, and the journal keeps the fields by chunk", async () => {
    make(name, `${schemas[layout]}; ALTER TABLE chunks ADD COLUMN extra TEXT DEFAULT 'theirs'`, contents);
    const before = tableOf(name);
    expect((await run(name, "--schema", "risk.json")).code).toBe(0);
    expect(tableOf(name)).toBe(before);
    // A column of that name is somebody's own there.
    const rows = query<{ extra: string }>(box.path(name), "SELECT * FROM chunks");
    expect(rows.map(({ extra }) => extra)).toEqual(contents.map(() => "theirs"));
    expect(JSON.stringify(rows)).not.toContain("night shift");
    expect((await exported(name)).map(({ extra }) => extra)).toEqual(contents.map(rightFor));
  });

  test("a text that comes again without them leaves the others theirs", async () => {
    const db = new Database(box.path(name));
    add(db, [contents[1] ?? ""]);
    db.close();
    await run(name);
    const rows = await exported(name);
    expect(rows.map(({ extra }) => extra)).toEqual([...contents.map(rightFor), null]);
  });

  test("a journal that cannot be read is told of, and the rest is exported", async () => {
    writeFileSync(box.path("broken"), "no database".repeat(100));
    const { code, out, err } = await box.run("export", "--db", box.path(name), "--journal", box.path("broken"));
    expect([code, out.split("\n").length]).toEqual([0, 5]);
    expect(err).toContain("fields of your own are left out");
  });
});

test("what only lexical has described is described again with them, by --upgrade", async () => {
  const text = textOf(20);
  make("upgrade.db", schemas["brainlayer-2"], [text]);
  await run("upgrade.db", "--backend", "lexical");
  expect((await exported("upgrade.db"))[0]).toMatchObject({ backend: "lexical", extra: null });
  await run("upgrade.db", "--schema", "risk.json", "--upgrade");
  expect((await exported("upgrade.db"))[0]).toMatchObject({ backend: "openai", extra: rightFor(text) });
});

describe("is refused before anything is asked", () => {
  test("a schema for the backend without a model, a field of ours, a prompt that is none", async () => {
    make("refused.db", schemas.own, [textOf(30)]);
    writeFileSync(box.path("ours.json"), '{\n  "tags": {"type": "string", "description": "d"}\n}');
    const cases = [
      [["--schema", "risk.json", "--backend", "lexical"], 2, "no model that could fill"],
      [["--schema", "ours.json"], 65, "ours.json:2"],
      [["--schema", "none.json"], 66, "no such file"],
      [["--schema", "."], 65, "folder"],
      [["--prompt", "shrot"], 2, "did you mean short?"],
      [["--prompt", "./none.md"], 66, "no such file"],
      [["--prompt", "/dev/null"], 65, "no file"],
    ] as const;
    for (const [args, code, said] of cases) {
      const ended = await run("refused.db", ...args);
      expect([args, ended.code, ended.out]).toEqual([args, code, ""]);
      expect(ended.err).toContain(said);
    }
    expect(askedFor(textOf(30))).toBe(0);
  });
});

test("a prompt of one's own is sent first, and stands with every enrichment as its version", async () => {
  make("prompt.db", schemas.own, [textOf(40)]);
  writeFileSync(box.path("mine.md"), "Say what it is about, as JSON.\n");
  await run("prompt.db", "--prompt", "mine.md");
  const call = server.calls.findLast(({ method }) => method === "POST");
  expect(JSON.parse(call?.body ?? "{}").messages[0].content).toStartWith("Say what it is about, as JSON.\n\nThe user");
  expect((await exported("prompt.db"))[0]?.["prompt_version"]).toMatch(/^mine-[0-9a-f]{8}$/);
});
