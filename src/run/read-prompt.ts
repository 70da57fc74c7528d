/** What a command line asks for: a prompt of ours or a person's own, and fields of people's own. It reads their files. */

import { basename, extname } from "node:path";
import type { Backend } from "../backends/backend.ts";
import { nearest } from "../core/nearest.ts";
import { Problem } from "../core/problem.ts";
import type { Prompt } from "../pipeline/prompt.ts";
import { type ExtraSchema, type PromptName, type PromptText, promptNames, promptOf } from "../pipeline/prompts.ts";
import { readSchemaFile } from "../pipeline/schema-file.ts";
import { readText } from "./read-text.ts";

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
