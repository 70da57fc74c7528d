/** Doctor's look at what a run needs of the machine: room on its disks, folders to write in, and nobody's wish for a pause. */

import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { size } from "../../core/format.ts";
import { Problem } from "../../core/problem.ts";
import { isPaused } from "../../store/pause.ts";
import { type Finding, findingsOf } from "./finding.ts";

const scarceBytes = 1e9;
/** Below it a write fails before long. */
const tooFewBytes = 50e6;

export interface Place {
  readonly name: string;
  readonly path: string;
}

/** Free space, once for each volume. */
export function examineDisk(places: readonly Place[]): readonly Finding[] {
  const found = findingsOf("disk");
  const seen = new Set<string>();
  for (const { name, path } of [...places, { name: "temporary files", path: tmpdir() }]) {
    const folder = nearestFolder(path);
    const { bavail, bsize } = statfsSync(folder);
    const volume = String(statSync(folder).dev);
    if (seen.has(volume)) continue;
    seen.add(volume);
    const free = bavail * bsize;
    const what = `${size(free)} free for ${name}`;
    if (free < tooFewBytes) found.fail("space", new Problem("io", what, folder, `make room: df -h '${folder}'`));
    else if (free < scarceBytes) found.warn("space", what, folder, `make room: df -h '${folder}'`);
    else found.ok("space", what, folder);
  }
  return found.all;
}

/** The folder of a file that may not be there yet. */
function nearestFolder(path: string): string {
  let folder = existsSync(path) && statSync(path).isDirectory() ? path : dirname(path);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

export interface PermissionParts {
  readonly journal: string | null;
  readonly config: string | null;
  /** The config file holds a key. */
  readonly hasKey: boolean;
}

export function examinePermissions({ journal, config, hasKey }: PermissionParts): readonly Finding[] {
  const found = findingsOf("permission");
  if (journal !== null) {
    const place = existsSync(journal) ? journal : nearestFolder(journal);
    const next = "give yourself write permission on it, or name another place with --journal";
    if (isWritable(place)) found.ok("journal", "the journal can be written", place);
    else found.fail("journal", new Problem("permission", "the journal cannot be written", place, next));
  }
  if (config !== null && existsSync(config)) {
    const isOpen = (statSync(config).mode & 0o077) !== 0;
    if (hasKey && isOpen) found.warn("config", "others can read the key in it", config, `chmod 600 '${config}'`);
    else found.ok("config", isOpen ? "others can read it; it holds no key" : "for its owner alone", config);
  }
  return found.all;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** `file` null: nobody can ask for one here. */
export function examinePause(file: string | null, wallMs: number): readonly Finding[] {
  const found = findingsOf("pause");
  if (file === null) return [];
  if (isPaused(file, wallMs))
    found.warn("sentinel", "BrainLayer asks for a pause: a run waits", file, "brainlayer resume");
  else found.ok("sentinel", existsSync(file) ? "there, and asks for no pause now" : "nobody asks for a pause", file);
  return found.all;
}
