/** Databases made, and judged, by the real `brainlayer` package, in both of its generations. */

import { join, resolve } from "node:path";
import { temporaryFolder } from "./folder.ts";
import { pythonEnv, venv } from "./python.ts";

/** 1: up to early 2026. 2: the current one. */
export type Generation = 1 | 2;
export const generations: readonly Generation[] = [1, 2];

/** Columns by name. Those that must not be NULL, and those that each row has, need not be given. */
export type BrainlayerRow = Readonly<Record<string, string | number | null>>;

export interface Judgement {
  readonly stats: {
    readonly total_chunks: number;
    readonly enrichable: number;
    readonly enriched: number;
    readonly skipped: number;
    readonly remaining: number;
    readonly by_intent: Readonly<Record<string, number>>;
  };
  /** The ids that its own pipeline would ask about, newest first: by source, and all under "". */
  readonly candidates: Readonly<Record<string, readonly string[]>>;
  readonly integrity: readonly string[];
  /** The ids that its search finds for each word. */
  readonly found: Readonly<Record<string, readonly string[]>>;
}

/** Makes the database at `path` by the package's own code, with `rows` in it. */
export async function makeBrainlayer(
  generation: Generation,
  path: string,
  rows: readonly BrainlayerRow[],
): Promise<void> {
  await brainlayer(generation, "make", path, rows.map(filled));
}

/** What the package says of the database at `path`. It opens it as any of its programs does, to write. */
export async function judge(generation: Generation, path: string, words: readonly string[]): Promise<Judgement> {
  const content_types = ["ai_code", "stack_trace", "user_message", "assistant_text"];
  const asked = { content_types, sources: ["whatsapp", "telegram"], words };
  return (await brainlayer(generation, "judge", path, asked)) as Judgement;
}

function filled(row: BrainlayerRow): BrainlayerRow {
  const content = String(
    row["content"] ?? `A row of its own about ${row["id"]}, long enough for anybody to describe it.`,
  );
  return {
    ...{ content, metadata: '{"role":"user"}', source_file: "/home/someone/session.jsonl", project: "project" },
    ...{ content_type: "assistant_text", value_type: "HIGH", char_count: [...content].length, source: "claude_code" },
    ...{ created_at: "2026-11-20T10:00:00.000Z", ...row },
  };
}

const home = temporaryFolder();

async function brainlayer(generation: Generation, command: "make" | "judge", path: string, input: unknown) {
  const python = await venv(`requirements-brainlayer-${generation}.txt`);
  const child = Bun.spawn([python, join(import.meta.dir, "brainlayer_store.py"), command, resolve(path)], {
    // It keeps settings, caches and pid files in the user's folders: here, in one of the test's.
    env: { ...pythonEnv(), HOME: home, XDG_DATA_HOME: home, BRAINLAYER_WRITER_PIDFILE_DIR: home },
    stdin: new Blob([JSON.stringify(input)]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (exitCode !== 0) throw new Error(`brainlayer ${generation} could not ${command} ${path}:\n${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "null") as unknown;
}
