/**
 * The commands in our documents, run as written: each fence marked `sh` is a script in a home folder with the things the
 * documents talk of, and the compiled binary on its PATH. `sh exit 3` ends with that code; `sh until TEXT` is stopped
 * by Ctrl-C once TEXT has come.
 */

import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { layOutSessions, layOutSources } from "./agent-home.ts";
import { placeBinary } from "./binary.ts";
import { temporaryFolder } from "./folder.ts";
import { venv } from "./python.ts";
import { newTarget, rowsOf } from "./target.ts";

export interface Recipe {
  /** Of its fence, from 1. */
  readonly line: number;
  readonly script: string;
  readonly code: number;
  readonly until: string | null;
}

export function recipesIn(markdown: string): Recipe[] {
  return [...markdown.matchAll(/^```sh(?: exit (\d+)| until (.+))?\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, code, until, script = ""] = match;
    const line = markdown.slice(0, match.index).split("\n").length;
    return { line, script, code: until === undefined ? Number(code ?? 0) : 130, until: until ?? null };
  });
}

export interface Home {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A home with notes, sessions and what else docs/import.md names, a BrainLayer database, the binary and jq; `url` is the model server that is found there. */
export async function makeHome(url: string): Promise<Home> {
  const folder = join(temporaryFolder(), "home");
  const bin = join(folder, "bin");
  for (const path of [bin, join(folder, "notes")]) mkdirSync(path, { recursive: true });
  placeBinary(join(bin, "enrichd"));
  await addJq(bin);
  copyFileSync(newTarget(rowsOf(12)), join(folder, "brainlayer.db"));
  for (const [name, text] of Object.entries(notes)) writeFileSync(join(folder, "notes", name), text);
  layOutSessions(folder);
  layOutSources(folder);
  return { folder, env: { HOME: folder, PATH: `${bin}:/usr/bin:/bin`, ENRICHD_URL: url, LC_ALL: "C.UTF-8" } };
}

const notes: Readonly<Record<string, string>> = {
  "locks.md": `# Locks\n\nThe writer holds the lock for twelve seconds, so every reader waits. We retry whole transactions.\n\n## Decision\n\nEach transaction is short and immediate; a lock is waited for outside of SQLite, so that nothing stalls.\n`,
  "pool.txt": `The pool opens a connection for each worker, and closes it when the worker has been idle for a minute.\n`,
};

/** The system's, else libjq by its Python package. */
async function addJq(bin: string): Promise<void> {
  if (["/usr/bin/jq", "/bin/jq"].some(existsSync)) return;
  const python = await venv("requirements-jq.txt");
  const path = join(bin, "jq");
  writeFileSync(path, `#!/bin/sh\nexec '${python}' '${resolve(import.meta.dir, "jq.py")}' "$@"\n`);
  chmodSync(path, 0o755);
}

export interface Cooked {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function cook({ script, until }: Recipe, { folder, env }: Home): Promise<Cooked> {
  // One that is stopped is a single command, and the signal is for it.
  const text = until === null ? script : `exec ${script}`;
  const child = Bun.spawn(["/bin/bash", "-euo", "pipefail", "-c", text], {
    ...{ cwd: folder, env: { ...env } },
    ...({ stdin: "ignore", stdout: "pipe", stderr: "pipe" } as const),
  });
  const said = { out: "", err: "" };
  const listen = async (stream: ReadableStream<Uint8Array>, name: "out" | "err"): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      said[name] += decoder.decode(bytes, { stream: true });
      if (until !== null && said[name].includes(until)) child.kill("SIGINT");
    }
  };
  await Promise.all([listen(child.stdout, "out"), listen(child.stderr, "err")]);
  return { code: await child.exited, ...said };
}
