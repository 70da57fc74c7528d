import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { startModelServer } from "../fixtures/describing-server.ts";
import { temporaryFolder } from "../support/folder.ts";
import { runReadOnly } from "../support/read-only.ts";
import { newTarget, rowsOf } from "../support/target.ts";

for (const mode of ["wal", "delete"] as const)
  test(`a target in ${mode} mode on a read-only mount: told before anything is asked, and statistics are there`, async () => {
    const made = newTarget(rowsOf(5), mode);
    const folder = join(temporaryFolder(), "mounted");
    mkdirSync(folder);
    const db = join(folder, basename(made));
    await Bun.write(db, Bun.file(made));
    const before = readFileSync(db);
    const server = await startModelServer();
    const journal = join(temporaryFolder(), "journal.enrichd.db");
    const run = await runReadOnly(folder, "run", "--db", db, "--journal", journal, "--url", server.url);
    expect([run.code, run.out]).toEqual([77, ""]);
    expect(run.err).toContain("not writable");
    expect(run.err).toMatch(/^ {2}where: .*mounted.*\n {2}next: {2}.+/m);
    const stats = await runReadOnly(folder, "stats", "--db", db, "--json");
    expect([stats.code, JSON.parse(stats.out).counts.pending]).toEqual([0, 5]);
    server.stop();
    expect(server.counts.questions).toBe(0);
    expect(readdirSync(folder)).toEqual([basename(made)]);
    expect(readFileSync(db).equals(before)).toBeTrue();
  });
