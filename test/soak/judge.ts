/** Every promise, checked after a soak: what is in the target and the journal, what was asked, and what is still there. */

import { readFileSync } from "node:fs";
import { journalPath } from "../../src/store/journal.ts";
import { describe } from "../fixtures/describing-server.ts";
import { journalFaults } from "../support/journal-faults.ts";
import { isAlive } from "../support/supervised.ts";
import { query } from "../support/target.ts";
import { parallel } from "./work.ts";
import { everyServer, hopeless, type Sample, type World } from "./world.ts";

interface Row {
  readonly id: string;
  readonly content: string;
  readonly summary: string | null;
  readonly enriched_at: string | null;
}

export function judge(world: World, cuts: number): string[] {
  return [...judgeRows(world), ...journalFaults(world.db), ...judgeAsked(world, cuts)];
}

function judgeRows({ db, texts }: World): string[] {
  const faults: string[] = [];
  const rows = query<Row>(db, "SELECT id, content, summary, enriched_at FROM chunks");
  if (rows.length !== texts.size) faults.push(`${rows.length} rows of ${texts.size}`);
  for (const { id, content, summary, enriched_at } of rows) {
    if (content !== texts.get(id)) faults.push(`${id}: its text was changed`);
    const mark = Object.keys(hopeless).find((one) => content.endsWith(one));
    if (enriched_at === null) faults.push(`${id} is still pending: ${content.slice(-10)}`);
    else if (mark === undefined && summary === null) faults.push(`${id} was given up, and nothing is wrong with it`);
    else if (mark !== undefined && summary !== null) faults.push(`${id} was described, and could not be`);
    else if (summary !== null && summary !== describe(content).summary.trim())
      faults.push(`${id} has another's description: ${summary}`);
  }
  return faults;
}

/** A whole answer that was sent is asked for again only where something had cut it off; and each row says who gave it. */
function judgeAsked({ log, texts, db }: World, cuts: number): string[] {
  const faults: string[] = [];
  const ours = new Map([...texts.values()].map((text) => [String(Bun.hash(text)), text]));
  const answers = new Map<string, string[]>();
  for (const [, name = "", hash = ""] of readFileSync(log, "utf8").matchAll(/^a (\w+) (\d+)$/gm))
    if (ours.has(hash)) answers.set(hash, [...(answers.get(hash) ?? []), name]);
  const again = [...answers.values()].reduce((sum, by) => sum + by.length - 1, 0);
  if (again > cuts * parallel)
    faults.push(`${again} answers were paid for again, and ${cuts} cuts explain ${cuts * parallel}`);
  const said = query<{ enrichment: string; model: string; backend: string }>(
    journalPath(db),
    "SELECT enrichment, model, backend FROM contents WHERE state = 'answered'",
  );
  const bySummary = new Map([...ours].map(([hash, text]) => [describe(text).summary.trim(), hash]));
  for (const { enrichment, model, backend } of said) {
    const hash = bySummary.get((JSON.parse(enrichment) as { summary: string }).summary) ?? "";
    const name = backend === "mlx" ? "first" : "second";
    if (model !== name || !(answers.get(hash) ?? []).includes(model))
      faults.push(`${backend} (${model}) is said to have answered ${hash}`);
  }
  return faults;
}

/** Also those that were left by a run that was killed. */
export async function judgeOrphans({ log }: World, ours: readonly number[]): Promise<string[]> {
  const deadlineMs = performance.now() + 6_000;
  const left = (): number[] => everyServer(log).filter((pid) => !ours.includes(pid) && isAlive(pid));
  while (left().length > 0 && performance.now() < deadlineMs) await Bun.sleep(50);
  return left().map((pid) => `the server ${pid} has outlived its run`);
}

/** Of one process, once it is warm: what it has at the end beside what it had at the beginning. */
export function judgeSamples(samples: readonly Sample[]): string[] {
  const third = Math.floor(samples.length / 3);
  if (third < 5) return [];
  const middle = (part: readonly Sample[], of: (sample: Sample) => number): number =>
    part.map(of).toSorted((a, b) => a - b)[Math.floor(part.length / 2)] ?? 0;
  const [early, late] = [samples.slice(0, third), samples.slice(-third)];
  const grown = (of: (sample: Sample) => number): [number, number] => [middle(early, of), middle(late, of)];
  const [[megabytes, megabytesLate], [handles, handlesLate]] = [grown((s) => s.megabytes), grown((s) => s.handles)];
  const faults: string[] = [];
  if (megabytesLate > megabytes * 1.25 + 20)
    faults.push(`its memory has grown from ${megabytes.toFixed(0)} to ${megabytesLate.toFixed(0)} MB`);
  if (handlesLate > handles + 10) faults.push(`its handles have grown from ${handles} to ${handlesLate}`);
  return faults;
}
