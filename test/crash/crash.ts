/**
 * One seed: a real run of the binary is killed after random delays, again and again until its work is done, and then
 * judged beside a run that nobody disturbed.
 */

import { diceOf } from "../../src/core/dice.ts";
import { startModelServer } from "../fixtures/describing-server.ts";
import type { Alone } from "../support/alone.ts";
import { journalFaults } from "../support/journal-faults.ts";
import { copyOf, type Kind, kinds, looks, lostAtOnce, neededOf, rowsOf, texts } from "./scene.ts";

export interface Crashed {
  readonly kind: Kind;
  readonly db: string;
  readonly kills: number;
  /** Questions beyond those that an undisturbed run asks. */
  readonly again: number;
  /** What is wrong; empty when all is well. */
  readonly faults: readonly string[];
}

interface Finished {
  readonly rows: readonly unknown[];
  readonly counts: Readonly<Record<string, number>>;
}

const killsMax = 8;
const delayMs = { min: 20, max: 300 } as const;
/** A run that is not killed ends in a second or two. */
const endMs = 30_000;

const undisturbed = new Map<Kind, Promise<Finished>>();

export async function crash(box: Alone, seed: number): Promise<Crashed> {
  const kind = kinds[seed % kinds.length] ?? "own";
  const expected = undisturbed.get(kind) ?? runUndisturbed(box, kind);
  undisturbed.set(kind, expected);
  await expected;
  const dice = diceOf(seed);
  const between = (min: number, max: number): number => min + Math.floor(dice() * (max - min + 1));
  const [parallel, latencyMs, kills] = [between(1, 8), between(2, 40), between(1, killsMax)];
  const server = await startModelServer({ latencyMs, slowMs: 120 });
  const db = await copyOf(kind);
  try {
    let done = 0;
    let code: number | null = null;
    while (done < kills && code === null) {
      code = await runFor(box, db, server.url, parallel, between(delayMs.min, delayMs.max));
      if (code === null) done++;
    }
    code ??= await runFor(box, db, server.url, parallel, endMs);
    const faults = [...judgeEnd(db, code), ...judgeAsked(server.asked, done * parallel)];
    faults.push(...compare(await expected, await finishedOf(box, db)));
    return { kind, db, kills: done, again: sum(excess(server.asked).map(([, more]) => more)), faults };
  } finally {
    server.stop();
  }
}

async function runUndisturbed(box: Alone, kind: Kind): Promise<Finished> {
  const server = await startModelServer({ slowMs: 120 });
  const db = await copyOf(kind);
  const code = await runFor(box, db, server.url, 4, endMs);
  server.stop();
  const faults = [...judgeEnd(db, code), ...judgeAsked(server.asked, 0)];
  if (faults.length > 0) throw new Error(`an undisturbed run is not as it should be: ${faults.join("; ")}`);
  return finishedOf(box, db);
}

/** The exit code, or null when it was killed first. */
async function runFor(box: Alone, db: string, url: string, parallel: number, ms: number): Promise<number | null> {
  const child = box.start("run", "--db", db, "--url", url, "--parallel", `${parallel}`, "--attempts", "1", "--quiet");
  const timer = setTimeout(() => child.kill("SIGKILL"), ms);
  const [code] = await Promise.all([child.exited, child.stdout.text(), child.stderr.text()]);
  clearTimeout(timer);
  return child.signalCode === null ? code : null;
}

async function finishedOf(box: Alone, db: string): Promise<Finished> {
  const { out } = await box.run("stats", "--db", db, "--json");
  return { rows: rowsOf(db), counts: JSON.parse(out).counts };
}

/** Everything that must hold of target and journal, whatever happened on the way. */
function judgeEnd(db: string, code: number | null): string[] {
  const faults: string[] = [];
  // 3: some were given up; the run that did so may have been killed before it could say it.
  if (code !== 0 && code !== 3) faults.push(`the last run ended with ${code}`);
  return [...faults, ...journalFaults(db)];
}

function judgeAsked(asked: ReadonlyMap<string, number>, lostMax: number): string[] {
  const faults: string[] = [];
  for (const text of texts) if (!asked.has(text)) faults.push(`never asked about: ${text}`);
  for (const text of asked.keys())
    if (!texts.has(text) && !looks.has(text)) faults.push(`asked about what is not there: ${text}`);
  const lost = sum(excess(asked).map(([text, more]) => Math.ceil(more / lostAtOnce(text))));
  if (lost > lostMax) faults.push(`${lost} questions were asked again, and at most ${lostMax} were in flight`);
  return faults;
}

const excess = (asked: ReadonlyMap<string, number>): [text: string, more: number][] =>
  [...asked].filter(([text]) => texts.has(text)).map(([text, times]) => [text, Math.max(0, times - neededOf(text))]);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

function compare(expected: Finished, found: Finished): string[] {
  const faults = found.rows
    .filter((row, i) => !Bun.deepEquals(row, expected.rows[i]))
    .map((row) => `another row than without a kill: ${JSON.stringify(row)}`);
  if (found.rows.length !== expected.rows.length) faults.push(`${found.rows.length} rows`);
  if (!Bun.deepEquals(found.counts, expected.counts)) faults.push(`the counts are ${JSON.stringify(found.counts)}`);
  if (sum(Object.values(found.counts)) !== found.rows.length) faults.push("the counts do not add up to the total");
  return faults;
}
