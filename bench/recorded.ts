/** The questions that the binary asks about a database, one body a line, for a bare loop to ask again. */

import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../test/support/folder.ts";
import { round, startModel } from "./round.ts";
import { enrichd } from "./runners.ts";

const folder = temporaryFolder();

/** Also a warm-up of the binary, the database and the machine. */
export async function recorded(template: string, chunks: number): Promise<string> {
  const record = join(folder, `${Bun.hash(template)}.jsonl`);
  if (existsSync(record)) return record;
  const server = await startModel({ record });
  try {
    await round(enrichd, { template, server, parallel: 1, chunks });
    return record;
  } catch (error) {
    rmSync(record, { force: true });
    throw error;
  } finally {
    await server.stop();
  }
}
