/** The journal as the memory of what servers are asked without: read when a backend is made, written when it finds out. */

import type { ConcessionMemory } from "../backends/concessions.ts";
import type { Clock } from "../core/clock.ts";
import { keepConcession, knownConcessions } from "../store/concessions.ts";
import type { Connection } from "../store/database.ts";
import { sharedTransactions } from "../store/ledger.ts";
import type { Waiting } from "../store/lock.ts";

export function rememberConcessions(journal: Connection, waiting: Waiting, clock: Clock): ConcessionMemory {
  const { db } = journal;
  const write = sharedTransactions(journal, waiting);
  return {
    known: (url, model) => knownConcessions(db, url, model, clock.wallMs()),
    keep: (url, model, part) => {
      // Without it the next run asks once more; whatever is wrong with the journal is told by those who need it.
      write(() => keepConcession(db, url, model, part, clock.wallMs())).catch(() => {});
    },
  };
}
