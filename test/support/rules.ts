/** The kinds of rule that the architecture test applies: each looks at one file and names the lines that break it. Pure. */

import { posix } from "node:path";
import { type Import, lineAt, type Source } from "./source.ts";

export interface Violation {
  readonly line: number;
  readonly what: string;
}

export interface Rule {
  readonly name: string;
  readonly check: Check;
  /** Files, as path and text, that break it once; and near misses. */
  readonly breaks: readonly (readonly [path: string, text: string])[];
  readonly keeps: readonly (readonly [path: string, text: string])[];
}

export type Check = (source: Source) => readonly Violation[];

export interface Layer {
  /** Layers whose values it may import; its own are always allowed. */
  readonly values: readonly string[];
  /** Layers of which it may import types as well. */
  readonly types?: readonly string[];
}

/** `src/store/lock.ts` is in store, `src/main.ts` in main; null outside src. */
export const layerOf = (path: string): string | null => /^src\/([^/.]+)/.exec(path)?.[1] ?? null;

/** Data that the bundler puts into the binary may lie anywhere in the repository. */
const isData = (path: string): boolean => /\.(json|md|txt|sql|sh)$/.test(path);

/** Where a relative import leads, from the root of the repository; null for packages. */
const targetOf = (source: Source, { specifier }: Import): string | null =>
  specifier.startsWith(".") ? posix.normalize(posix.join(posix.dirname(source.path), specifier)) : null;

export function importsDownwards(layers: Readonly<Record<string, Layer>>): Check {
  return (source) => {
    const from = layerOf(source.path);
    if (from === null) return [];
    const layer = layers[from];
    if (layer === undefined) return [{ line: 1, what: `${from} is not a layer of the design` }];
    return source.imports.flatMap((found) => {
      const path = targetOf(source, found);
      if (path === null || isData(path)) return [];
      const to = layerOf(path);
      const allowed = [from, ...layer.values, ...(found.isType ? (layer.types ?? []) : [])];
      if (to !== null && allowed.includes(to)) return [];
      const what = `${from} imports ${found.isType ? "types" : "values"} of ${to ?? "what is outside src"}`;
      return [{ line: found.line, what: `${what}: ${found.specifier}` }];
    });
  };
}

/** A home is a file, a folder with its `/`, or `*` for all of src. */
const isIn = (homes: readonly string[], path: string): boolean =>
  homes.some(
    (home) => home === "*" || path === `src/${home}` || (home.endsWith("/") && path.startsWith(`src/${home}`)),
  );

/** Packages that only `homes` may import; `types` may import their types. */
export function packageHome(packages: RegExp, homes: readonly string[], types: readonly string[] = []): Check {
  return (source) => {
    if (layerOf(source.path) === null || isIn(homes, source.path)) return [];
    return source.imports
      .filter(({ specifier, isType }) => packages.test(specifier) && !(isType && isIn(types, source.path)))
      .map(({ line, specifier }) => ({ line, what: `imports ${specifier}; its home is ${homes.join(", ")}` }));
  };
}

/** A layer that may import no package but these. */
export function onlyPackages(layer: string, packages: readonly string[]): Check {
  return (source) =>
    source.imports
      .filter(({ specifier }) => layerOf(source.path) === layer && !specifier.startsWith("."))
      .filter(({ specifier }) => !packages.includes(specifier))
      .map(({ line, specifier }) => ({ line, what: `${layer} imports ${specifier}` }));
}

/** Code (never comments or strings) that may stand only in `homes`. */
export function codeHome(pattern: RegExp, homes: readonly string[]): Check {
  return (source) => {
    if (layerOf(source.path) === null || isIn(homes, source.path)) return [];
    const where = homes.length === 0 ? "nowhere" : homes.join(", ");
    return matches(source.code, pattern).map(({ line, what }) => ({ line, what: `${what} stands in ${where} only` }));
  };
}

/** Functions of node:fs that change something, imported by name; the whole module hides which ones are used. */
export function writeHome(homes: readonly string[]): Check {
  const changing =
    /^(write|append|mkdir|mkdtemp|rm|unlink|rename|copy|cp$|chmod|chown|truncate|ftruncate|symlink|link|utimes|fsync|createWriteStream)/;
  return (source) => {
    if (layerOf(source.path) === null || isIn(homes, source.path)) return [];
    return source.imports
      .filter(({ specifier, isType }) => /^(node:)?fs(\/promises)?$/.test(specifier) && !isType)
      .flatMap(({ clause, line }) => {
        if (!clause.startsWith("{")) return [{ line, what: "imports all of node:fs: name the functions" }];
        const names = clause.match(/[\w$]+/g) ?? [];
        const found = names.filter((name) => changing.test(name));
        return found.map((name) => ({ line, what: `${name} is for ${homes.join(", ")}` }));
      });
  };
}

export function noComment(pattern: RegExp): Check {
  return ({ comments }) => matches(comments, pattern);
}

/** Declarations for other files' imports (`.d.ts`) are no code. */
export function noCode(pattern: RegExp): Check {
  return ({ path, code }) => (path.endsWith(".d.ts") ? [] : matches(code, pattern));
}

export function noPath(pattern: RegExp): Check {
  return ({ path }) => (pattern.test(path) ? [{ line: 1, what: `${path} is a name that says nothing` }] : []);
}

export function linesAtMost(max: number): Check {
  return ({ text }) => {
    const lines = text.split("\n").length - 1;
    return lines > max ? [{ line: lines, what: `${lines} lines, at most ${max}` }] : [];
  };
}

/** The file starts with a doc comment, and its first paragraph holds a whole sentence. */
export const opensWithSentence: Check = ({ path, text }) => {
  if (layerOf(path) === null) return [];
  const [, comment = ""] = /^\/\*\*([\s\S]*?)\*\//.exec(text) ?? [];
  const [paragraph = ""] = comment.replaceAll(/\n[ \t]*\* ?/g, "\n").split("\n\n");
  return /\S\.(\s|$)/.test(paragraph)
    ? []
    : [{ line: 1, what: "no doc comment whose first sentence ends in a period" }];
};

/** Nothing but imports and re-exports. */
export const noBarrel: Check = ({ code }) => {
  const statement = /(?<![.\w$])(import|export)\b[^"'`;()=]*?(["']) *\2(\s*with\s*\{[^}]*\})?\s*;?/g;
  const exported = /\bexport\b[^"'`;()=]*\bfrom\b/.test(code);
  return exported && code.replaceAll(statement, "").trim() === ""
    ? [{ line: 1, what: "a file of re-exports only" }]
    : [];
};

function matches(text: string, pattern: RegExp): Violation[] {
  const all = new RegExp(pattern.source, `${pattern.flags.replace("g", "")}g`);
  return [...text.matchAll(all)].map((match) => ({ line: lineAt(text, match.index), what: match[0].trim() }));
}
