/** Which chunk a person means: by its whole id, or by a beginning that only one has. It only reads. */

import { nearest } from "../core/nearest.ts";
import { Problem } from "../core/problem.ts";
import { failedMembers, memberOf } from "../store/failures.ts";
import { failedElsewhere } from "./list-failures.ts";
import type { ToRead } from "./open-to-read.ts";

/** Failed chunks among which the nearest to a mistyped id is looked for. */
const candidatesMax = 500;
const shownMax = 5;

/** Throws a Problem of kind `not_found` that names those that could be meant. */
export async function findChunk(opened: Omit<ToRead, "snapshot">, said: string): Promise<string> {
  const { target, journal, file, read } = opened;
  if ((await read(() => target.standingOf(said))) !== null) return said;
  if (journal !== null && memberOf(journal.db, said) !== null) return said;
  const [only, ...others] = await read(() => target.idsFrom(said, shownMax + 1));
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) {
    const shown = [only, ...others].slice(0, shownMax).join(", ");
    const more = others.length >= shownMax ? ", …" : "";
    throw new Problem(
      "not_found",
      `more than one chunk begins with "${said}"`,
      file.path,
      `give more of it: ${shown}${more}`,
    );
  }
  const close = nearest(said, await failedIds(opened));
  const hint = close === null ? "" : `did you mean ${close}? `;
  throw new Problem("not_found", `there is no chunk "${said}"`, file.path, `${hint}see \`enrichd failures list\``);
}

async function failedIds(opened: Omit<ToRead, "snapshot">): Promise<string[]> {
  const ids =
    opened.journal === null
      ? []
      : failedMembers(opened.journal.db, null, candidatesMax, 0).map(({ chunkId }) => chunkId);
  for await (const id of failedElsewhere(opened)) {
    if (ids.length >= candidatesMax) break;
    ids.push(id);
  }
  return ids;
}
