/** The prompt that a command line names: one of ours, or a file of a person's own. It reads that file, and judges it. */

import { readFileSync, statSync } from "node:fs";
import { basename, extname } from "node:path";
import { nearest } from "../core/nearest.ts";
import { Problem, type ProblemKind } from "../core/problem.ts";
import type { Prompt } from "../pipeline/prompt.ts";
import { type PromptName, type PromptText, promptNames, promptOf } from "../pipeline/prompts.ts";

/** Some 3,000 tokens: what is longer leaves a local model no room for a chunk. */
const promptBytesMax = 12_000;

/** Null: the default. Throws a Problem where the file is not there, or is no text of use. */
export function readPrompt(named: string | null): Prompt {
  return promptOf(named === null ? undefined : textOf(named));
}

function textOf(named: string): PromptText {
  const ours = promptNames.find((name) => name === named);
  if (ours !== undefined) return ours;
  const text = readText(named, { flag: "--prompt", bytesMax: promptBytesMax, missing: missingPrompt });
  return { name: nameOf(named), text };
}

export const nameOf = (path: string): string => basename(path, extname(path));

/** A bare word is meant as one of our names, not as a file. */
function missingPrompt(named: string): Problem {
  const close = nearest(named, promptNames) as PromptName | null;
  const listed = `ours are ${promptNames.join(", ")}; a file of your own is named by its path`;
  const next = close === null ? listed : `did you mean ${close}? ${listed}`;
  if (/[/.\\]/.test(named)) return new Problem("not_found", "there is no such file", named, listed);
  return new Problem("usage", `there is no prompt "${named}"`, "--prompt", next);
}

interface Wanted {
  readonly flag: string;
  readonly bytesMax: number;
  readonly missing: (path: string) => Problem;
}

/** A small file of a person's own as text; a Problem says what it is instead. */
export function readText(path: string, { flag, bytesMax, missing }: Wanted): string {
  const bad = (what: string, kind: ProblemKind = "bad_input"): Problem =>
    new Problem(kind, what, path, `name a file of UTF-8 text of at most ${bytesMax} bytes with ${flag}`);
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw bad(stat.isDirectory() ? "this is a folder" : "this is no file");
    if (stat.size > bytesMax) throw bad(`this file is too large: ${stat.size} bytes`);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
    if (text.includes("\0")) throw bad("this file is no text");
    if (text.trim() === "") throw bad("this file is empty");
    return text;
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (error instanceof TypeError) throw bad("this file is no UTF-8 text");
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "ENOENT" || code === "ENOTDIR") throw missing(path);
    throw bad(`this file cannot be read (${code})`, code === "EACCES" || code === "EPERM" ? "permission" : "io");
  }
}
