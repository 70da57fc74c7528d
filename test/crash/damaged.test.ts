import { beforeAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { startModelServer } from "../fixtures/describing-server.ts";
import { type Alone, alone } from "../support/alone.ts";
import { newTarget, rowsOf } from "../support/target.ts";

let box: Alone;
beforeAll(() => {
  box = alone();
});

/** Which part of its pages is garbage: it shows at once, at a count, at a page of rows, or at a write. */
for (const [from, to] of [
  [0.05, 0.15],
  [0.1, 0.9],
  [0.5, 0.6],
  [0.9, 1],
] as const)
  test(`a database with garbage from ${from} to ${to}: each command says that it is damaged, and which one`, async () => {
    const server = await startModelServer();
    const db = newTarget(rowsOf(1_500));
    const bytes = new Uint8Array(readFileSync(db));
    const pages = bytes.length / 4_096;
    bytes.fill(0xa5, 4_096 * Math.max(1, Math.floor(pages * from)), 4_096 * Math.ceil(pages * to));
    writeFileSync(db, bytes);
    const run = ["run", "--db", db, "--url", server.url];
    for (const args of [[...run, "--dry-run"], run, ["stats", "--db", db], ["export", "--db", db]]) {
      const { code, err } = await box.run(...args);
      expect([args[0], code, err]).toEqual([args[0], 65, expect.stringContaining("the database is damaged")]);
      expect(err).toContain(`where: ${db}`);
    }
    server.stop();
  });
