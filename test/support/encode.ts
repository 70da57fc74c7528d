/** Text into the bytes of an old encoding: the decoder of Bun turned round, so that no table of ours can be wrong. */

const tables = new Map<string, ReadonlyMap<string, readonly number[]>>();

export function encode(label: string, text: string): Buffer {
  if (label === "utf-16le") return Buffer.from(text, "utf16le");
  if (label === "utf-16be") return Buffer.from(text, "utf16le").swap16();
  const table = tableOf(label);
  return Buffer.from(
    [...text].flatMap((character) => {
      const bytes = table.get(character);
      if (bytes === undefined) throw new Error(`${label} has no ${character}`);
      return bytes;
    }),
  );
}

function tableOf(label: string): ReadonlyMap<string, readonly number[]> {
  const known = tables.get(label);
  if (known !== undefined) return known;
  const decoder = new TextDecoder(label as Bun.Encoding, { fatal: true });
  const table = new Map<string, readonly number[]>();
  const add = (...bytes: number[]): void => {
    try {
      const character = decoder.decode(Uint8Array.from(bytes));
      if ([...character].length === 1 && !table.has(character)) table.set(character, bytes);
    } catch {
      // Not a character there.
    }
  };
  for (let first = 0; first < 256; first++) add(first);
  for (let first = 0x80; first < 256; first++) for (let second = 0x30; second < 256; second++) add(first, second);
  tables.set(label, table);
  return table;
}
