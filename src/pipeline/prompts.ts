/** The prompts that come with the program, and how one of them, or a person's own text, becomes what is asked. Pure. */

import type { ExtraField } from "../core/extra.ts";
import { answerSchema, tokensFor } from "./answer-schema.ts";
import { instructionsOf, orderOf } from "./instructions.ts";
import type { Prompt } from "./prompt.ts";
import example from "./prompts/example.md" with { type: "text" };
import factsFirst from "./prompts/facts-first.md" with { type: "text" };
import full from "./prompts/full.md" with { type: "text" };
import short from "./prompts/short.md" with { type: "text" };

/** A number goes up when what is sent changes: the text itself, what stands in all prompts, or the schema. */
const bundled = {
  full: { number: 1, text: full },
  short: { number: 1, text: short },
  example: { number: 1, text: example },
  "facts-first": { number: 2, text: factsFirst },
} as const;

export type PromptName = keyof typeof bundled;
export const promptNames = Object.keys(bundled) as readonly PromptName[];
export const defaultPrompt: PromptName = "full";

/** A name of ours, or a text of a person's own under the name of its file. */
export type PromptText = PromptName | { readonly name: string; readonly text: string };

/** Fields of people's own, under the name of their file. */
export interface ExtraSchema {
  readonly name: string;
  readonly fields: readonly ExtraField[];
}

export function promptOf(asked: PromptText = defaultPrompt, schemaFile: ExtraSchema | null = null): Prompt {
  const text = typeof asked === "string" ? bundled[asked].text : asked.text;
  const extras = schemaFile?.fields ?? [];
  const content = instructionsOf(text, extras);
  const schema = answerSchema(orderOf(text), extras);
  const isOurs = typeof asked === "string" && schemaFile === null;
  const name = typeof asked === "string" ? `enrichd-${asked}-${bundled[asked].number}` : inVersion(asked.name);
  const names = schemaFile === null ? name : `${name}+${inVersion(schemaFile.name)}`;
  return {
    // Of all that is sent, so that a change of ours makes another version of a person's prompt too.
    version: isOurs ? name : `${names}-${hashOf(content, JSON.stringify(schema))}`,
    system: { role: "system", content },
    ...{ schema, extras, maxTokens: tokensFor(extras) },
  };
}

/** What a version may hold of a file's name. */
const inVersion = (name: string): string => name.replaceAll(/[^\p{L}\p{N}_.-]+/gu, "-").slice(0, 40) || "prompt";

export function hashOf(...parts: readonly string[]): string {
  const hasher = new Bun.CryptoHasher("sha256");
  for (const part of parts) hasher.update(part).update("\0");
  return hasher.digest("hex").slice(0, 8);
}
