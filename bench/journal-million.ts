/** What a journal of a million answers costs: its size, and the time of a claim in it, beside an empty one. */

import { statSync } from "node:fs";
import { join } from "node:path";
import { createScrubber } from "../src/privacy/scrubber.ts";
import { contentHash } from "../src/store/content.ts";
import type { Connection } from "../src/store/database.ts";
import { openJournal } from "../src/store/journal.ts";
import { ledgerOf, sharedTransactions } from "../src/store/ledger.ts";
import { startRun } from "../src/store/runs.ts";
import { temporaryFolder } from "../test/support/folder.ts";
import { answerFor, asker, enrichment, identity, owner, waiting } from "../test/support/journal.ts";
import type { Figure } from "./figure.ts";
import { table } from "./table.ts";

const million = 1_000_000;
const [filledAtOnce, transactions] = [20_000, 2_000];
/** As many as a run of 4 in flight has ahead. */
const claimedAtOnce = 8;

export const journalMillion: Figure = {
  name: "journal-million",
  title: "A journal of a million answers",
  take: async (say) => {
    const folder = temporaryFolder();
    const lines: string[][] = [];
    for (const rows of [0, million]) {
      const path = join(folder, `${rows}.enrichd.db`);
      const filling = await openJournal(path, identity, waiting);
      await fill(filling, rows, say);
      filling.close();
      const connection = await openJournal(path, identity, waiting);
      const megabytes = (statSync(path).size / 1e6).toFixed(rows === 0 ? 1 : 0);
      say(`${rows} answers: claiming`);
      let from = rows;
      for (const checkpoints of [false, true]) {
        if (!checkpoints) connection.db.run("PRAGMA wal_autocheckpoint = 0");
        else connection.db.run("PRAGMA wal_autocheckpoint = 1000");
        // Or the first one would have all that was written without.
        connection.db.run("PRAGMA wal_checkpoint(TRUNCATE)");
        const taken = await steps(connection, rows, from);
        from += transactions * claimedAtOnce;
        for (const [name, ms] of Object.entries(taken).filter((one) => one[1].length > 0))
          lines.push([rows.toLocaleString("en"), name, checkpoints ? "yes" : "no", megabytes, ...figures(ms)]);
      }
      connection.close();
    }
    const head = [
      "answers",
      "transaction",
      "checkpoints",
      "MB",
      "p50 ms",
      "p95 ms",
      "p99 ms",
      "longest ms",
      "over 2 ms",
      "CPU p50 ms",
      "CPU p99 ms",
    ];
    const words = [
      `${transactions.toLocaleString("en")} transactions each, in turns, from the call to the end of the commit, without and with SQLite's own checkpoints in them:`,
      `a claim of ${claimedAtOnce} new chunks, a claim that meets ${claimedAtOnce} chunks done before, the saving of one answer.`,
    ];
    return `${table(head, lines)}\n\n${words.join("\n")}`;
  },
};

const candidate = (n: number) => ({ chunkId: `chunk-${n.toString(16).padStart(16, "0")}`, hash: contentHash(`${n}`) });
const candidates = (from: number, count: number) => Array.from({ length: count }, (_, i) => candidate(from + i));

/** Each as it would have come to be, without waiting for the disk. */
async function fill(connection: Connection, rows: number, say: (line: string) => void): Promise<void> {
  const { runId, ledger, claiming } = working(connection);
  for (const fast of ["synchronous = OFF", "cache_size = -1000000", "wal_autocheckpoint = 200000"])
    connection.db.run(`PRAGMA ${fast}`);
  for (let from = 0; from < rows; from += filledAtOnce) {
    if (from % 250_000 === 0) say(`filling, ${from} answers`);
    const all = candidates(from, filledAtOnce);
    await ledger.claim(all, claiming);
    const said = { ...enrichment, summary: `${enrichment.summary} ${from}` };
    await Promise.all(all.map(({ hash }) => ledger.saveAnswer({ ...answerFor(runId, hash), enrichment: said })));
    await ledger.settleDue(ledger.nextDue(filledAtOnce).map((due) => [due, "applied"] as const));
  }
}

/** The processor's time beside the clock's: on a shared machine, what is ours of it. */
interface Spent {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function steps(connection: Connection, rows: number, from: number) {
  const { runId, ledger, claiming } = working(connection);
  const taken = { "new chunks": [] as Spent[], "done chunks": [] as Spent[], "one answer": [] as Spent[] };
  const timed = async (spent: Spent[], step: () => Promise<unknown>): Promise<void> => {
    const [started, used] = [performance.now(), process.cpuUsage()];
    await step();
    const { user, system } = process.cpuUsage(used);
    spent.push({ wallMs: performance.now() - started, cpuMs: (user + system) / 1_000 });
  };
  for (let i = 0; i < transactions; i++) {
    const fresh = candidates(from + i * claimedAtOnce, claimedAtOnce);
    // Spread over the whole journal: what is met there is not in SQLite's cache.
    const old = candidates((i * 7_919_033) % Math.max(1, rows), rows === 0 ? 0 : claimedAtOnce);
    await timed(taken["new chunks"], () => ledger.claim(fresh, claiming));
    if (old.length > 0) await timed(taken["done chunks"], () => ledger.claim(old, claiming));
    for (const { hash } of fresh.slice(0, 1))
      await timed(taken["one answer"], () => ledger.saveAnswer(answerFor(runId, hash)));
  }
  return taken;
}

function working(connection: Connection) {
  const runId = startRun(connection.db, { owner, asker, model: "m", wallMs: 1_000 });
  const ledger = ledgerOf(connection, {
    runId,
    write: sharedTransactions(connection, waiting),
    scrubber: createScrubber(),
  });
  const claiming = { runId, asker, questionsMax: Number.POSITIVE_INFINITY, reopened: new Map() };
  return { runId, ledger, claiming };
}

function figures(spent: readonly Spent[]): string[] {
  const [wall, cpu] = [spent.map(({ wallMs }) => wallMs), spent.map(({ cpuMs }) => cpuMs)];
  const at = (of: readonly number[], share: number): string =>
    (of.toSorted((a, b) => a - b)[Math.floor((of.length - 1) * share)] ?? 0).toFixed(2);
  const over = (wall.filter((ms) => ms > 2).length / wall.length) * 100;
  return [...[0.5, 0.95, 0.99, 1].map((share) => at(wall, share)), `${over.toFixed(1)} %`, at(cpu, 0.5), at(cpu, 0.99)];
}
