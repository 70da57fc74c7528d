/** What is imported: paths, streams and texts at hand, opened one after the other. It reads, and parses nothing. */

import { read, realpathSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { errorCode } from "../core/error-code.ts";
import { Problem } from "../core/problem.ts";
import { blockBytes, fileBytes, isFolder, lookAt } from "./file.ts";
import { headOf } from "./head.ts";
import type { Format } from "./piece.ts";
import { conversationIn, headBytes } from "./sniff.ts";
import { type Findings, filesBelow, formatOf, projectOf } from "./walk.ts";

export type ImportSource =
  /** `only`: of the files below it, those of that format. */
  | { readonly kind: "path"; readonly path: string; readonly only?: Format }
  | { readonly kind: "stream"; readonly name: string; readonly bytes: AsyncIterable<Uint8Array> }
  /** What `git log` says of the repository of that name. */
  | {
      readonly kind: "git";
      readonly name: string;
      readonly project: string | null;
      readonly bytes: AsyncIterable<Uint8Array>;
    }
  | { readonly kind: "text"; readonly name: string; readonly format: Format; readonly text: string };

/** One text to be read. */
export interface Input {
  /** Its real path, or the name it was given. With the text, this is what makes a chunk the same one the next time. */
  readonly name: string;
  readonly format: Format;
  /** Its format is only guessed: it takes little for it to be no text. */
  readonly isGuess: boolean;
  /** Somebody named it, and not a folder that it is in: only what it is can leave it out. */
  readonly isNamed: boolean;
  readonly project: string | null;
  /** Where it is read from; null where it is no file, and can be read once only. */
  readonly path: string | null;
  /** May throw at the first piece of it: the file has gone, or may not be read. `from`, in bytes: of a file only. */
  readonly open: (from?: number) => AsyncIterable<Uint8Array>;
  /** When it was last changed, in milliseconds; null where that is not known. */
  readonly changedMs: () => number | null;
}

/** Throws a Problem for a path that is not there, before anything is written. */
export function requireThere(sources: readonly ImportSource[]): void {
  for (const source of sources) {
    if (source.kind !== "path") continue;
    const code = whyNot(source.path);
    if (code !== "ENOENT" && code !== "ENOTDIR") continue;
    const next = "check the spelling; text from another program comes in by `-`, as in `cat FILE | enrichd import -`";
    throw new Problem("not_found", "there is no such file or folder", resolve(source.path), next);
  }
}

function whyNot(path: string): string | null {
  try {
    statSync(path);
    return null;
  } catch (error) {
    return errorCode(error) || String(error);
  }
}

/** The texts of the sources. `format` holds for what is named; inside a folder the ending decides. */
export function* inputsOf(
  sources: readonly ImportSource[],
  format: Format | null,
  findings: Findings,
): Generator<Input> {
  for (const source of sources) {
    if (source.kind === "path") yield* inputsAt(source.path, source.only ?? null, format, findings);
    else yield given(source, format);
  }
}

function given(source: Exclude<ImportSource, { kind: "path" }>, format: Format | null): Input {
  const folder = dirname(source.name);
  const project = folder === "." ? null : projectOf(folder);
  const common = { name: source.name, isGuess: false, isNamed: true, project, path: null, changedMs: () => null };
  if (source.kind === "git") return { ...common, format: "git", project: source.project, open: () => source.bytes };
  if (source.kind === "stream") return { ...common, format: format ?? "text", open: () => source.bytes };
  return { ...common, format: source.format, open: () => textBytes(source.text) };
}

async function* textBytes(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

function* inputsAt(path: string, only: Format | null, format: Format | null, findings: Findings): Generator<Input> {
  const real = realPath(path, findings.report);
  if (real === null) return;
  const isKnown = findings.isKnown ?? (() => false);
  if (!isFolder(real)) {
    if (isKnown(real)) return;
    const known = format ?? formatAt(real);
    yield { ...fileInput(real, known ?? "text", projectOf(dirname(real))), isGuess: known === null, isNamed: true };
    return;
  }
  for (const file of filesBelow(real, findings)) {
    if (isKnown(file)) continue;
    const known = formatAt(file);
    const isWanted = known !== null && (only === null || known === only);
    const name = isWanted ? realPath(file, findings.report) : null;
    if (known !== null && name !== null) yield fileInput(name, known, projectOf(real));
  }
}

/** By what is in it, else by its ending; text with an ending of its own is what it says. */
function formatAt(path: string): Format | null {
  const named = formatOf(path);
  const found = named === null || named === "jsonl" ? conversationIn(headOf(path, headBytes)) : null;
  return found ?? named;
}

function realPath(path: string, report: Findings["report"]): string | null {
  try {
    return realpathSync(path);
  } catch (error) {
    report(resolve(path), whyUnreadable(error));
    return null;
  }
}

const fileInput = (name: string, format: Format, project: string | null): Input => ({
  ...{ name, format, project, path: name, isGuess: false, isNamed: false },
  open: (from) => fileBytes(name, from),
  changedMs: () => lookAt(name)?.changedMs ?? null,
});

/** How often standard input is looked at where it may not be waited for, in milliseconds. */
const idleMs = 20;

/**
 * Standard input, read only as fast as it is used: Bun's own streams of it read ahead without a bound when the other end
 * writes faster than SQLite does.
 */
export async function* standardInput(sleep: (ms: number) => Promise<void>): AsyncGenerator<Uint8Array> {
  const block = new Uint8Array(blockBytes);
  for (;;) {
    const bytesRead = await readDescriptor(0, block);
    if (bytesRead === 0) return;
    if (bytesRead === "later") await sleep(idleMs);
    else yield block.subarray(0, bytesRead);
  }
}

/** "later": whoever has the other end has made it one that does not wait. */
function readDescriptor(descriptor: number, block: Uint8Array): Promise<number | "later"> {
  return new Promise((resolve, reject) => {
    read(descriptor, block, 0, block.length, null, (error, bytesRead) => {
      if (error === null) resolve(bytesRead);
      else if (errorCode(error) === "EAGAIN") resolve("later");
      else reject(error);
    });
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "it has gone",
  ENOTDIR: "it has gone",
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
  ELOOP: "links that lead in a circle",
};

/** Why a file cannot be read; what is no fault of a file is thrown again. */
export function whyUnreadable(error: unknown): string {
  if (error instanceof Problem) return error.message;
  const code = errorCode(error);
  if (!/^E[A-Z]+$/.test(code)) throw error;
  return reasons[code] ?? `it cannot be read (${code})`;
}

export const nameOf = (name: string): string => basename(name) || name;
