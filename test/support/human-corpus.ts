/** Summaries that people wrote, with the text each is about, out of what is installed: for counting false alarms. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Glob } from "bun";

export interface Written {
  readonly from: string;
  readonly text: string;
  readonly summary: string;
  readonly tags: readonly string[];
}

const root = resolve(import.meta.dir, "../..");
/** What is shorter is hardly a text that a summary could be about. */
const textMin = 50;

const collapse = (text: string): string => text.replace(/\s+/g, " ").trim();
const filled = ({ text, summary }: Written): boolean => text.length >= textMin && summary.length >= 10;

/** The subject of each commit as the summary of what its message says below. */
function commits(): Written[] {
  const log = Bun.spawnSync(["git", "log", "--format=%h%x01%s%x01%b%x00"], { cwd: root }).stdout.toString();
  return log.split("\0").map((entry) => {
    const [hash = "", subject = "", body = ""] = entry.trim().split("\x01");
    return { from: `commit ${hash}`, text: body.trim(), summary: subject.replace(/^[\w, ]+: /, ""), tags: [] };
  });
}

/** Each installed npm package: its description as the summary of its readme, its keywords as the tags. */
function npmPackages(): Written[] {
  return ["*", "@*/*"].flatMap((folders) =>
    [...new Glob(`node_modules/${folders}/package.json`).scanSync({ cwd: root })].flatMap((path) => {
      const { name, description, keywords } = JSON.parse(readFileSync(join(root, path), "utf8"));
      const [readme] = readdirSync(join(root, dirname(path))).filter((file) => /^readme/i.test(file));
      if (readme === undefined || typeof description !== "string") return [];
      const text = readFileSync(join(root, dirname(path), readme), "utf8").trim();
      return [{ from: `npm ${name}`, text, summary: collapse(description), tags: lowered(keywords ?? []) }];
    }),
  );
}

/** The pages of Bun's own documentation, which its types bring: what their heads say of them. */
function pages(): Written[] {
  const folder = join(root, "node_modules/bun-types");
  const all = [...new Glob("docs/**/*.{md,mdx}").scanSync({ cwd: folder })].sort();
  // A thousand pages on lint rules say much the same: they would make any share look small.
  const chosen = all.filter((path, i) => !path.includes("/lint/rules/") || i % 10 === 0);
  return chosen.flatMap((path) => {
    const page = readFileSync(join(folder, path), "utf8");
    const [, head = "", text = ""] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(page) ?? [];
    const [, description = ""] = /^description: *(?:"|')?(.*?)(?:"|')?$/m.exec(head) ?? [];
    return [{ from: `bun ${path}`, text: text.trim(), summary: collapse(description), tags: [] }];
  });
}

const docComment = /\/\*\*\n([\s\S]*?)\*\//g;
/** Most are a sentence or two, and the rest of them no text of its own. */
const commentMin = 200;

/** The doc comments of Node's types: the first sentence as the summary of the rest. */
function docComments(): Written[] {
  const folder = join(root, "node_modules/@types/node");
  const found = new Map<string, Written>();
  for (const path of [...new Glob("*.d.ts").scanSync({ cwd: folder })].sort())
    for (const [i, [, comment = ""]] of [...readFileSync(join(folder, path), "utf8").matchAll(docComment)].entries()) {
      const said = comment.replace(/^ *\* ?/gm, "").split(/^@(?:since|param|return|see|deprecated)/m)[0] ?? "";
      const [, summary = "", text = ""] = /^([\s\S]+?[.!?])\s+([\s\S]*)$/.exec(said.trim()) ?? [];
      const one = { from: `node ${path} ${i}`, text: text.trim(), summary: collapse(summary), tags: [] };
      if (text.length >= commentMin && !found.has(one.summary)) found.set(one.summary, one);
    }
  return [...found.values()];
}

/** Each package in the Python environments that other tests have made: there are none before these ran. */
function pythonPackages(): Written[] {
  const found = new Map<string, Written>();
  const pattern = ".cache/venvs/*/lib/python*/site-packages/*.dist-info/METADATA";
  if (!existsSync(join(root, ".cache/venvs"))) return [];
  for (const path of new Glob(pattern).scanSync({ cwd: root, dot: true, followSymlinks: true })) {
    const [head = "", ...rest] = readFileSync(join(root, path), "utf8").split("\n\n");
    const field = (name: string): string => new RegExp(`^${name}: (.*)$`, "m").exec(head)?.[1] ?? "";
    const from = `pypi ${field("Name")}`;
    const tags = lowered(field("Keywords").split(/[,;]/));
    found.set(from, { from, text: rest.join("\n\n").trim(), summary: collapse(field("Summary")), tags });
  }
  return [...found.values()];
}

const lowered = (tags: readonly string[]): string[] =>
  [...new Set(tags.map((tag) => collapse(tag.toLowerCase())))].filter((tag) => tag !== "").slice(0, 10);

export const writtenByPeople = (): Written[] =>
  [...commits(), ...npmPackages(), ...pages(), ...docComments(), ...pythonPackages()].filter(filled);
