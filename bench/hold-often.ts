/**
 * Another program that keeps the write lock of a database for most of the time, as a long index build in small steps does:
 * `hold-often.ts FILE HELD_MS PERIOD_MS`. Prints `held` when it has the lock for the first time; ends when stdin does.
 */

import { Database } from "bun:sqlite";

const [file = "", heldMs = "800", periodMs = "1000"] = process.argv.slice(2);
const db = new Database(file);
db.run("PRAGMA busy_timeout = 5000");

process.stdin.resume().once("end", () => process.exit(0));
for (;;) {
  db.run("BEGIN IMMEDIATE");
  process.stdout.write("held\n");
  await Bun.sleep(Number(heldMs));
  db.run("ROLLBACK");
  await Bun.sleep(Number(periodMs) - Number(heldMs));
}
