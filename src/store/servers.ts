/** The register of model servers that runs on this machine have started: which run starts one, and where the others find it. */

import type { Database } from "bun:sqlite";
import { join } from "node:path";
import { Problem } from "../core/problem.ts";
import { openDatabase, openProblem } from "./database.ts";
import { transact, untilFree, type Waiting } from "./lock.ts";
import type { Owner } from "./runs.ts";
import { migrate, type Schema } from "./schema.ts";
import first from "./servers.sql" with { type: "text" };

const schema: Schema = {
  ...{ name: "register", flag: "XDG_STATE_HOME", migrations: [first] },
  // "enrs"
  applicationId: 0x656e7273,
  foreign: (_, path) =>
    new Problem("config", "this file is a database, but not our register of servers", path, "move it away"),
};

export interface ServerRecord {
  readonly wish: string;
  readonly serial: number;
  readonly owner: Owner;
  /** Null while it is being started. */
  readonly server: Owner | null;
  readonly port: number;
  readonly pipe: string;
  readonly log: string;
  readonly claimedAtMs: number;
  readonly aliveAtMs: number;
}

export interface Register {
  readonly read: (wish: string) => Promise<ServerRecord | null>;
  /** In the place of `seen`, or of none; null when that has changed meanwhile. */
  readonly claim: (seen: ServerRecord | null, next: Omit<ServerRecord, "serial" | "server">) => Promise<number | null>;
  readonly started: (serial: number, server: Owner) => Promise<void>;
  readonly remove: (serial: number) => Promise<void>;
  /** A user of the server had a byte of an answer. */
  readonly alive: (wish: string, wallMs: number) => Promise<void>;
  readonly close: () => void;
}

/** Its place in the folder where the runs of this machine keep what they know of each other. */
export const registerIn = (folder: string): string => join(folder, "servers.db");

export async function openRegister(path: string, waiting: Waiting): Promise<Register> {
  const { db, close } = await openDatabase(path, "create", waiting);
  try {
    await transact(db, path, () => migrate(db, path, schema), waiting);
  } catch (error) {
    close();
    throw openProblem(error, path);
  }
  const write = <T>(step: () => T): Promise<T> => transact(db, path, step, waiting);
  return {
    close,
    read: (wish) => untilFree(path, () => read(db, wish), waiting),
    claim: (seen, next) =>
      write(() => {
        const now = read(db, next.wish);
        if (now?.serial !== seen?.serial) return null;
        const serial = nextSerial(db, next.claimedAtMs);
        const { owner } = next;
        db.query(`INSERT OR REPLACE INTO servers (wish, serial, owner_pid, owner_since, port, pipe, log, claimed_at_ms,
          alive_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`).run(
          ...([next.wish, serial, owner.pid, owner.since, next.port, next.pipe, next.log] as const),
          ...([next.claimedAtMs, next.aliveAtMs] as const),
        );
        return serial;
      }),
    started: (serial, { pid, since }) =>
      write(() => void db.query("UPDATE servers SET pid = ?, pid_since = ? WHERE serial = ?").run(pid, since, serial)),
    remove: (serial) => write(() => void db.query("DELETE FROM servers WHERE serial = ?").run(serial)),
    alive: (wish, wallMs) =>
      write(() => void db.query("UPDATE servers SET alive_at_ms = ? WHERE wish = ?").run(wallMs, wish)),
  };
}

/** All that the register knows of; it only reads. */
export async function listServers(path: string, waiting: Waiting): Promise<ServerRecord[]> {
  const { db, close } = await openDatabase(path, "read", waiting);
  try {
    const rows = await untilFree(path, () => db.query<Row, []>(`${rowSql} ORDER BY wish`).all(), waiting);
    return rows.map(recordOf);
  } finally {
    close();
  }
}

/** Never one that was there before, also when its record is gone. */
const nextSerial = (db: Database, wallMs: number): number =>
  Math.max(
    wallMs,
    (db.query<{ max: number | null }, []>("SELECT max(serial) AS max FROM servers").get()?.max ?? 0) + 1,
  );

interface Row {
  readonly wish: string;
  readonly serial: number;
  readonly ownerPid: number;
  readonly ownerSince: string | null;
  readonly pid: number | null;
  readonly pidSince: string | null;
  readonly port: number;
  readonly pipe: string;
  readonly log: string;
  readonly claimedAtMs: number;
  readonly aliveAtMs: number;
}

const rowSql = `SELECT wish, serial, owner_pid AS ownerPid, owner_since AS ownerSince, pid, pid_since AS pidSince, port, pipe,
  log, claimed_at_ms AS claimedAtMs, alive_at_ms AS aliveAtMs FROM servers`;

function read(db: Database, wish: string): ServerRecord | null {
  const row = db.query<Row, [string]>(`${rowSql} WHERE wish = ?`).get(wish);
  return row === null ? null : recordOf(row);
}

function recordOf({ ownerPid, ownerSince, pid, pidSince, ...rest }: Row): ServerRecord {
  const server = pid === null ? null : { pid, since: pidSince };
  return { ...rest, owner: { pid: ownerPid, since: ownerSince }, server };
}
