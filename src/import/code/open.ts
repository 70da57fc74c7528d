/** What a file of code is read with: its language by its ending, and the parser of that language, made ready. */

import { extname } from "node:path";
import type { Code } from "./code.ts";
import { parserFor } from "./grammars.ts";
import { languageOf } from "./languages.ts";

export async function codeAt(path: string, isNamed: boolean): Promise<Code> {
  const language = languageOf(extname(path).toLowerCase());
  const tree = language === null || language.grammar === null ? null : await parserFor(language.grammar);
  return { language: language?.name ?? null, tree, isNamed };
}
