/** The first bytes of a file, for whoever has to know what is in it. It reads; a file that cannot be read has no head. */

import { closeSync, openSync, readSync, statSync } from "node:fs";

export function headOf(path: string, bytes: number): Uint8Array {
  try {
    // What is read of a pipe is gone from it.
    if (!statSync(path).isFile()) return new Uint8Array();
    const file = openSync(path, "r");
    try {
      const block = new Uint8Array(bytes);
      let filled = 0;
      for (let read = -1; read !== 0 && filled < bytes; filled += read)
        read = readSync(file, block, filled, bytes - filled, null);
      return block.subarray(0, filled);
    } finally {
      closeSync(file);
    }
  } catch {
    return new Uint8Array();
  }
}
