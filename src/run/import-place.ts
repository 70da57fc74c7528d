/** Where in a file an import goes on: how far it was read before, by what our own database and the file itself say. */

import { fingerprintOf, lookAt, renamedFrom } from "../import/file.ts";
import type { Mark } from "../import/piece.ts";
import type { Connection } from "../store/database.ts";
import { untilFree, type Waiting } from "../store/lock.ts";
import { type SourceRow, sourcesAt } from "../store/own-sources.ts";

export interface Place {
  readonly identity: string;
  /** Undefined: from its start. */
  readonly from: Mark | undefined;
  /** Chunks that came of what is before. */
  readonly chunks: number;
  /** The row of another file, whose place this one took with the same beginning: a copy that was written anew. */
  readonly replaces: SourceRow | null;
  /** Where the files are now that were at this path before: renamed, as logs are, and perhaps not read to their ends. */
  readonly renamed: readonly string[];
}

/** Null where there is no file. `name`: the path that a renamed file had. */
export async function findPlace(
  file: Connection,
  waiting: Waiting,
  at: { readonly path: string; readonly name: string; readonly reading: string },
): Promise<Place | null> {
  const look = lookAt(at.path);
  if (look === null) return null;
  const { identity } = look;
  const rows = await untilFree(file.path, () => sourcesAt(file.db, identity, at.name, at.reading), waiting);
  for (const row of rows) {
    const mark = fingerprintOf(at.path, row.readTo, identity) === row.fingerprint ? markOf(row) : null;
    if (mark === null) continue;
    const replaces = row.identity === identity ? null : row;
    return { identity, from: mark, chunks: row.chunks, replaces, renamed: [] };
  }
  const renamed = at.path === at.name ? renamedOf(at.path, rows) : [];
  return { identity, from: undefined, chunks: 0, replaces: null, renamed };
}

/** Those that have more than was read of them, or may still get more; years of old logs are neither. */
function renamedOf(path: string, rows: readonly SourceRow[]): string[] {
  if (rows.length === 0) return [];
  const files = renamedFrom(path);
  const newestMs = Math.max(...[...files.values()].map(({ look }) => look.changedMs));
  return rows.flatMap(({ identity, readTo }) => {
    const found = files.get(identity);
    return found !== undefined && (found.look.size > readTo || found.look.changedMs === newestMs) ? [found.path] : [];
  });
}

function markOf({ mark, readTo }: SourceRow): Mark | null {
  try {
    const { line, state } = JSON.parse(mark);
    return Number.isSafeInteger(line) ? { offset: readTo, line, state } : null;
  } catch {
    return null;
  }
}

/** The form of a parser's state; with another one a file is read from its start. */
const stateVersion = 1;

/** What else makes other chunks of the same bytes. */
export const readingOf = (...flags: readonly (string | null)[]): string => JSON.stringify([stateVersion, ...flags]);
