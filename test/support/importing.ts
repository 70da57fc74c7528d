/** An import into a database of a test's own, and what is in it afterwards. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ImportSource } from "../../src/import/input.ts";
import type { Format } from "../../src/import/piece.ts";
import { type ImportOptions, importSources } from "../../src/run/importing.ts";
import { openOwn } from "../../src/store/own.ts";
import { temporaryFolder } from "./folder.ts";
import { waiting } from "./journal.ts";

const folder = temporaryFolder();
let made = 0;

export const newDatabase = (): string => join(folder, `import-${++made}.db`);

/** Files in a folder of their own; gives the folder. */
export function filesIn(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = join(folder, `files-${++made}`);
  mkdirSync(root);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

export const atPath = (...paths: readonly string[]): ImportSource[] => paths.map((path) => ({ kind: "path", path }));
export const asText = (name: string, format: Format, text: string): ImportSource => ({
  ...{ kind: "text", name, format, text },
});

export async function importInto(path: string, sources: readonly ImportSource[], more: Partial<ImportOptions> = {}) {
  const file = await openOwn(path, waiting);
  try {
    const result = await importSources({
      ...{ file, sources, format: null, project: null, source: null, fieldNames: { id: null, text: null } },
      ...{ strict: false, waiting, stopping: new AbortController().signal, ...more },
    });
    return result;
  } finally {
    file.close();
  }
}

export async function rowsIn(path: string): Promise<Record<string, unknown>[]> {
  const { db, close } = await openOwn(path, waiting);
  const rows = db.query<Record<string, unknown>, []>("SELECT * FROM chunks ORDER BY rowid").all();
  close();
  return rows;
}
