/** Which database a command works on when none is named, and where our own one is. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../core/problem.ts";
import type { Env, Settings } from "./settings.ts";

/** Where BrainLayer keeps its database, older place first (facts on its databases). */
const brainlayerPlaces = [
  [".local", "share", "zikaron", "zikaron.db"],
  [".local", "share", "brainlayer", "brainlayer.db"],
] as const;

export function ownDatabase(env: Env, platform: NodeJS.Platform): string {
  const home = homeOf(env);
  if (platform === "darwin") return join(home, "Library", "Application Support", "enrichd", "enrichd.db");
  return join(env["XDG_DATA_HOME"] || join(home, ".local", "share"), "enrichd", "enrichd.db");
}

/** Where the runs of this user keep what they know of each other's model servers, and the servers' logs. */
export function stateFolder(env: Env, platform: NodeJS.Platform): string {
  const home = homeOf(env, "the folder for our state");
  if (platform === "darwin") return join(home, "Library", "Application Support", "enrichd", "state");
  return join(env["XDG_STATE_HOME"] || join(home, ".local", "state"), "enrichd");
}

/** The database to read: as named, else BrainLayer's where there is one, else our own. */
export function databasePath(settings: Settings, env: Env): string {
  const named = settings.get("db");
  if (named !== undefined) return String(named.value);
  const home = homeOf(env);
  const found = brainlayerPlaces.map((parts) => join(home, ...parts)).find((path) => existsSync(path));
  return found ?? ownDatabase(env, process.platform);
}

/** The database to import into: as named, else our own; a BrainLayer database is never one to import into. */
export function importPath(settings: Settings, env: Env): string {
  const named = settings.get("db");
  return named === undefined || named.from === "BRAINLAYER_DB"
    ? ownDatabase(env, process.platform)
    : String(named.value);
}

/** Where BrainLayer asks its programs for a pause; null without a home. */
export function pauseFile(env: Env): string | null {
  const home = env["HOME"];
  return home ? join(home, ".local", "share", "brainlayer", "pause.sentinel") : null;
}

function homeOf(env: Env, what = "the database"): string {
  const home = env["HOME"];
  if (home) return home;
  throw new Problem(
    "config",
    `HOME is not set, and so ${what} is not known`,
    "HOME",
    "set HOME, or name the database with --db PATH",
  );
}
