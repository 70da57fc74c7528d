/** Looks at everything that a run stands on, part by part, and tells what it finds. It only reads, and changes nothing. */

import type { Clock, Random } from "../core/clock.ts";
import { journalPath } from "../store/journal.ts";
import { type BackendParts, examineBackends } from "./doctor/backends.ts";
import { examineDatabase } from "./doctor/database.ts";
import { areas, type Finding } from "./doctor/finding.ts";
import { examineJournal } from "./doctor/journal.ts";
import { examineDisk, examinePause, examinePermissions } from "./doctor/machine.ts";

export interface DoctorParts extends BackendParts {
  /** Null where none is named and none could be, which is known then. */
  readonly db: { readonly path: string; readonly foundBy: string } | null;
  readonly mlx: () => Promise<readonly Finding[]>;
  /** Null: beside the database. */
  readonly journal: string | null;
  readonly config: { readonly path: string | null; readonly hasKey: boolean };
  readonly pauseFile: string | null;
  /** What is known already, of settings and their sources. */
  readonly known: readonly Finding[];
  readonly clock: Clock;
  readonly random: Random;
}

/** In the order of the areas. */
export async function examine(parts: DoctorParts): Promise<readonly Finding[]> {
  const { db, clock, random } = parts;
  const backends = examineBackends(parts);
  const database = db === null ? null : await examineDatabase({ ...db, clock, random });
  const path = database?.path ?? null;
  const journal = parts.journal ?? (path === null ? null : journalPath(path));
  const places = [
    ...(path === null ? [] : [{ name: "the database", path }]),
    ...(journal === null ? [] : [{ name: "the journal", path: journal }]),
  ];
  const findings = [
    ...parts.known,
    ...(database?.findings ?? []),
    ...(await examineJournal({ db: path, journal: parts.journal, clock, random })),
    ...(await backends),
    ...(await parts.mlx()),
    ...examineDisk(places),
    ...examinePermissions({ journal, config: parts.config.path, hasKey: parts.config.hasKey }),
    // Our own database is nobody's to pause.
    ...examinePause(database?.layout === "own" ? null : parts.pauseFile, clock.wallMs()),
  ];
  return areas.flatMap((area) => findings.filter((finding) => finding.area === area));
}
