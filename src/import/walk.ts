/**
 * Which files of a folder are imported: those with an ending that is known, without what git ignores, hidden files and
 * node_modules. Links are followed, and each folder is gone through once. It reads names and .gitignore files only.
 */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join, relative, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { errorCode } from "../core/error-code.ts";
import { hasMinifiedName, isLockfile } from "./code/generated.ts";
import { codeEndings } from "./code/languages.ts";
import type { LeftOutRule } from "./left-out.ts";
import type { Format } from "./piece.ts";

const byEnding: Readonly<Record<string, Format>> = {
  ".md": "markdown",
  ".markdown": "markdown",
  ".mdx": "markdown",
  ".txt": "text",
  ".text": "text",
  ".rst": "text",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ...Object.fromEntries(codeEndings.map((ending) => [ending, "code" as const])),
};
export const endings: readonly string[] = Object.keys(byEnding);

export function formatOf(path: string): Format | null {
  const ending = extname(path).toLowerCase();
  return Object.hasOwn(byEnding, ending) ? (byEnding[ending] ?? null) : null;
}

/** A file of JSON is taken where it turns out to be a conversation. */
export const isWanted = (path: string): boolean => formatOf(path) !== null || /\.json$/i.test(path);

interface Rules {
  readonly base: string;
  readonly matcher: Ignore;
}

export interface Findings {
  /** What cannot be read. */
  readonly report: (path: string, reason: string) => void;
  /** A file that a rule leaves out. */
  readonly leaveOut: (rule: LeftOutRule) => void;
  /** Asked of each file before it is looked into: true passes it over. */
  readonly isKnown?: (path: string) => boolean;
}

/** Paths below a real, absolute folder, in the order of their names. */
export function* filesBelow(root: string, findings: Findings): Generator<string> {
  yield* walk(root, [], rulesAbove(root), new Set(), findings);
}

function* walk(
  folder: string,
  above: readonly string[],
  outer: readonly Rules[],
  seen: Set<string>,
  findings: Findings,
): Generator<string> {
  const { report } = findings;
  const mark = markOf(folder);
  if (mark === null || seen.has(mark)) {
    if (mark !== null && above.includes(mark)) report(folder, "a link back to a folder above it");
    return;
  }
  seen.add(mark);
  const rules = withRulesOf(folder, outer);
  for (const name of namesIn(folder, report)) {
    const path = join(folder, name);
    if (name.startsWith(".") || name === "node_modules") continue;
    const kind = kindOf(path);
    if (kind === "gone" && isWanted(path)) report(path, "a link that leads nowhere, or a file that has gone");
    if (kind === "folder" && !isIgnored(`${path}/`, rules)) yield* walk(path, [...above, mark], rules, seen, findings);
    if (kind === "file" && !isIgnored(path, rules)) yield* wanted(path, findings);
  }
}

function* wanted(path: string, { leaveOut }: Findings): Generator<string> {
  const rule = ruleFor(basename(path));
  if (rule !== null) leaveOut(rule);
  else if (isWanted(path)) yield path;
}

/** Files that say by their names that nobody wrote them. */
function ruleFor(name: string): LeftOutRule | null {
  if (isLockfile(name)) return "lockfile";
  return formatOf(name) === "code" && hasMinifiedName(name) ? "minified" : null;
}

function namesIn(folder: string, report: Findings["report"]): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    report(folder, `the folder cannot be read (${errorCode(error) || String(error)})`);
    return [];
  }
}

function kindOf(path: string): "file" | "folder" | "other" | "gone" {
  try {
    const stats = statSync(path);
    return stats.isFile() ? "file" : stats.isDirectory() ? "folder" : "other";
  } catch {
    return "gone";
  }
}

function markOf(folder: string): string | null {
  try {
    const { dev, ino } = statSync(folder, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** The last word has the innermost .gitignore that says anything. */
function isIgnored(path: string, rules: readonly Rules[]): boolean {
  let ignored = false;
  for (const { base, matcher } of rules) {
    const name = relative(base, path).split(sep).join("/");
    const found = matcher.test(path.endsWith("/") ? `${name}/` : name);
    if (found.ignored) ignored = true;
    else if (found.unignored) ignored = false;
  }
  return ignored;
}

/** The rules of the repository that a folder lies in, from its root down; none of them when they rule out the folder itself. */
function rulesAbove(root: string): readonly Rules[] {
  const parents: string[] = [];
  for (let at = root; dirname(at) !== at && !existsSync(join(at, ".git")); at = dirname(at))
    parents.unshift(dirname(at));
  const top = parents[0] ?? root;
  if (!existsSync(join(top, ".git"))) return [];
  let rules = addRules(top, join(top, ".git", "info", "exclude"), []);
  for (const parent of parents) rules = withRulesOf(parent, rules);
  return root !== top && isIgnored(`${root}/`, rules) ? [] : rules;
}

const withRulesOf = (folder: string, outer: readonly Rules[]): readonly Rules[] =>
  addRules(folder, join(folder, ".gitignore"), outer);

function addRules(base: string, file: string, outer: readonly Rules[]): readonly Rules[] {
  try {
    return [...outer, { base, matcher: ignore({ ignorecase: false }).add(readFileSync(file, "utf8")) }];
  } catch {
    return outer;
  }
}

/** The project of what lies in a folder, unless something better is known. */
export const projectOf = (folder: string): string | null => basename(folder) || null;
