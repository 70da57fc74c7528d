import { beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { journalPath } from "../../src/store/journal.ts";
import { startModelServer } from "../fixtures/describing-server.ts";
import { type Alone, alone } from "../support/alone.ts";
import { enrichedIn, newTarget, query, rowsOf } from "../support/target.ts";
import { burning, change, isLocked, until } from "./standing.ts";

let box: Alone;
beforeAll(() => {
  box = alone();
});

describe("kill -9 of what makes or fills a database", () => {
  async function stoppedInside(kind: "journal" | "own", path: string) {
    const script = join(import.meta.dir, "../fixtures/stop-inside.ts");
    const child = Bun.spawn([process.execPath, script, kind, path], { stdout: "pipe", stderr: "inherit" });
    const { value } = await child.stdout.getReader().read();
    expect(new TextDecoder().decode(value)).toBe("inside\n");
    expect(isLocked(path)).toBeTrue();
    child.kill("SIGKILL");
    await child.exited;
    expect(query(path, "SELECT name FROM sqlite_master")).toEqual([]);
  }

  test("inside the migration of the journal: there is no half of it, and the next run makes it whole", async () => {
    const server = await startModelServer();
    const db = newTarget(rowsOf(3));
    await stoppedInside("journal", journalPath(db));
    expect((await box.run("run", "--db", db, "--url", server.url)).code).toBe(0);
    expect([enrichedIn(db), server.counts.questions]).toEqual([3, 3]);
    expect(query(journalPath(db), "SELECT state FROM contents")).toHaveLength(3);
    server.stop();
  });

  test("inside the migration of our own database: the next import makes it whole", async () => {
    const db = box.path("migrated.db");
    await stoppedInside("own", db);
    writeFileSync(box.path("one.md"), "# One\n\nA text that is long enough to be worth a question of its own.\n");
    expect((await box.run("import", "one.md", "--db", db)).code).toBe(0);
    expect(query(db, "SELECT id FROM chunks")).toHaveLength(1);
  });

  test("inside a batch of an import: it is in as a whole or not at all, and importing again adds what is missing", async () => {
    const db = box.path("imported.db");
    const lines = Array.from({ length: 500 }, (_, i) =>
      JSON.stringify({ id: `line-${i}`, text: `Line ${i} of five hundred.` }),
    );
    writeFileSync(box.path("first.jsonl"), `${lines[0]}\n`);
    writeFileSync(box.path("lines.jsonl"), lines.join("\n"));
    expect((await box.run("import", "first.jsonl", "--db", db)).code).toBe(0);
    change(db, `CREATE TRIGGER slow AFTER INSERT ON chunks WHEN new.id = 'line-300' BEGIN SELECT ${burning}; END`);
    const child = box.start("import", "lines.jsonl", "--db", db);
    await until(() => query(db, "SELECT 1 FROM chunks").length > 1 && isLocked(db));
    await Bun.sleep(50);
    expect(isLocked(db)).toBeTrue();
    child.kill("SIGKILL");
    await child.exited;
    const kept = query(db, "SELECT 1 FROM chunks").length;
    expect([kept > 1, kept < 300, kept % 100]).toEqual([true, true, 0]);
    change(db, "DROP TRIGGER slow");
    expect((await box.run("import", "lines.jsonl", "--db", db)).code).toBe(0);
    expect(query(db, "SELECT DISTINCT id FROM chunks")).toHaveLength(500);
    expect(query(db, "SELECT 1 FROM chunks")).toHaveLength(500);
    expect(query(db, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  });
});
