/**
 * What importing costs, by format: text made by the generator of the tests through the binary, beside `wc -l` and a bare
 * JSON.parse of the same lines. A transcript is mostly the output of tools, as real ones are.
 */

import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryFolder } from "../test/support/folder.ts";
import type { Figure } from "./figure.ts";
import { type Made, makers } from "./import-texts.ts";
import { expectExit, type Measured, measure } from "./measure.ts";
import { binary, env } from "./runners.ts";
import { spread, table } from "./table.ts";

const rounds = 3;
const bytes = 24e6;
const largeBytes = 2 * 2 ** 30;

const folder = temporaryFolder();
let databases = 0;

interface Taken {
  readonly measured: Measured;
  readonly chunks: number;
}

async function importOnce({ path, format }: Made): Promise<Taken> {
  const db = join(folder, `${++databases}.db`);
  const command = [binary, "import", path, "--db", db, "--json", "--format", format];
  const measured = expectExit(await measure({ command, env }), 0);
  for (const end of ["", "-wal", "-shm"]) rmSync(`${db}${end}`, { force: true });
  const { chunks_added, problems_total } = JSON.parse(measured.stdout);
  if (problems_total > 0 || chunks_added === 0) throw new Error(`nothing came of ${path}: ${measured.stdout}`);
  return { measured, chunks: chunks_added };
}

const beside = {
  wc: (path: string) => ["wc", "-l", path],
  parse: (path: string) => [process.execPath, resolve(import.meta.dir, "bare-parse.ts"), path],
} as const;

async function rowOf(made: Made, times: number, say: (line: string) => void): Promise<string[]> {
  const size = statSync(made.path).size;
  const perSecond = ({ wallMs }: Measured): number => size / 1e3 / wallMs;
  const taken: Taken[] = [];
  const others = { wc: [] as number[], parse: [] as number[] };
  for (let i = 0; i < times; i++) {
    say(`${made.format}, ${i + 1} of ${times}`);
    taken.push(await importOnce(made));
    others.wc.push(perSecond(expectExit(await measure({ command: beside.wc(made.path), env }), 0)));
    if (made.isJson)
      others.parse.push(perSecond(expectExit(await measure({ command: beside.parse(made.path), env }), 0)));
  }
  return [
    ...[made.format, (size / 1e6).toFixed(0), (taken[0]?.chunks ?? 0).toLocaleString("en")],
    spread(taken.map(({ measured }) => perSecond(measured))),
    spread(taken.map(({ measured, chunks }) => (chunks / measured.wallMs) * 1000)),
    spread(
      taken.map(({ measured }) => measured.cpuMs / (size / 1e6)),
      1,
    ),
    spread(taken.map(({ measured }) => measured.peakMegabytes)),
    ...[spread(others.wc), made.isJson ? spread(others.parse) : "–"],
  ];
}

const head = [
  "format",
  "MB",
  "chunks",
  "MB/s",
  "chunks/s",
  "CPU ms per MB",
  "peak MB",
  "wc -l MB/s",
  "JSON.parse MB/s",
];

function places(): string {
  const path = join(folder, "texts");
  if (!existsSync(path)) mkdirSync(path);
  return path;
}

export const importing: Figure = {
  name: "import",
  title: "Importing, by format",
  take: async (say) => {
    const rows: string[][] = [];
    for (const make of makers) {
      const made = await make(places(), bytes);
      rows.push(await rowOf(made, rounds, say));
      rmSync(made.path);
    }
    const words = `Medians of ${rounds} runs and their range; the whole process, with its start, and everything written to the database.`;
    return `${table(head, rows)}\n\n${words}`;
  },
};

export const importLarge: Figure = {
  name: "import-large",
  title: "Importing a transcript of 2 GB",
  take: async (say) => {
    const [makeClaudeCode] = makers;
    if (makeClaudeCode === undefined) throw new Error("no maker");
    say("making the transcript");
    const made = await makeClaudeCode(places(), largeBytes);
    const row = await rowOf(made, 1, say);
    rmSync(made.path);
    return table(head, [row]);
  },
};
