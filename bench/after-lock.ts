/** How long after a lock all that was answered under it is in the database: 10 s, and a minute when asked for by name. */

import { binaryVariable } from "../test/support/binary.ts";
import { runUnderLock } from "../test/support/locked-run.ts";
import type { Figure } from "./figure.ts";
import { binary } from "./runners.ts";
import { spread, table } from "./table.ts";

/** For each second: more than is asked in it, so that asking goes on while what waited is written. */
const rowsEach = 120;

const figure = (name: string, seconds: number, rounds: number): Figure => ({
  name,
  title: `A lock of ${seconds} s: until all that was answered under it is written`,
  take: async (say) => {
    // It is built by now: the tests' support would build it again.
    process.env[binaryVariable] = binary;
    const taken: Awaited<ReturnType<typeof runUnderLock>>[] = [];
    for (let i = 0; i < rounds; i++) {
      say(`${i + 1} of ${rounds}`);
      const run = { rows: seconds * rowsEach, heldMs: seconds * 1_000, latencyMs: 40, answersMax: 10_000 };
      const done = await runUnderLock(run);
      const ok = done.code === 0 && done.enriched === run.rows && done.askedAgain === 0 && done.writtenUnderLock === 0;
      if (!ok) throw new Error(JSON.stringify({ ...done, events: [] }));
      taken.push(done);
    }
    const row = [
      `${seconds} s`,
      spread(taken.map(({ askedUnderLock }) => askedUnderLock)),
      spread(taken.map(({ askedAtRelease, writtenAtRelease }) => askedAtRelease - writtenAtRelease)),
      spread(taken.map(({ caughtUpMs }) => caughtUpMs)),
    ];
    const head = ["locked for", "asked meanwhile", "answers that waited", "written after the release, ms"];
    return `${table(head, [row])}\n\nMedians of ${rounds} runs and their range; 40 ms an answer, 4 in flight.`;
  },
});

export const afterLock = figure("after-lock", 10, 3);
export const afterMinute = figure("after-minute", 60, 1);
