/** A run of the compiled binary with a server that it starts itself, and what is left of it afterwards. */

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { RunEvent } from "../../src/core/event.ts";
import { type Alone, alone } from "./alone.ts";
import { jsonLines } from "./json-lines.ts";
import { enrichedIn, newTarget, rowsOf } from "./target.ts";

export interface Start {
  readonly pid: number;
  readonly port: number;
  readonly concurrency: number;
  readonly offline: string | null;
}

type Told<E extends RunEvent["event"] = RunEvent["event"]> = Extract<RunEvent, { event: E }> & { readonly at: string };

export interface Scene {
  readonly box: Alone;
  readonly db: string;
  readonly chunks: number;
  /** Every start of the server so far. */
  readonly starts: () => Start[];
  readonly command: (manner: string) => string;
}

const program = resolve(import.meta.dir, "../fixtures/mlx-process.ts");

export function scene(chunks: number, box: Alone = alone()): Scene {
  const db = newTarget(rowsOf(chunks));
  const state = join(box.folder, `starts-${chunks}.jsonl`);
  return {
    ...{ box, db, chunks },
    // A file that was just made may have no line yet.
    starts: () => (existsSync(state) ? jsonLines(readFileSync(state, "utf8")) : []),
    command: (manner) => `"${process.execPath}" "${program}" ${manner} "${state}"`,
  };
}

/** Small limits: what takes minutes for a user takes seconds here. */
const limits = { "--stall-timeout": "8s", "--mlx-load-timeout": "2s", "--mlx-restart-pause": "200ms" };

export interface Running {
  readonly child: ReturnType<Alone["start"]>;
  readonly events: Told[];
  /** The next event that is so, or one that was. */
  readonly when: (isSo: (event: Told) => boolean) => Promise<Told>;
  readonly end: Promise<{ readonly code: number; readonly err: string }>;
}

export function supervise(at: Scene, manner: string, changed: Readonly<Record<string, string>> = {}): Running {
  const flags = ["--backend", "mlx", "--mlx-command", at.command(manner), "--model", "some/model"];
  return run(at.box, at.db, [...flags, ...Object.entries({ ...limits, ...changed }).flat()]);
}

export function run(box: Alone, db: string, flags: readonly string[]): Running {
  const child = box.start("run", "--db", db, ...flags, "--json");
  const events: Told[] = [];
  const waiters = new Set<() => void>();
  let isOver = false;
  const reading = read();
  const err = child.stderr.text();

  async function read(): Promise<void> {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const bytes of child.stdout) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      events.push(...lines.map((line) => JSON.parse(line) as Told));
      for (const wake of waiters) wake();
    }
    isOver = true;
    for (const wake of waiters) wake();
  }
  return {
    ...{ child, events },
    when: async (isSo) => {
      for (let seen = 0; ; ) {
        for (; seen < events.length; seen++) {
          const event = events[seen];
          if (event !== undefined && isSo(event)) return event;
        }
        if (isOver) throw new Error(`it ended without that: ${JSON.stringify(events.slice(-5))}`);
        await new Promise<void>((wake) => waiters.add(wake));
        waiters.clear();
      }
    },
    end: reading.then(async () => ({ code: await child.exited, err: await err })),
  };
}

export const changes = (events: readonly Told[]): Told<"supervisor.changed">[] =>
  events.filter((event): event is Told<"supervisor.changed"> => event.event === "supervisor.changed");

/** The states that it came to, each with the kind of its cause. */
export const path = (events: readonly Told[]): string[] =>
  changes(events).map(({ to, cause }) => (cause === "" ? to : `${to} ${cause.split(":")[0]}`));

/** A few at a time: such tests mostly wait, and all at once they would wait for each other's processor. */
export function few(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    while (running >= most) await new Promise<void>((go) => waiting.push(go));
    running++;
    try {
      return await work();
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}

/** Milliseconds from one change of state to the next one after it, by the clock of the run. */
export function msBetween(events: readonly Told[], from: (e: Told) => boolean, to: (e: Told) => boolean): number {
  const start = events.findIndex(from);
  const end = events.findIndex((event, i) => i > start && to(event));
  return Date.parse(events[end]?.at ?? "") - Date.parse(events[start]?.at ?? "");
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // Ended, and not collected by anyone yet.
    return !/^Z/.test(
      Bun.spawnSync(["ps", "-o", "stat=", "-p", `${pid}`])
        .stdout.toString()
        .trim(),
    );
  } catch {
    return false;
  }
};

/** How long until none of them is there any more; throws when they take longer than that. */
export async function goneWithin(pids: readonly number[], ms: number): Promise<number> {
  const startMs = performance.now();
  while (pids.some(isAlive)) {
    if (performance.now() - startMs > ms) throw new Error(`still there after ${ms} ms: ${pids.filter(isAlive)}`);
    await Bun.sleep(20);
  }
  return performance.now() - startMs;
}

/** Whatever happened to the server, the run is over, all chunks are described, and nothing of ours is left. */
export async function endsWell(at: Scene, running: Running): Promise<Told[]> {
  const { code, err } = await running.end;
  if (code !== 0 || enrichedIn(at.db) !== at.chunks)
    throw new Error(
      `code ${code}, ${enrichedIn(at.db)} of ${at.chunks}:\n${err}\n${JSON.stringify(running.events.slice(-20))}`,
    );
  await goneWithin(
    at.starts().map(({ pid }) => pid),
    5_000,
  );
  return running.events;
}
