import { Database } from "bun:sqlite";
import { afterEach, expect, test } from "bun:test";
import { appendFileSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { diceOf } from "../../src/core/dice.ts";
import { alone, ended } from "../support/alone.ts";
import { filesIn } from "../support/importing.ts";

const box = alone();
const children: Bun.Subprocess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
    await child.exited;
  }
});
function start(...args: string[]) {
  const child = box.start(...args);
  children.push(child);
  return child;
}

const long = "is a text of more than fifty characters, so that it is worth a question.";
const line = (text: string): string => `${JSON.stringify({ text: `${text} ${long}` })}\n`;

/** The first words of each chunk, in order. */
function textsIn(db: string, where = "1"): string[] {
  if (!existsSync(db)) return [];
  const file = new Database(db, { readonly: true });
  try {
    file.run("PRAGMA busy_timeout = 5000");
    const rows = file.query<{ content: string }, []>(`SELECT content FROM chunks WHERE ${where} ORDER BY rowid`).all();
    return rows.map(({ content }) => content.replace(` ${long}`, ""));
  } catch {
    // The table is being made.
    return [];
  } finally {
    file.close();
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await Bun.sleep(5);
}

test("Ctrl-C: 130, what was added is in, and the report says so", async () => {
  const [root, db] = [filesIn({ "a.jsonl": line("one") }), box.path("stop.db")];
  const child = start("import", "--watch", root, "--db", db, "--json");
  await until(() => textsIn(db).length === 1);
  appendFileSync(`${root}/a.jsonl`, line("two"));
  writeFileSync(`${root}/b.jsonl`, line("three"));
  await until(() => textsIn(db).length === 3);
  child.kill("SIGINT");
  const { code, out, err } = await ended(child);
  expect(code).toBe(130);
  expect(JSON.parse(out)).toMatchObject({ chunks_added: 3, files: 2, problems_total: 0, stopped: true });
  expect(err).toContain("watching: new lines and files go in as they come");
});

test("what cannot be watched is a usage error", async () => {
  for (const args of [["-"], ["--strict", box.folder]]) {
    const { code, err } = await box.run("import", "--watch", "--db", box.path("none.db"), ...args);
    expect([code, err.includes("do not go together")]).toEqual([2, true]);
  }
});

test("beside run --watch: what is added is enriched", async () => {
  const [root, db] = [filesIn({ "a.jsonl": line("one") }), box.path("beside.db")];
  start("import", "--watch", root, "--db", db);
  await until(() => textsIn(db).length === 1);
  start("run", "--watch", "--quiet", "--backend", "lexical", "--db", db);
  for (const text of ["two", "three"]) {
    appendFileSync(`${root}/a.jsonl`, line(text));
    await until(() => textsIn(db, "enrich_status = 'success'").includes(text));
  }
});

test("killed again and again, and two at once, over a log that rotates: each line once", async () => {
  const [root, db] = [filesIn({ "a.jsonl": "" }), box.path("kill.db")];
  const [dice, written] = [diceOf(7), [] as string[]];
  function write(): void {
    for (let i = 0; i < 20; i++) {
      const text = `line ${written.length}`;
      // In two parts, as a program writes that is not asked to flush.
      const [bytes, cut] = [line(text), 1 + Math.floor(dice() * 30)];
      appendFileSync(`${root}/a.jsonl`, bytes.slice(0, cut));
      appendFileSync(`${root}/a.jsonl`, bytes.slice(cut));
      written.push(text);
    }
  }
  for (let kill = 0; kill < 6; kill++) {
    const running = [start("import", "--watch", `${root}/a.jsonl`, "--db", db)];
    if (kill > 3) running.push(start("import", "--watch", root, "--db", db));
    for (const endMs = performance.now() + 100 + dice() * 400; performance.now() < endMs; ) {
      write();
      await Bun.sleep(10 + dice() * 20);
    }
    if (kill % 2 === 1) {
      renameSync(`${root}/a.jsonl`, `${root}/a.jsonl.${kill}`);
      writeFileSync(`${root}/a.jsonl`, "");
    }
    write();
    for (const child of running) child.kill("SIGKILL");
    await Promise.all(running.map(({ exited }) => exited));
    // One that was cut off before it saw the rotation sees it now.
    if (kill % 2 === 1) expect((await box.run("import", `${root}/a.jsonl`, "--db", db)).code).toBe(0);
  }
  start("import", "--watch", root, "--db", db);
  const endMs = performance.now() + 10_000;
  await until(() => textsIn(db).length >= written.length || performance.now() > endMs);
  expect(textsIn(db).toSorted()).toEqual(written.toSorted());
});
