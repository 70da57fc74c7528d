/** The binary stopped for a minute, and for longer than its lease, while another works on: takes four minutes. */

import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { startModelServer } from "../fixtures/describing-server.ts";
import { alone, ended } from "../support/alone.ts";
import { stopBetweenWrites } from "../support/stop.ts";
import { enrichedIn, newTarget, query, rowsOf } from "../support/target.ts";

const count = 200;

for (const [seconds, isTakenOver] of [
  [60, false],
  [170, true],
] as const)
  test(
    `SIGSTOP for ${seconds} s: its claims are ${isTakenOver ? "" : "not "}taken over, and each row is written once`,
    async () => {
      const server = await startModelServer({ latencyMs: 50 });
      const db = newTarget(rowsOf(count));
      const file = new Database(db);
      file.run("CREATE TABLE log (id TEXT)");
      file.run("CREATE TRIGGER logged AFTER UPDATE ON chunks BEGIN INSERT INTO log VALUES (new.id); END");
      file.close();
      const box = alone();
      const start = () => box.start("run", "--watch", "--db", db, "--url", server.url, "--json");
      const first = start();
      while (server.counts.answered < 40 || server.counts.inFlight < 4) await Bun.sleep(2);
      await stopBetweenWrites(first, db);
      const second = start();
      await Bun.sleep(seconds * 1_000);
      expect(enrichedIn(db) === count).toBe(isTakenOver);
      first.kill("SIGCONT");
      while (enrichedIn(db) < count) await Bun.sleep(20);
      await Bun.sleep(500);
      for (const run of [first, second]) run.kill("SIGTERM");
      expect((await Promise.all([first, second].map(ended))).map(({ code }) => code)).toEqual([143, 143]);
      server.stop();
      const written = query<{ id: string }>(db, "SELECT id FROM log").map(({ id }) => id);
      expect(written.toSorted()).toEqual(
        rowsOf(count)
          .map(({ id }) => id)
          .toSorted(),
      );
      expect(server.counts.questions).toBeLessThanOrEqual(count + (isTakenOver ? 4 : 0));
    },
    (seconds + 60) * 1_000,
  );
