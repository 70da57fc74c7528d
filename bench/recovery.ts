/** A model server of ours that dies or hangs: how soon the next chunk is described, what crashes cost, and what watching costs. */

import { alone } from "../test/support/alone.ts";
import { cpuMsOf } from "../test/support/cpu.ts";
import { type Running, run, scene, supervise } from "../test/support/supervised.ts";
import { enrichedIn, newTarget, rowsOf } from "../test/support/target.ts";
import type { Figure } from "./figure.ts";
import { startModel } from "./round.ts";
import { spread, table } from "./table.ts";

const [deaths, hangs, answerMs, chunks, stallMs, idleMs] = [20, 6, 200, 400, 2_000, 10_000];
/** So many answers make a server steady: its end is the first of a new count then, with the shortest pause. */
const answersEach = 60;
const usual = { "--mlx-restart-pause": "1s", "--mlx-load-timeout": "120s", "--stall-timeout": "60s" };

export const recovery: Figure = {
  name: "recovery",
  title: "A model server that dies or hangs",
  take: async (say) => {
    say("deaths");
    const died = await troubles(deaths * answersEach, `die:${answersEach}*999`, usual);
    say("hangs");
    const hung = await troubles(hangs * answersEach, `hang:${answersEach}*999`, {
      ...usual,
      "--stall-timeout": `${stallMs}ms`,
    });
    const rows = [
      ["dies: to ready again", ...quantiles(died.map(({ readyMs }) => readyMs))],
      ["dies: to the next chunk", ...quantiles(died.map(({ nextMs }) => nextMs))],
      [`hangs: to the doubt, with --stall-timeout ${stallMs} ms`, ...quantiles(hung.map(({ noticedMs }) => noticedMs))],
      ["hangs: to the next chunk", ...quantiles(hung.map(({ nextMs }) => nextMs))],
    ];
    say("throughput");
    const [without, withCrashes] = [await rate(`late:${answerMs}*999`), await rate(`late:${answerMs}+die:100*999`)];
    say("cost");
    const cost = await costs();
    return [
      table(["", "times", "p50, ms", "p95, ms", "longest, ms"], rows),
      `The server is a small program that starts in a tenth of a second: a real model adds its loading. The pause before a restart is 0.5 to 1 s.`,
      table(
        [`${chunks} chunks, ${answerMs} ms an answer, 4 in flight`, "chunks/s", "starts"],
        [without, withCrashes].map(({ name, perSecond, starts }) => [name, perSecond.toFixed(1), `${starts}`]),
      ),
      table(["CPU of our process, % of a core", "started and supervised", "somebody else's server"], cost),
    ].join("\n\n");
  },
};

interface Trouble {
  readonly noticedMs: number;
  readonly readyMs: number;
  readonly nextMs: number;
}

/** From the last chunk before each trouble; of a death from the moment at which it is told. */
async function troubles(count: number, manner: string, flags: Readonly<Record<string, string>>): Promise<Trouble[]> {
  const at = scene(count);
  const running = supervise(at, manner, { ...flags, "--breaker-faults": "1000", "--breaker-share": "1" });
  const { code, err } = await running.end;
  if (code !== 0) throw new Error(err);
  const found: Trouble[] = [];
  const events = running.events;
  const timeOf = (i: number): number => Date.parse(events[i]?.at ?? "");
  const next = (from: number, isSo: (event: Running["events"][number]) => boolean): number =>
    events.findIndex((event, i) => i > from && isSo(event));
  for (let i = 0; i < events.length; i++) {
    const event = events[i];
    if (event?.event !== "supervisor.changed" || event.from !== "ready" || !["waiting", "suspect"].includes(event.to))
      continue;
    const before = events.findLastIndex(({ event: name }, j) => j < i && name === "chunk.enriched");
    const since = event.to === "waiting" ? i : before;
    const ready = next(i, (other) => other.event === "supervisor.changed" && other.to === "ready");
    const enriched = next(ready, ({ event: name }) => name === "chunk.enriched");
    // The last one may come when nothing is left.
    if (ready < 0 || enriched < 0) continue;
    found.push({
      ...{ noticedMs: timeOf(i) - timeOf(before), readyMs: timeOf(ready) - timeOf(since) },
      nextMs: timeOf(enriched) - timeOf(since),
    });
  }
  return found;
}

function quantiles(values: readonly number[]): string[] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string => `${sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? ""}`;
  return [`${sorted.length}`, at(0.5), at(0.95), at(1)];
}

async function rate(manner: string) {
  const at = scene(chunks);
  const running = supervise(at, manner, usual);
  const { code, err } = await running.end;
  if (code !== 0) throw new Error(err);
  const times = running.events
    .filter(({ event }) => event === "chunk.enriched")
    .map(({ at: time }) => Date.parse(time));
  const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000;
  const starts = at.starts().length;
  return { name: starts === 1 ? "no crash" : "a crash every 100", perSecond: chunks / seconds, starts };
}

/** Of our process alone: its children have a server each, supervised or not. In turns, so that a busy hour is one for both. */
async function costs(): Promise<readonly (readonly string[])[]> {
  const busy = { ours: [] as number[], theirs: [] as number[] };
  const idle = { ours: [] as number[], theirs: [] as number[] };
  for (let i = 0; i < 2; i++) {
    const [ours, theirs] = [await supervisedShares(), await plainShares()];
    busy.ours.push(ours.busy);
    busy.theirs.push(theirs.busy);
    idle.ours.push(ours.idle);
    idle.theirs.push(theirs.idle);
  }
  return [
    [`working on ${chunks} chunks, ${answerMs} ms an answer`, spread(busy.ours, 2), spread(busy.theirs, 2)],
    ["nothing to do, --watch", spread(idle.ours, 2), spread(idle.theirs, 2)],
  ];
}

interface Shares {
  readonly busy: number;
  readonly idle: number;
}

async function supervisedShares(): Promise<Shares> {
  const at = scene(chunks);
  const flags = [
    "--backend",
    "mlx",
    "--mlx-command",
    at.command(`late:${answerMs}*9`),
    "--model",
    "some/model",
    "--watch",
  ];
  return shares(run(at.box, at.db, flags), at.db);
}

async function plainShares(): Promise<Shares> {
  const server = await startModel({ latencyMs: answerMs });
  const db = newTarget(rowsOf(chunks));
  try {
    return await shares(run(alone(), db, ["--backend", "openai", "--url", server.url, "--watch"]), db);
  } finally {
    await server.stop();
  }
}

async function shares(running: Running, db: string): Promise<Shares> {
  const { pid } = running.child;
  const reaches = (count: number) =>
    running.when(() => running.events.filter(({ event }) => event === "chunk.enriched").length >= count);
  const share = async (during: () => Promise<unknown>): Promise<number> => {
    const [cpuMs, wallMs] = [cpuMsOf(pid), performance.now()];
    await during();
    return ((cpuMsOf(pid) - cpuMs) / (performance.now() - wallMs)) * 100;
  };
  await reaches(50);
  const busy = await share(() => reaches(chunks));
  await Bun.sleep(2_000);
  const idle = await share(() => Bun.sleep(idleMs));
  running.child.kill("SIGTERM");
  await running.end;
  if (enrichedIn(db) !== chunks) throw new Error("not all chunks were described");
  return { busy, idle };
}
