/** The history of a repository as something to import: git is asked whether there is one, and read as it says it. */

import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { Problem } from "../core/problem.ts";
import { gitEnvironment, gitLogArguments } from "../import/git.ts";
import type { ImportSource } from "../import/input.ts";
import { outputOf, readFrom } from "../supervisor/child.ts";

const askMs = 10_000;

/** Throws a Problem where there is no git, no such folder, or no repository. */
export async function gitHistory(path: string): Promise<ImportSource> {
  const ask = (...words: readonly string[]): Promise<string | null> =>
    outputOf(["git", "-C", path, "rev-parse", ...words], askMs);
  const where = resolve(path);
  if (!existsSync(path)) throw new Problem("not_found", "there is no such folder", where, "check the spelling");
  const folder = (await ask("--show-toplevel")) ?? (await ask("--absolute-git-dir"));
  if (folder === null) throw await whyNot(where);
  const root = folder.replace(/\r?\n$/, "");
  const failed = (cause: string): Error =>
    new Problem("io", `git log failed: ${cause.split("\n")[0] || "no reason given"}`, root, `try: git -C ${root} fsck`);
  const name = basename(root).replace(/\.git$/, "") || basename(resolve(root, ".."));
  const command = ["git", "-C", root, ...gitLogArguments];
  return { kind: "git", name: root, project: name, bytes: readFrom(command, gitEnvironment, failed) };
}

async function whyNot(where: string): Promise<Problem> {
  if ((await outputOf(["git", "--version"], askMs)) === null)
    return new Problem("not_found", "there is no git on this machine", "git", "install git, and import again");
  const next = "name the folder of a repository; a repository of another user must be named in git's safe.directory";
  return new Problem("bad_input", "this is no git repository, or git refuses it", where, next);
}
