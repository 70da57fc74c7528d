/** A target with more rows than one thread counts alone. */

import { openDatabase } from "../../src/store/database.ts";
import { waiting } from "./journal.ts";
import { schemas } from "./layouts.ts";

const near = 120_000;
const far = 1_000;
/** A long way above the others: a range of rowids says little about how many rows are in it. */
export const farFrom = 1_000_000_000_000;
/** Every fourth row is pending, and has no type that anybody wants. */
export const large = { total: near + far, enriched: 90_000, notWanted: 31_000 };

export async function makeLarge(path: string): Promise<void> {
  const { db, close } = await openDatabase(path, "create", waiting);
  db.run(schemas["brainlayer-1"]);
  const insert = db.query(`INSERT INTO chunks (rowid, id, content, metadata, source_file, project, enriched_at)
    VALUES (?1, ?1, 'text', '{}', '', 'project ' || (?1 % 3), iif(?1 % 4 = 0, NULL, '2026-02-27T00:24:03+00:00'))`);
  db.transaction(() => {
    for (let i = 1; i <= near; i++) insert.run(i);
    for (let i = 1; i <= far; i++) insert.run(farFrom + 1_000_000 * i);
  })();
  close();
}
