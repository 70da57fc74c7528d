/** Exporting: pages of rows into one of the formats, as fast as the reader takes them. It only reads. */

import type { ExportFormat } from "../export/format.ts";
import { exportRow } from "../export/row.ts";
import { openProblem } from "../store/database.ts";
import { openDescribed } from "../store/described.ts";
import { untilFree, type Waiting } from "../store/lock.ts";
import { openForReading } from "../store/read-only.ts";

export interface ExportParts {
  readonly db: string;
  readonly format: ExportFormat;
  /** Also chunks that nobody has described. */
  readonly all: boolean;
  readonly waiting: Waiting;
  /** Resolves when the text is taken; to false when the reader has gone. */
  readonly write: (text: string) => Promise<boolean>;
  readonly onSnapshot: () => void;
}

/** UTF-16 units handed over at once. */
const blockChars = 65_536;

/** Gives the number of rows written; ends early, and well, when the reader has gone. */
export async function exportRows({ db, format, all, waiting, write, onSnapshot }: ExportParts): Promise<number> {
  const { file, snapshot } = await openForReading(db, waiting);
  if (snapshot) onSnapshot();
  let rows = 0;
  let block = format.head;
  try {
    const described = await untilFree(file.path, () => openDescribed(file), waiting);
    for (let after: number | null = null; ; ) {
      waiting.signal?.throwIfAborted();
      const page = await untilFree(file.path, () => described.page(all, after), waiting);
      for (const row of page.rows) {
        rows++;
        block += format.row(exportRow(row));
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
    file.close();
  }
}
