/** Exporting: pages of rows into one of the formats, as fast as the reader takes them. It only reads. */

import type { Problem } from "../core/problem.ts";
import type { ExportFormat } from "../export/format.ts";
import { exportRow } from "../export/row.ts";
import { openProblem } from "../store/database.ts";
import { openDescribed } from "../store/described.ts";
import { untilFree, type Waiting } from "../store/lock.ts";
import { openForReading } from "../store/read-only.ts";
import type { Paths } from "./open.ts";
import { type Extras, openExtras } from "./read-extras.ts";

export interface ExportParts {
  readonly paths: Paths;
  readonly format: ExportFormat;
  /** Also chunks that nobody has described. */
  readonly all: boolean;
  readonly waiting: Waiting;
  /** Resolves when the text is taken; to false when the reader has gone. */
  readonly write: (text: string) => Promise<boolean>;
  readonly onSnapshot: () => void;
  /** The journal, which keeps fields of people's own for somebody else's table, cannot be read. */
  readonly onUnreadable: (why: Problem) => void;
}

/** UTF-16 units handed over at once. */
const blockChars = 65_536;

/** Gives the number of rows written; ends early, and well, when the reader has gone. */
export async function exportRows(parts: ExportParts): Promise<number> {
  const { paths, format, all, waiting, write } = parts;
  const { file, snapshot } = await openForReading(paths.db, waiting);
  if (snapshot) parts.onSnapshot();
  let extras: Extras | null = null;
  let rows = 0;
  let block = format.head;
  try {
    const described = await untilFree(file.path, () => openDescribed(file), waiting);
    extras = await openExtras(file, paths.journal, waiting, parts.onUnreadable);
    for (let after: number | null = null; ; ) {
      waiting.signal?.throwIfAborted();
      const page = await untilFree(file.path, () => described.page(all, after), waiting);
      for (const row of page.rows) {
        rows++;
        block += format.row(exportRow({ ...row, extra: row.extra ?? extras.of(row.id) }));
        if (block.length < blockChars) continue;
        if (!(await write(block))) return rows;
        block = "";
      }
      if (page.next === null) break;
      after = page.next;
      // Pages without a row to write must not keep a signal from being heard.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (block !== "") await write(block);
    return rows;
  } catch (error) {
    throw openProblem(error, file.path);
  } finally {
    extras?.close();
    file.close();
  }
}
