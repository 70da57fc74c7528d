/**
 * Takes the text of a TypeScript file apart: code without comments and texts, comments without code, imports with types
 * told from values (Bun's own import scanner drops the types). Pure.
 */

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** `import type`, `export type`: gone at run time. */
  readonly isType: boolean;
  /** What stands between `import` and `from`. */
  readonly clause: string;
}

export interface Source {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  /** As long as the text, line for line; comments, strings and regular expressions are blank. */
  readonly code: string;
  /** As long as the text; all but comments is blank. */
  readonly comments: string;
  readonly imports: readonly Import[];
}

export function readSource(path: string, text: string): Source {
  const { code, comments } = separate(text);
  return { path, text, code, comments, imports: readImports(text, code) };
}

export const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length;

const blank = (text: string): string => text.replaceAll(/[^\n]/g, " ");

const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const quoted = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y;
/** From a backtick, or from the brace that closes a substitution, to the next of either. */
const template = /[`}](?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;
const regex = /\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
/** Before a regular expression; after a value, a slash divides. */
const beforeRegex = /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|of|in|throw|await|yield|else))$/;

function separate(text: string): { code: string; comments: string } {
  let code = "";
  let comments = "";
  /** Open braces within each substitution of a template. */
  const substitutions: number[] = [];
  for (let at = 0; at < text.length; ) {
    const inner = substitutions.at(-1);
    const char = text[at] ?? "";
    const take = (pattern: RegExp): string | undefined => {
      pattern.lastIndex = at;
      return pattern.exec(text)?.[0];
    };
    const note = take(comment);
    const literal = (): string | undefined => {
      if (char === '"' || char === "'") return take(quoted);
      if (char === "`" || (char === "}" && inner === 0)) return take(template);
      return char === "/" && beforeRegex.test(code.slice(-20).trimEnd()) ? take(regex) : undefined;
    };
    const hidden = note === undefined ? literal() : undefined;
    if (hidden !== undefined) {
      if (char === "}") substitutions.pop();
      if ((char === "`" || char === "}") && hidden.endsWith("${")) substitutions.push(0);
      // The ends stay, so that an empty string is still one.
      code += char + blank(hidden.slice(1, -1)) + (hidden.at(-1) ?? "");
    } else if (note === undefined) {
      if (inner !== undefined && char === "{") substitutions[substitutions.length - 1] = inner + 1;
      if (inner !== undefined && char === "}") substitutions[substitutions.length - 1] = inner - 1;
      code += char;
    } else code += blank(note);
    const taken = note ?? hidden ?? char;
    comments += note ?? blank(taken);
    at += taken.length;
  }
  return { code, comments };
}

const fixed = /(?<![.\w$])(?:import|export)\b\s*(type\b)?([^"'`;()=]*?\bfrom\s*)?(["'])( *)\3/g;
/** Also what resolves at run time, and types that are taken without an import statement. */
const called = /(?<![.\w$])(?:import|require|import\.meta\.require|import\.meta\.resolve)\s*\(\s*(["'])?( *)/g;

function readImports(text: string, code: string): Import[] {
  const found: Import[] = [];
  for (const match of code.matchAll(fixed)) {
    const end = match.index + match[0].length - 1;
    const specifier = text.slice(end - (match[4]?.length ?? 0), end);
    const isType = match[1] !== undefined;
    found.push({ specifier, line: lineAt(text, match.index), isType, clause: (match[2] ?? "").trim() });
  }
  for (const match of code.matchAll(called)) {
    const end = match.index + match[0].length;
    const specifier = match[1] === undefined ? "(computed)" : text.slice(end - (match[2]?.length ?? 0), end);
    found.push({ specifier, line: lineAt(text, match.index), isType: false, clause: "(called)" });
  }
  return found;
}
