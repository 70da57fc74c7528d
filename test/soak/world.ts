/** What the soak disturbs: a target that grows, two model servers, and a run of the binary between them. */

import { Database } from "bun:sqlite";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Alone, alone } from "../support/alone.ts";
import { isAlive } from "../support/supervised.ts";
import { newTarget, textOf } from "../support/target.ts";

const program = resolve(import.meta.dir, "server.ts");

export type ServerName = "first" | "second";

export interface World {
  readonly box: Alone;
  readonly db: string;
  readonly log: string;
  /** `first` is started by the run itself, `second` by us. */
  readonly setManner: (name: ServerName, manner: string) => void;
  readonly pidsOf: (name: ServerName) => number[];
  readonly startSecond: () => Promise<void>;
  readonly url: string;
  readonly mlxCommand: string;
  /** Adds rows while there are few to do; not while the file is locked. */
  readonly feed: () => void;
  readonly pending: () => number;
  readonly texts: ReadonlyMap<string, string>;
  readonly close: () => void;
}

/** What some texts are for ever, and what becomes of them: the rest must be described. */
export const hopeless: Readonly<Record<string, string>> = {
  "@@poison": "unusable_reply",
  "@@413": "too_large",
  "@@reset": "crashed",
};
const marks: readonly (readonly [every: number, mark: string])[] = [
  ...([
    [97, "@@poison"],
    [103, "@@413"],
    [211, "@@reset"],
    [89, "@@500*1"],
    [61, "@@slow"],
  ] as const),
];
const markOf = (n: number): string => marks.find(([every]) => n % every === 7)?.[1] ?? "";

export async function makeWorld(): Promise<World> {
  const box = alone();
  const db = newTarget([]);
  const log = join(box.folder, "servers.log");
  const mannerFile = (name: ServerName): string => join(box.folder, `${name}.manner`);
  const setManner = (name: ServerName, manner: string): void => writeFileSync(mannerFile(name), manner);
  for (const name of ["first", "second"] as const) setManner(name, "well");
  writeFileSync(log, "");
  const target = new Database(db);
  target.run("PRAGMA busy_timeout = 10000");
  target.run("CREATE TABLE written (id TEXT)");
  target.run("CREATE TRIGGER written AFTER UPDATE ON chunks BEGIN INSERT INTO written VALUES (new.id); END");
  const insert = target.query(`INSERT INTO chunks (id, content, metadata, source_file, content_type, char_count)
    VALUES (?1, ?2, '{}', 'file.jsonl', 'assistant_text', length(?2))`);
  const texts = new Map<string, string>();
  let port = 0;

  const pending = (): number =>
    target.query<{ n: number }, []>("SELECT count(*) AS n FROM chunks WHERE enriched_at IS NULL").get()?.n ?? 0;

  async function startSecond(): Promise<void> {
    const command = [process.execPath, program, log, mannerFile("second"), "second", "--port", `${port}`];
    const child = Bun.spawn(command, { stdout: "pipe", stderr: "ignore", stdin: "ignore" });
    const reader = child.stdout.getReader();
    const said = new TextDecoder().decode((await reader.read()).value);
    reader.releaseLock();
    port = Number(/"port": (\d+)/.exec(said)?.[1] ?? port);
  }

  await startSecond();
  return {
    ...{ box, db, log, setManner, startSecond, pending, texts },
    url: `http://127.0.0.1:${port}`,
    mlxCommand: [process.execPath, program, log, mannerFile("first"), "first"].map((part) => `"${part}"`).join(" "),
    pidsOf: (name) => pidsIn(log, name).filter(isAlive),
    feed: () => {
      if (pending() >= 60) return;
      const added = Array.from({ length: 40 }, (_, i): [string, string] => {
        const n = texts.size + i;
        return [`chunk-${n}`, `${textOf(n)} ${markOf(n)}`];
      });
      target.transaction(() => {
        for (const row of added) insert.run(...row);
      })();
      // Only now: a lock may have kept them out.
      for (const [id, text] of added) texts.set(id, text);
    },
    close: () => target.close(),
  };
}

const pidsIn = (log: string, name: ServerName): number[] =>
  [...readFileSync(log, "utf8").matchAll(/^p (\w+) (\d+)$/gm)]
    .filter(([, of]) => of === name)
    .map(([, , pid]) => Number(pid));

export const everyServer = (log: string): number[] => [...pidsIn(log, "first"), ...pidsIn(log, "second")];

export interface Sample {
  readonly megabytes: number;
  readonly handles: number;
}

/** Of a process; null where it is gone, or the system has no /proc. */
export function sampleOf(pid: number): Sample | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return { megabytes: Number(kilobytes ?? 0) / 1024, handles: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return null;
  }
}
