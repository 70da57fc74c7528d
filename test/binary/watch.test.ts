import { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { type DescribingServer, startModelServer } from "../fixtures/describing-server.ts";
import { alone } from "../support/alone.ts";
import { cpuMsOf } from "../support/cpu.ts";
import { enrichedIn, newTarget, query, rowsOf, textOf } from "../support/target.ts";

const servers: DescribingServer[] = [];
const serve = async (): Promise<DescribingServer> => {
  const server = await startModelServer();
  servers.push(server);
  return server;
};
const children: Bun.Subprocess[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) server.stop();
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
    await child.exited;
  }
});
const watch = (db: string, { url }: DescribingServer, ...more: string[]) => {
  const child = alone().start("run", "--watch", "--quiet", "--db", db, "--url", url, ...more);
  children.push(child);
  return child;
};

async function until(isSo: () => boolean, everyMs = 5): Promise<number> {
  const startedMs = performance.now();
  while (!isSo()) await Bun.sleep(everyMs);
  return performance.now() - startedMs;
}

function add(db: string, id: string, content: string): void {
  const file = new Database(db);
  file.run("PRAGMA busy_timeout = 5000");
  const sql = `INSERT INTO chunks (id, content, metadata, source_file, content_type, char_count)
    VALUES (?, ?, '{}', 'f', 'assistant_text', 100)`;
  file.query(sql).run(id, content);
  file.close();
}

for (const mode of ["wal", "delete"] as const)
  test(`what another program adds is asked about within 2 s (${mode})`, async () => {
    const server = await serve();
    const db = newTarget(rowsOf(3), mode);
    const child = watch(db, server);
    await until(() => server.counts.answered === 3 && enrichedIn(db) === 3);
    for (const n of [100, 101, 102]) {
      // Away from the looks' own rhythm, and long enough to be idle.
      await Bun.sleep(700 + n);
      const before = server.counts.questions;
      add(db, `new-${n}`, textOf(n));
      const foundMs = await until(() => server.counts.questions > before);
      expect(foundMs).toBeLessThan(2_000);
    }
    expect(child.exitCode).toBeNull();
  });

test("import beside it: each file is described soon after", async () => {
  const server = await serve();
  const box = alone();
  const db = box.path("notes.db");
  const write = (name: string, n: number) => writeFileSync(box.path(name), `# ${name}\n\n${textOf(n)}\n`);
  write("first.md", 1);
  expect((await box.run("import", "--db", db, "first.md")).code).toBe(0);
  watch(db, server);
  await until(() => server.counts.answered === 1);
  write("second.md", 2);
  await Bun.sleep(400);
  expect((await box.run("import", "--db", db, "second.md")).code).toBe(0);
  expect(await until(() => server.counts.answered === 2)).toBeLessThan(2_000);
});

test("what other runs give back is taken up", async () => {
  const server = await serve();
  const db = newTarget(rowsOf(2));
  watch(db, server);
  await until(() => enrichedIn(db) === 2);
  const slow = await startModelServer({ manner: "hang" });
  servers.push(slow);
  add(db, "new", textOf(50));
  // Whichever of the two was first: at the end the one that watches has it.
  const other = alone().start("run", "--db", db, "--url", slow.url, "--grace", "0s", "--quiet");
  children.push(other);
  await until(() => slow.counts.questions > 0 || other.exitCode !== null || enrichedIn(db) === 3, 20);
  other.kill("SIGINT");
  await other.exited;
  expect(await until(() => enrichedIn(db) === 3, 20)).toBeLessThan(3_000);
});

test("a chunk whose next try is due is asked about, though nothing changes", async () => {
  const server = await serve();
  const db = newTarget([{ id: "bad", content: `${textOf(1)} @@poison*2` }]);
  watch(db, server);
  await until(() => server.counts.answered === 3);
  await until(() => enrichedIn(db) === 1);
});

describe("with nothing to do", () => {
  for (const mode of ["wal", "delete"] as const)
    test(`it costs next to nothing (${mode})`, async () => {
      const server = await serve();
      const db = newTarget(rowsOf(200), mode);
      const child = watch(db, server);
      await until(
        () =>
          server.counts.answered === 200 && query(db, "SELECT 1 FROM chunks WHERE enriched_at IS NULL").length === 0,
        50,
      );
      await Bun.sleep(1_500);
      const [beforeMs, startedMs] = [cpuMsOf(child.pid), performance.now()];
      await Bun.sleep(3_000);
      const share = (cpuMsOf(child.pid) - beforeMs) / (performance.now() - startedMs);
      console.info(`idle in ${mode} mode: ${(share * 100).toFixed(2)} % of a core`);
      // Measured: 0.1 to 0.2 %; a busy machine makes a turn of the loop dearer.
      expect(share).toBeLessThan(0.02);
    });
});
