/** How long our transactions keep others out of a target: real answers from a real journal, written by the real applier. */

import { systemClock } from "../src/core/clock.ts";
import { createApplier } from "../src/pipeline/apply.ts";
import { createScrubber } from "../src/privacy/scrubber.ts";
import { openRun } from "../src/run/open.ts";
import { writeTarget } from "../src/run/write-target.ts";
import { contentHash } from "../src/store/content.ts";
import { ledgerOf, sharedTransactions } from "../src/store/ledger.ts";
import { startRun } from "../src/store/runs.ts";
import { type Generation, generations, makeBrainlayer } from "../test/support/brainlayer.ts";
import { temporaryFolder } from "../test/support/folder.ts";
import { answerFor, asker, enrichment, owner } from "../test/support/journal.ts";
import { discard, freshCopy } from "./databases.ts";
import type { Figure } from "./figure.ts";
import { table } from "./table.ts";

const rows = 2_000;
const rounds = 3;
const waiting = { clock: systemClock, random: Math.random, timeoutMs: 30_000 };

export const lockHold: Figure = {
  name: "lock-hold",
  title: `How long ${rows} answers lock a BrainLayer database`,
  take: async (say) => {
    const lines: string[][] = [];
    for (const generation of generations) {
      const template = await made(generation);
      for (const checkpoints of [false, true])
        for (let i = 0; i < rounds; i++) {
          say(`generation ${generation}, ${checkpoints ? "with" : "without"} checkpoints, ${i + 1} of ${rounds}`);
          const held = await holds(template, checkpoints);
          lines.push([`${generation}`, checkpoints ? "commit" : "lock", ...figures(held)]);
        }
    }
    const head = ["generation", "time of", "transactions", "p50 ms", "p95 ms", "p99 ms", "longest ms", "over 5 ms"];
    const words = [
      "`lock`: from the lock to the commit, which gives it back. `commit`: as it runs, with SQLite's own checkpoint every 1,000",
      "pages, which keeps no writer out (it comes after the lock was given back) but counts in our own pause.",
    ];
    return `${table(head, lines)}\n\n${words.join("\n")}`;
  },
};

async function made(generation: Generation): Promise<string> {
  const path = `${temporaryFolder()}/generation-${generation}.db`;
  const all = Array.from({ length: rows }, (_, i) => ({
    id: `row-${i}`,
    content: `${sentence(i, 60 + (i % 80))}${i}`,
  }));
  await makeBrainlayer(generation, path, all);
  return path;
}

async function holds(template: string, checkpoints: boolean): Promise<number[]> {
  const db = freshCopy(template);
  const opened = await openRun({ db, journal: null }, () => waiting);
  const { journal, targetFile } = opened;
  try {
    // SQLite checkpoints inside the call that commits, so only without it is that call's time the lock's.
    if (!checkpoints) targetFile.db.run("PRAGMA wal_autocheckpoint = 0");
    const runId = startRun(journal.db, { owner, asker, model: "m", wallMs: systemClock.wallMs() });
    const ledger = ledgerOf(journal, {
      runId,
      write: sharedTransactions(journal, waiting),
      scrubber: createScrubber(),
    });
    const chunks = targetFile.db.query<{ id: string; content: string }, []>("SELECT id, content FROM chunks").all();
    const candidates = chunks.map(({ id, content }) => ({ chunkId: id, hash: contentHash(content) }));
    await ledger.claim(candidates, { runId, asker, questionsMax: rows, reopened: new Map() });
    const said = candidates.map(({ hash }, i) => ({
      ...answerFor(runId, hash),
      enrichment: { ...enrichment, summary: sentence(i, 25), key_facts: [sentence(i + 3, 12)] },
    }));
    await Promise.all(said.map((answer) => ledger.saveAnswer(answer)));
    const held: number[] = [];
    const pause = { isOn: () => false, over: async () => {} };
    const write = writeTarget({ opened, clock: systemClock, waiting, pause });
    const applier = createApplier({
      ...{ ledger, contentHash, clock: systemClock, report: () => {}, answersMax: rows * 2 },
      write: async (applications) => {
        const written = await write(applications);
        held.push(written.heldMs);
        return written;
      },
    });
    applier.finish();
    await applier.run(new AbortController().signal);
    return held;
  } finally {
    opened.close();
    discard(db);
  }
}

const words = "the build fails because a lock of the database worker is held while it waits for the model".split(" ");

/** Common words among rare ones, so that the index grows as it does with text of people. */
const sentence = (seed: number, length: number): string =>
  Array.from({ length }, (_, i) => {
    const n = seed * 7_919 + i * i * 31 + i;
    return n % 7 === 0 ? `name${n % 4_999}` : (words[n % words.length] ?? "");
  }).join(" ");

function figures(held: readonly number[]): string[] {
  const sorted = held.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2);
  const long = sorted.filter((ms) => ms > 5).length;
  return [`${held.length}`, at(0.5), at(0.95), at(0.99), at(1), `${((long / held.length) * 100).toFixed(1)} %`];
}
