import { beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { journalPath } from "../../src/store/journal.ts";
import { startModelServer } from "../fixtures/describing-server.ts";
import { type Alone, alone, ended } from "../support/alone.ts";
import { enrichedIn, newTarget, query, rowsOf } from "../support/target.ts";

let box: Alone;
beforeAll(() => {
  box = alone();
});

/** No file may grow beyond this: to SQLite a write that fails, as on a full disk, and no privilege is needed for it. */
const blocks = 1_200;

const withFullDisk = (...args: string[]) =>
  ended(
    Bun.spawn(["sh", "-c", `ulimit -f ${blocks}; exec "$0" "$@"`, box.path("enrichd"), ...args], {
      ...{ cwd: box.folder, env: { HOME: box.folder, PATH: "/usr/bin:/bin" } },
      ...({ stdin: "ignore", stdout: "pipe", stderr: "pipe" } as const),
    }),
  );

test("the disk fills up under a run: told as such, what was answered is kept, and the next run asks for the rest", async () => {
  const server = await startModelServer();
  const count = 800;
  const db = newTarget(rowsOf(count));
  const { code, err } = await withFullDisk("run", "--db", db, "--url", server.url, "--parallel", "4", "--quiet");
  expect([code, err]).toEqual([74, expect.stringMatching(/could not be read or written|the disk is full/)]);
  expect(err).toMatch(/where: .*\.db\n {2}next: {2}\w/);
  const [answered, done] = [server.counts.answered, enrichedIn(db)];
  expect([answered > 10, answered < count]).toEqual([true, true]);
  for (const path of [db, journalPath(db)])
    expect(query(path, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  const again = await box.run("run", "--db", db, "--url", server.url, "--quiet");
  server.stop();
  expect([again.code, again.err, enrichedIn(db), done <= answered]).toEqual([0, "", count, true]);
  expect(server.counts.questions).toBeLessThanOrEqual(count + 4);
});

test("the disk fills up under an import: told as such, and importing again adds what is missing", async () => {
  const lines = Array.from({ length: 3_000 }, (_, i) =>
    JSON.stringify({ id: `line-${i}`, text: `Line ${i}. `.repeat(40) }),
  );
  writeFileSync(box.path("lines.jsonl"), lines.join("\n"));
  const { code, err } = await withFullDisk("import", "lines.jsonl", "--db", "full.db");
  expect([code, err]).toEqual([74, expect.stringMatching(/could not be read or written|the disk is full/)]);
  const kept = query<{ id: string }>(box.path("full.db"), "SELECT id FROM chunks").length;
  expect(kept).toBeLessThan(3_000);
  expect((await box.run("import", "lines.jsonl", "--db", "full.db")).code).toBe(0);
  expect(query(box.path("full.db"), "SELECT DISTINCT id FROM chunks")).toHaveLength(3_000);
  expect(query(box.path("full.db"), "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
});
