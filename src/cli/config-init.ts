/** `enrichd config init`: a config file with every setting in it, commented out. It overwrites none without a copy. */

import { copyFileSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { exitCodes } from "../core/exit-code.ts";
import { Problem } from "../core/problem.ts";
import { log, writeOut } from "../run/output.ts";
import { openProblem } from "../store/database.ts";
import { type Call, command } from "./command.ts";
import { configPath } from "./config-file.ts";
import { configText } from "./config-text.ts";
import { isOn, textOf } from "./run-settings.ts";
import { type Signature, signatures } from "./table.ts";

export const configInitCommand = command({ ...signatures["config init"], toleratesConfig: true, run: initConfig });

async function initConfig({ settings, env }: Call): Promise<number> {
  const text = configText(Object.values<Signature>(signatures));
  if (isOn(settings, "print")) {
    await writeOut(text);
    return exitCodes.done;
  }
  const path = textOf(settings, "config") ?? (env["ENRICHD_CONFIG"] || configPath(env));
  if (path === null)
    throw new Problem(
      "config",
      "no place for a config file is known",
      "HOME",
      "set HOME, or name one with --config PATH",
    );
  const copy = write(path, text, isOn(settings, "force"));
  if (copy !== null) log.info(`kept as ${copy}`);
  log.info(`written: ${path}`);
  return exitCodes.done;
}

/** Gives the name of the copy of what was there. The file is whole at each moment: a run may be reading it. */
function write(path: string, text: string, force: boolean): string | null {
  if (!force && existsSync(path))
    throw new Problem(
      "cannot_create",
      "there is a config file already",
      path,
      "--force writes a new one and keeps a copy",
    );
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Through a link, as many keep their settings elsewhere.
    return writeThere(existsSync(path) ? realpathSync(path) : path, text);
  } catch (error) {
    throw openProblem(error, path);
  }
}

function writeThere(path: string, text: string): string | null {
  const beside = `${path}.${process.pid}.new`;
  try {
    // A key may be put into it: for its owner alone.
    writeFileSync(beside, text, { mode: 0o600 });
    const copy = existsSync(path) ? freeName(path) : null;
    if (copy !== null) copyFileSync(path, copy);
    renameSync(beside, path);
    return copy;
  } finally {
    rmSync(beside, { force: true });
  }
}

function freeName(path: string): string {
  for (let number = 1; ; number++) {
    const name = `${path}.${number}`;
    if (!existsSync(name)) return name;
  }
}
