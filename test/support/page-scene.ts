/** A database as somebody finds it in the morning: described, pending, given up and too short chunks, of two projects. */

import { Database } from "bun:sqlite";
import { startModelServer } from "../fixtures/describing-server.ts";
import { startRun } from "./runner.ts";
import { newTarget, rowsOf } from "./target.ts";

const described = [
  "The connection pool opens one connection for each worker, and closes it when the worker was idle for a minute.",
  "We decided to retry whole transactions under a lock: a retry of one statement could write half of a change.",
  "TypeError: Cannot read properties of undefined (reading 'next')\n    at Parser.line (parser.ts:41)\n    at main.ts:12",
  "export function openDatabase(path: string): Database {\n  return new Database(path);\n}\n// waits 20 ms at most",
  "The deployment to the staging cluster failed since the image was built for another processor than the nodes have.",
];

export async function newScene(): Promise<string> {
  const server = await startModelServer({ latencyMs: 30 });
  const texts = Array.from({ length: 60 }, (_, i) => `${described[i % described.length]} Case ${i}.`);
  const poisoned = ["poison", "413"].map((manner, i) => ({
    id: `bad-${i}`,
    content: `@@${manner} A text that no model of ours will ever describe, however often it is asked about it.`,
  }));
  const rows = texts.map((content, i) => ({
    id: `session-${Math.floor(i / 12)}:${i}`,
    content,
    conversation: `s${Math.floor(i / 12)}`,
    position: i,
  }));
  const db = newTarget([...rowsOf(40), { id: "short", content: "too short" }, ...poisoned, ...rows]);
  const file = new Database(db);
  file.run(
    "UPDATE chunks SET project = iif(rowid % 3 = 0, 'tide-tables', 'enrichd'), created_at = datetime('now', '-' || rowid || ' minutes') || 'Z'",
  );
  file.close();
  await startRun(db, server.url, { attemptsMax: 1, questionsMax: 70 }).result;
  server.stop();
  return db;
}
