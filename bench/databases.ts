/** Databases of the older BrainLayer generation for both sides: made by its own package, filled, kept, and copied for each run. */

import { Database } from "bun:sqlite";
import { closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeBrainlayer } from "../test/support/brainlayer.ts";
import { temporaryFolder } from "../test/support/folder.ts";
import { cacheDir } from "../test/support/python.ts";
import { type Filling, fill } from "./filled.ts";

/** The path of one that is made once; a change of how it is filled makes another. */
export async function database(filling: Filling): Promise<string> {
  const version = new Bun.CryptoHasher("sha256").update(await Bun.file(resolve(import.meta.dir, "filled.ts")).bytes());
  const name = `${filling.rows}-${filling.enrichedShare}-${version.digest("hex").slice(0, 8)}`;
  const path = join(cacheDir, "bench", `${name}.db`);
  if (existsSync(path)) return path;
  mkdirSync(join(cacheDir, "bench"), { recursive: true });
  const making = `${path}.${process.pid}`;
  await makeBrainlayer(1, making, []);
  fill(making, filling);
  // What the package does on its first opening of such a file, 45 s for a million rows, is not what is measured.
  await makeBrainlayer(1, making, []);
  settle(making);
  renameSync(making, path);
  return path;
}

/** Rows of which all are pending, and `chunks` of them of a kind that both sides ask about: five of six are. */
export const pending = (chunks: number): Filling => ({ rows: Math.ceil((chunks * 6) / 5), enrichedShare: 0 });

const folder = temporaryFolder();
let copies = 0;

/** A copy of its own for a run, in the system's memory and on the disk: neither side waits for the copying. */
export function freshCopy(path: string): string {
  const copy = join(folder, `${++copies}.db`);
  copyFileSync(path, copy);
  const file = openSync(copy, "r+");
  fsyncSync(file);
  closeSync(file);
  return copy;
}

/** The copy with all that was made beside it. */
export function discard(copy: string): void {
  const journal = copy.replace(/\.db$/, ".enrichd.db");
  for (const path of [copy, journal]) for (const end of ["", "-wal", "-shm"]) rmSync(`${path}${end}`, { force: true });
}

/** How many rows are described, whoever did it. */
export function enrichedRows(path: string): number {
  const db = new Database(path, { readonly: true });
  const asked = "SELECT count(*) AS n FROM chunks WHERE enriched_at NOT LIKE 'skipped:%'";
  const n = db.query<{ n: number }, []>(asked).get()?.n ?? 0;
  db.close();
  return n;
}

function settle(path: string): void {
  const db = new Database(path);
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
}
