/**
 * Who holds the lock of a SQLite file, as the system tells: from Linux's list of locks, or from what `lsof` says where
 * there is no such list. It only looks, and knows nothing of a file that nobody locks.
 *
 * A file in WAL mode is locked through its `-shm`, another one in itself, at the bytes named here (SQLite's file format).
 */

import { readFileSync, statSync } from "node:fs";

export interface Holder {
  readonly pid: number;
  /** Null where the system keeps it to itself. */
  readonly name: string | null;
  /** Whether it was seen to hold the lock, or only to have the file open. */
  readonly has: "lock" | "open file";
}

/** Ours is no answer to who is in our way. */
const foreign = ({ pid }: Holder): boolean => pid !== process.pid && pid > 0;

const filesOf = (path: string): readonly string[] => [path, `${path}-shm`];

interface Lock {
  readonly pid: number;
  readonly writes: boolean;
  readonly inode: string;
}

/** By `/proc`; null where the system has none. */
export function holdersByProc(path: string): readonly Holder[] | null {
  const locks = textOf("/proc/locks");
  return locks === null ? null : holdersIn(locks, filesOf(path).map(inodeOf)).map(named).filter(foreign);
}

/** Who writes, else who keeps a writer out by reading (without WAL). By the inodes of the file and of its `-shm`. */
export function holdersIn(locks: string, [file, shm]: readonly (string | null)[]): number[] {
  const all = locks.split("\n").flatMap(parseLock);
  const writers = all.filter(({ writes, inode }) => writes && (inode === file || inode === shm));
  const readers = shm === null ? all.filter(({ inode }) => inode === file) : [];
  return [...new Set((writers.length > 0 ? writers : readers).map(({ pid }) => pid))];
}

/**
 * `3: POSIX  ADVISORY  WRITE 2313 fe:00:10018963 1073741825 1073741825`. Devices are not compared: on layered file
 * systems (containers) `stat` gives another than the kernel's list. Blocked waiters have an arrow before the kind.
 */
function parseLock(line: string): Lock[] {
  const [, kind, pid, inode] = /^\d+: (?:POSIX|OFDLCK)\s+\S+\s+(READ|WRITE)\s+(\d+) \S+:\S+:(\d+) /.exec(line) ?? [];
  if (kind === undefined || pid === undefined || inode === undefined) return [];
  return [{ pid: Number(pid), writes: kind === "WRITE", inode }];
}

const named = (pid: number): Holder => ({
  pid,
  name: textOf(`/proc/${pid}/comm`)?.trim() ?? null,
  has: "lock",
});

function inodeOf(path: string): string | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino.toString() ?? null;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** What to ask `lsof` for, at macOS's place of it, which is not in every PATH. It has no word on locks on macOS, so it is who has the file open. */
export const lsofCommand = (path: string): readonly string[] => ["/usr/sbin/lsof", "-w", "-F", "pc", "--", path];

/** From its output: a line `p` with the id opens each process, `c` is its name. */
export function holdersInLsof(output: string): readonly Holder[] {
  const blocks = output.split(/^p/m).slice(1);
  return blocks
    .map((block): Holder => {
      const name = /^c(.+)$/m.exec(block)?.[1] ?? null;
      return { pid: Number.parseInt(block, 10), name, has: "open file" };
    })
    .filter(foreign);
}
