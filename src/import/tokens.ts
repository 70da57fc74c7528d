/** Bytes into the texts between NULs, in bounded memory: of one that is too long, the start is given. */

export interface TokenReader {
  readonly write: (bytes: Uint8Array) => void;
  readonly end: () => void;
}

export function createTokenReader(bytesMax: number, give: (token: string) => void): TokenReader {
  // What is no UTF-8 becomes a mark: names of files are bytes of any kind.
  const decoder = new TextDecoder();
  let held: Buffer[] = [];
  let heldBytes = 0;

  function hold(bytes: Buffer): void {
    const part = bytes.subarray(0, bytesMax - heldBytes);
    if (part.length === 0) return;
    // A copy: the block may be used again.
    held.push(Buffer.from(part));
    heldBytes += part.length;
  }

  function release(): void {
    give(decoder.decode(Buffer.concat(held)));
    held = [];
    heldBytes = 0;
  }

  return {
    write: (bytes) => {
      let block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let end = block.indexOf(0); end >= 0; end = block.indexOf(0)) {
        hold(block.subarray(0, end));
        release();
        block = block.subarray(end + 1);
      }
      hold(block);
    },
    end: () => {
      if (heldBytes > 0) release();
    },
  };
}
