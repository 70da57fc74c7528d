/**
 * New files below the paths of a watch, found by going through their folders again and again: each is given once, when
 * there is enough in it to know what it is.
 */

import { existsSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type FileLook, isFolder, isSameLook, lookAt } from "../import/file.ts";
import { headOf } from "../import/head.ts";
import { type ImportSource, type Input, inputsOf } from "../import/input.ts";
import { type Format, growing } from "../import/piece.ts";
import { type Findings, isWanted } from "../import/walk.ts";

export interface FindParts {
  readonly sources: readonly ImportSource[];
  readonly format: Format | null;
  readonly findings: Pick<Findings, "report" | "leaveOut">;
  readonly wallMs: () => number;
}

/** How old a first line without an end must be, to be all that there is. */
const youngMs = 2_000;
const firstLineBytes = 65_536;

export function findInputs({ sources, format, findings, wallMs }: FindParts) {
  /** Paths as they were met, which may be links, by the file that they lead to. */
  const given = new Map<string, string>();
  /** What was no input when it looked so. */
  const refused = new Map<string, FileLook>();
  const told = new Set<string>();
  const named = new Set(
    sources.flatMap((source) => (source.kind === "path" ? [resolve(source.path), realPath(source.path)] : [])),
  );
  let isFirst = true;
  let isSoon = false;

  function report(path: string, reason: string): void {
    const found = `${path}\0${reason}`;
    // What goes while it is watched is no fault.
    if (!told.has(found) && (isFirst || existsSync(path))) findings.report(path, reason);
    told.add(found);
  }

  /** Those that are new. */
  function* next(): Generator<Input> {
    let met: string | null = null;
    isSoon = false;
    const isKnown = (path: string): boolean => {
      // What was met last and not given is none.
      if (met !== null) refuse(met);
      met = null;
      if (given.has(path) || isSameLook(lookAt(path), refused.get(path))) return true;
      met = path;
      return false;
    };
    const leaveOut: Findings["leaveOut"] = isFirst ? findings.leaveOut : () => {};
    for (const input of inputsOf(sources, format, { report, leaveOut, isKnown })) {
      const path = met;
      met = null;
      if (path === null || input.path === null) continue;
      if (isYoung(input)) {
        isSoon = true;
        continue;
      }
      given.set(path, input.path);
      yield input;
    }
    if (met !== null) refuse(met);
    isFirst = false;
  }

  function refuse(path: string): void {
    const look = lookAt(path);
    if (look !== null) refused.set(path, look);
  }

  /** Nothing in it yet, or half a line: which format it has will show. */
  function isYoung({ path, format }: Input): boolean {
    const look = path === null ? null : lookAt(path);
    if (path === null || look === null) return false;
    if (look.size === 0) return true;
    if (!growing.has(format) || wallMs() - look.changedMs > youngMs) return false;
    return look.size < firstLineBytes && !headOf(path, firstLineBytes).includes(10);
  }

  return {
    next,
    /** Whether something was met that will be an input before long. */
    isSoon: () => isSoon,
    forget: (file: string): void => {
      for (const [path, leadsTo] of given) if (leadsTo === file) given.delete(path);
    },
    /** Whether a path that something happened at is worth going through the folders. */
    mayLeadTo: (path: string): boolean => named.has(path) || isWanted(path) || isFolder(path),
    /** Where a new file would appear. */
    folders: (): Set<string> => {
      const files = [...named, ...given.keys(), ...given.values()];
      return new Set([...named, ...files.map((path) => dirname(path))].map(realPath));
    },
  };
}

/** Notices name files as their folder was named, and a file is followed by its real path. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
