/** Which languages are known, by the endings of their files, and the grammar that reads each. Pure data. */

import type { GrammarName } from "./grammars.ts";

export interface Language {
  /** As the column `language` has it. */
  readonly name: string;
  readonly endings: readonly string[];
  /** Null: no well-kept grammar comes in a package, and it is cut by size, on line ends. */
  readonly grammar: GrammarName | null;
}

export const languages: readonly Language[] = [
  { name: "typescript", endings: [".ts", ".mts", ".cts"], grammar: "typescript" },
  { name: "typescript", endings: [".tsx"], grammar: "tsx" },
  { name: "javascript", endings: [".js", ".mjs", ".cjs", ".jsx"], grammar: "javascript" },
  { name: "python", endings: [".py", ".pyi"], grammar: "python" },
  { name: "go", endings: [".go"], grammar: "go" },
  { name: "rust", endings: [".rs"], grammar: "rust" },
  { name: "java", endings: [".java"], grammar: "java" },
  { name: "c", endings: [".c"], grammar: "c" },
  // A header is of either language, and what is C is nearly always C++ as well.
  { name: "cpp", endings: [".h", ".hh", ".hpp", ".hxx", ".cc", ".cpp", ".cxx"], grammar: "cpp" },
  { name: "csharp", endings: [".cs"], grammar: "csharp" },
  { name: "ruby", endings: [".rb", ".rake"], grammar: "ruby" },
  { name: "php", endings: [".php"], grammar: "php" },
  { name: "swift", endings: [".swift"], grammar: "swift" },
  { name: "shell", endings: [".sh", ".bash"], grammar: "bash" },
  { name: "dart", endings: [".dart"], grammar: null },
  { name: "kotlin", endings: [".kt", ".kts"], grammar: null },
  { name: "sql", endings: [".sql"], grammar: null },
  { name: "scala", endings: [".scala"], grammar: null },
  { name: "lua", endings: [".lua"], grammar: null },
  { name: "elixir", endings: [".ex", ".exs"], grammar: null },
  { name: "haskell", endings: [".hs"], grammar: null },
  { name: "perl", endings: [".pl", ".pm"], grammar: null },
];

const byEnding: ReadonlyMap<string, Language> = new Map(
  languages.flatMap((language) => language.endings.map((ending) => [ending, language] as const)),
);

export const codeEndings: readonly string[] = [...byEnding.keys()];

/** `ending` with its dot, in lower case. */
export const languageOf = (ending: string): Language | null => byEnding.get(ending) ?? null;
