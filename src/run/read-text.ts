/** A file that a command line names, as text: judged before it is read, so that no folder, device or picture is taken for one. */

import { readFileSync, statSync } from "node:fs";
import { errorCode } from "../core/error-code.ts";
import { size } from "../core/format.ts";
import { Problem, type ProblemKind } from "../core/problem.ts";

export interface Wanted {
  readonly flag: string;
  readonly bytesMax: number;
  readonly missing: (path: string) => Problem;
}

/** Throws a Problem that says what it is instead. */
export function readText(path: string, { flag, bytesMax, missing }: Wanted): string {
  const bad = (what: string, kind: ProblemKind = "bad_input"): Problem =>
    new Problem(kind, what, path, `name a file of UTF-8 text of at most ${size(bytesMax)} with ${flag}`);
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
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") throw missing(path);
    throw bad(`this file cannot be read (${code})`, code === "EACCES" || code === "EPERM" ? "permission" : "io");
  }
}
