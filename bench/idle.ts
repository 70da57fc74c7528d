/** What a run costs that watches and has nothing to do, how soon it sees a new chunk, and how soon a killed one is back. */

import { Database } from "bun:sqlite";
import { cpuMsOf } from "../test/support/cpu.ts";
import { enrichedIn, newTarget, rowsOf, textOf } from "../test/support/target.ts";
import { discard } from "./databases.ts";
import type { Figure } from "./figure.ts";
import { startModel } from "./round.ts";
import { enrichd } from "./runners.ts";
import { spread, table } from "./table.ts";

const rows = 300;
const rowsToKill = 2_000;
const idleMs = 20_000;
const additions = 10;
const kills = 5;

export const idle: Figure = {
  name: "idle",
  title: "Watching with nothing to do, and back after kill -9",
  take: async (say) => {
    const lines: string[][] = [];
    for (const mode of ["wal", "delete"] as const) {
      say(`watching in ${mode} mode`);
      lines.push([mode, ...(await watched(mode))]);
    }
    say("kill -9 and again");
    const backMs = await backAgain();
    const head = ["journal mode", `CPU over ${idleMs / 1_000} s`, "new chunk to its question, ms"];
    return `${table(head, lines)}\n\nFrom the start of a run after kill -9 to its first question: ${spread(backMs)} ms.`;
  },
};

const start = (db: string, url: string, ...more: string[]) => {
  const { command, env } = enrichd.run({ db, url, parallel: 4 });
  return Bun.spawn([...command, "--quiet", ...more], { env: { ...env }, stdio: ["ignore", "ignore", "ignore"] });
};

async function questionsReach(url: string, n: number): Promise<number> {
  const startedMs = performance.now();
  while ((await questions(url)) < n) await Bun.sleep(2);
  return performance.now() - startedMs;
}

async function questions(url: string): Promise<number> {
  return ((await (await fetch(`${url}/seen`, { proxy: false })).json()) as { questions: number }).questions;
}

async function watched(mode: "wal" | "delete"): Promise<string[]> {
  const db = newTarget(rowsOf(rows), mode);
  const server = await startModel({});
  const child = start(db, server.url, "--watch");
  try {
    while (enrichedIn(db) < rows) await Bun.sleep(100);
    await Bun.sleep(2_000);
    const before = cpuMsOf(child.pid);
    await Bun.sleep(idleMs);
    const share = (cpuMsOf(child.pid) - before) / idleMs;
    const foundMs: number[] = [];
    for (let i = 0; i < additions; i++) {
      add(db, rows + i);
      foundMs.push(await questionsReach(server.url, rows + i + 1));
      await Bun.sleep(1_300 + i * 37);
    }
    return [`${(share * 100).toFixed(2)} %`, spread(foundMs)];
  } finally {
    child.kill();
    await child.exited;
    await server.stop();
    discard(db);
  }
}

function add(path: string, n: number): void {
  const db = new Database(path);
  db.run("PRAGMA busy_timeout = 5000");
  const sql = `INSERT INTO chunks (id, content, metadata, source_file, content_type, char_count)
    VALUES (?, ?, '{}', 'f', 'assistant_text', 100)`;
  db.query(sql).run(`new-${n}`, textOf(n));
  db.close();
}

async function backAgain(): Promise<number[]> {
  const db = newTarget(rowsOf(rowsToKill));
  const server = await startModel({ latencyMs: 50 });
  const backMs: number[] = [];
  try {
    for (let i = 0; i <= kills; i++) {
      const asked = await questions(server.url);
      const child = start(db, server.url);
      const tookMs = await questionsReach(server.url, asked + 1);
      if (i > 0) backMs.push(tookMs);
      await questionsReach(server.url, asked + 100);
      child.kill("SIGKILL");
      await child.exited;
      // What it had sent may still be read, and is not the next one's.
      await Bun.sleep(200);
    }
    return backMs;
  } finally {
    await server.stop();
    discard(db);
  }
}
