/** What must hold of a target and its journal once all runs have ended, whatever happened on the way. */

import { journalPath } from "../../src/store/journal.ts";
import { query } from "./target.ts";

const unfinished = [
  ["claims are left", "SELECT 1 FROM contents WHERE state = 'claimed'"],
  ["contents still wait", "SELECT 1 FROM contents WHERE state = 'waiting'"],
  ["members are not done", "SELECT 1 FROM members WHERE state <> 'done'"],
  ["members have no content", "SELECT 1 FROM members m LEFT JOIN contents c USING (hash) WHERE c.hash IS NULL"],
  ["runs have no end", "SELECT 1 FROM runs WHERE state = 'running' OR ended_at_ms IS NULL"],
  ["references lead nowhere", "SELECT 1 FROM pragma_foreign_key_check"],
] as const;

/** Both files are whole, nothing is half done, and no row was written twice (which a trigger notes in `written`). */
export function journalFaults(db: string): string[] {
  const faults: string[] = [];
  const journal = journalPath(db);
  for (const path of [db, journal])
    for (const { integrity_check: said } of query<{ integrity_check: string }>(path, "PRAGMA integrity_check"))
      if (said !== "ok") faults.push(`${path}: ${said}`);
  const twice = query<{ id: string }>(db, "SELECT id FROM written GROUP BY id HAVING count(*) > 1");
  for (const { id } of twice) faults.push(`${id} was written more than once`);
  for (const [what, sql] of unfinished) {
    const left = query(journal, sql).length;
    if (left > 0) faults.push(`${left} ${what}`);
  }
  return faults;
}
