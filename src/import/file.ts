/** A file as bytes from a place on, and what tells it from another one that has its name. It only reads. */

import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

export const blockBytes = 131_072;

export async function* fileBytes(path: string, from = 0): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r");
  try {
    const block = new Uint8Array(blockBytes);
    for (let at = from; ; ) {
      const { bytesRead } = await file.read(block, 0, blockBytes, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield block.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

export interface FileLook {
  /** Device and inode, which stay when a file is renamed. */
  readonly identity: string;
  readonly size: number;
  readonly changedMs: number;
}

/** Whether nothing happened to a file between two looks at it; of a file that is not there nothing is the same. */
export const isSameLook = (a: FileLook | null, b: FileLook | null | undefined): boolean =>
  a !== null && b != null && a.identity === b.identity && a.size === b.size && a.changedMs === b.changedMs;

/** Null where there is no file, or none that may be looked at. */
export function lookAt(path: string): FileLook | null {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined || !stats.isFile()) return null;
    const changedMs = Number(stats.mtimeNs / 1_000n) / 1_000;
    return { identity: `${stats.dev}:${stats.ino}`, size: Number(stats.size), changedMs };
  } catch {
    return null;
  }
}

export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Bytes at the start of a file, and before the place up to which it was read. */
const edgeBytes = 4_096;

/**
 * Of the bytes before `readTo`: the first and the last ones. Null where the file is shorter, or is not the one that was
 * meant: it was replaced or cut off meanwhile.
 */
export function fingerprintOf(path: string, readTo: number, identity: string | null): string | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return null;
  }
  try {
    const { dev, ino, size } = fstatSync(file, { bigint: true });
    if (size < BigInt(readTo) || (identity !== null && identity !== `${dev}:${ino}`)) return null;
    const hasher = new Bun.CryptoHasher("sha256");
    const edge = Math.min(edgeBytes, readTo);
    for (const at of [0, readTo - edge]) {
      const bytes = new Uint8Array(edge);
      if (readSync(file, bytes, 0, edge, at) !== edge) return null;
      hasher.update(bytes);
    }
    return hasher.digest("base64url").slice(0, 22);
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

/** Where files are now that were renamed as logs are, to the old name and something behind it: by what they are. */
export function renamedFrom(path: string): Map<string, { readonly path: string; readonly look: FileLook }> {
  const found = new Map<string, { path: string; look: FileLook }>();
  let names: string[] = [];
  try {
    names = readdirSync(dirname(path));
  } catch {
    // Then there is nothing that could be read.
  }
  const [start = ""] = basename(path).split(/\.[^.]*$/);
  for (const name of names.filter((name) => name.startsWith(start))) {
    const candidate = join(dirname(path), name);
    const look = candidate === path ? null : lookAt(candidate);
    if (look !== null) found.set(look.identity, { path: candidate, look });
  }
  return found;
}
