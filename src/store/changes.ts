/** Whether others have written to a database, told by SQLite's own counter: microseconds, and never a read of rows. */

import type { Connection } from "./database.ts";
import { isBusy } from "./lock.ts";

/** True at a call when another connection has committed to one of the files since the call before. */
export function watchChanges(files: readonly Pick<Connection, "db">[]): () => boolean {
  const looks = files.map(({ db }) => {
    let seen = versionOf(db);
    return (): boolean => {
      const version = versionOf(db);
      // Under a lock nobody has committed yet; whoever holds it will.
      if (version === null || version === seen) return false;
      seen = version;
      return true;
    };
  });
  return () => looks.filter((look) => look()).length > 0;
}

/** Another number once another connection has committed; throws where the file is locked. */
export const dataVersion = (db: Connection["db"]): number =>
  db.query<{ data_version: number }, []>("PRAGMA data_version").get()?.data_version ?? 0;

function versionOf(db: Connection["db"]): number | null {
  try {
    return dataVersion(db);
  } catch (error) {
    if (isBusy(error)) return null;
    throw error;
  }
}
