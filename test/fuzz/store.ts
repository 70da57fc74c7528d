/** A database of our own that the fuzz test puts its chunks into; what it is given is taken back, so that it stays small. */

import type { Database } from "bun:sqlite";
import { openOwn } from "../../src/store/own.ts";
import { newDatabase } from "../support/importing.ts";
import { waiting } from "../support/journal.ts";

export interface Store {
  readonly store: (add: (db: Database) => void) => void;
  readonly close: () => void;
}

export async function openStore(): Promise<Store> {
  const { db, close } = await openOwn(newDatabase(), waiting);
  return {
    close,
    store: (add) => {
      db.run("BEGIN IMMEDIATE");
      try {
        add(db);
      } finally {
        db.run("ROLLBACK");
      }
    },
  };
}
