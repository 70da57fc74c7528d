/** What a command line asks for: a prompt of ours or a person's own, and fields of people's own. It reads their files. */

import { readFileSync, statSync } from "node:fs";
import { basename, extname } from "node:path";
import type { Backend } from "../backends/backend.ts";
import { nearest } from "../core/nearest.ts";
import { Problem, type ProblemKind } from "../core/problem.ts";
import type { Prompt } from "../pipeline/prompt.ts";
import { type ExtraSchema, type PromptName, type PromptText, promptNames, promptOf } from "../pipeline/prompts.ts";
import { readSchemaFile } from "../pipeline/schema-file.ts";

/** Some 3,000 tokens: what is longer leaves a local model no room for a chunk. */
const promptBytesMax = 12_000;

const schemaBytesMax = 65_536;

/** Null: the default, and no fields but ours. Throws a Problem where a file is not there, or is nothing of use. */
export function readPrompt(named: string | null, schemaPath: string | null = null): Prompt {
  return promptOf(named === null ? undefined : textOf(named), schemaPath === null ? null : schemaOf(schemaPath));
}

function schemaOf(path: string): ExtraSchema {
  const next = "name a JSON file with fields of your own with --schema";
  const missing = (): Problem => new Problem("not_found", "there is no such file", path, next);
  const text = readText(path, { flag: "--schema", bytesMax: schemaBytesMax, missing });
  return { name: nameOf(path), fields: readSchemaFile(text, path) };
}

/** Fields of people's own are a model's to fill. Throws a Problem for a backend without one. */
export function requireModel(backend: Backend, { extras }: Prompt): Backend {
  if (extras.length === 0 || backend.name !== "lexical") return backend;
  const what = "the lexical backend has no model that could fill fields of your own";
  throw new Problem("usage", what, "--schema", "name a model server with --backend, or leave --schema out");
}

function textOf(named: string): PromptText {
  const ours = promptNames.find((name) => name === named);
  if (ours !== undefined) return ours;
  const text = readText(named, { flag: "--prompt", bytesMax: promptBytesMax, missing: missingPrompt });
  return { name: nameOf(named), text };
}

const nameOf = (path: string): string => basename(path, extname(path));

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
function readText(path: string, { flag, bytesMax, missing }: Wanted): string {
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
