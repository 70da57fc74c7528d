/** How mlx_lm.server is started: which launcher there is, with which flags, and whether its model is on the disk. */

import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { errorCode } from "../core/error-code.ts";
import { Problem } from "../core/problem.ts";
import { outputOf } from "./child.ts";

type Env = Readonly<Record<string, string | undefined>>;

export interface Launcher {
  /** The words before our flags. */
  readonly command: readonly string[];
  readonly name: string;
  /** Of mlx-lm and mlx; null where only starting it would tell. */
  readonly versions: string | null;
}

/** What is said where there is nothing to start a server with, and where it was looked for. */
export const noLauncher = "mlx-lm is not installed";
export const launcherPlaces = "mlx_lm.server on PATH, python3 -m mlx_lm, uvx";

/** What installs it, the shortest first. */
export const installMlx: readonly string[] = ["uv tool install mlx-lm", "pip install mlx-lm"];

const script = "mlx_lm.server";
/** What a command of the user's is called. */
const named = "--mlx-command";
const askMs = 10_000;
const askVersions = "from importlib.metadata import version as v; print('mlx-lm', v('mlx-lm') + ', mlx', v('mlx'))";

/** The command that was named, else the first that is there; null where there is none. */
export async function findLauncher(wanted: string | null, env: Env): Promise<Launcher | null> {
  if (wanted !== null) return { command: wordsOf(wanted), name: named, versions: null };
  const which = (name: string): string | null => Bun.which(name, { PATH: env["PATH"] ?? "" });
  const onPath = which(script);
  if (onPath !== null) return { command: [onPath], name: script, versions: await versionsBeside(onPath) };
  const python = which("python3");
  const versions = python === null ? null : await versionsOf(python);
  if (python !== null && versions !== null)
    return { command: [python, "-m", "mlx_lm", "server"], name: "python3 -m mlx_lm server", versions };
  const uvx = which("uvx");
  if (uvx === null) return null;
  return { command: [uvx, "--from", "mlx-lm", script], name: `uvx --from mlx-lm ${script}`, versions: null };
}

/**
 * Why a named command cannot be started; null where its program is there and may be executed. What it makes of our flags
 * only a start would tell.
 */
export function launcherProblem({ command, name }: Launcher, env: Env): Problem | null {
  const [program = ""] = command;
  const what = name === named ? faultOf(program, env) : null;
  return what === null ? null : new Problem("no_backend", what, program, "check --mlx-command, or ENRICHD_MLX_COMMAND");
}

function faultOf(program: string, env: Env): string | null {
  // Looked for as the shell does that starts it.
  if (!program.includes("/"))
    return Bun.which(program, { PATH: env["PATH"] ?? "" }) === null ? "there is no such program on PATH" : null;
  try {
    accessSync(program, constants.X_OK);
    return statSync(program).isFile() ? null : "this is no program";
  } catch (error) {
    const isAbsent = ["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "");
    return isAbsent ? "there is no such program" : "this file may not be executed";
  }
}

const versionsOf = async (python: string): Promise<string | null> =>
  (await outputOf([python, "-c", askVersions], askMs))?.trim() || null;

/** A script names its Python in its first line. */
async function versionsBeside(path: string): Promise<string | null> {
  try {
    const python = /^#!(\S+)/.exec(readFileSync(path, "utf8").slice(0, 500))?.[1];
    return python === undefined ? null : await versionsOf(python);
  } catch {
    return null;
  }
}

/** Splits as a shell does, quotes included; nothing is expanded. */
export function wordsOf(command: string): string[] {
  const words = command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ""),
  );
}

export interface Model {
  /** As the server takes it, and as it calls it in its answers. */
  readonly name: string;
  /** False where it has to be downloaded first. */
  readonly isOnDisk: boolean;
}

/** A folder, or a name of the Hugging Face hub. A folder needs its whole path, or the server takes it for a name. */
export function locateModel(name: string, env: Env): Model {
  const home = env["HOME"] ?? homedir();
  const folder = resolve(name.replace(/^~(?=\/)/, home));
  if (existsSync(join(folder, "config.json"))) return { name: folder, isOnDisk: true };
  // What looks like a path is none of the hub's, also while nothing is there.
  if (/^[./~]/.test(name)) return { name: folder, isOnDisk: true };
  return { name, isOnDisk: isCached(name, env, home) };
}

/** Whole: a snapshot with its weights, and no piece that is still being downloaded. */
function isCached(name: string, env: Env, home: string): boolean {
  const hub = env["HF_HUB_CACHE"] ?? join(env["HF_HOME"] ?? join(home, ".cache", "huggingface"), "hub");
  const folder = join(hub, `models--${name.replaceAll("/", "--")}`);
  const snapshots = namesIn(join(folder, "snapshots"));
  const isWhole = (snapshot: string): boolean => {
    const names = namesIn(join(folder, "snapshots", snapshot));
    return names.includes("config.json") && names.some((file) => file.endsWith(".safetensors"));
  };
  return snapshots.some(isWhole) && !namesIn(join(folder, "blobs")).some((blob) => blob.endsWith(".incomplete"));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A model for code that fits a laptop; the one that BrainLayer's users have, where it is on the disk already. */
const usualModels = ["mlx-community/Qwen2.5-Coder-14B-Instruct-4bit", "mlx-community/Qwen2.5-Coder-7B-Instruct-4bit"];

export function usualModel(env: Env): string {
  return usualModels.find((name) => locateModel(name, env).isOnDisk) ?? usualModels[usualModels.length - 1] ?? "";
}

export interface Launch {
  readonly launcher: Launcher;
  readonly model: Model;
  readonly port: number;
  readonly concurrency: number;
}

/** Few, large prompt caches: all questions share one fixed text. 512 tokens, the server's default, cut an answer short. */
export function commandOf({ launcher, model, port, concurrency }: Launch): string[] {
  return [
    ...launcher.command,
    ...["--model", model.name, "--host", "127.0.0.1", "--port", String(port)],
    ...["--max-tokens", "1024", "--prompt-cache-size", "4", "--prompt-cache-bytes", "1GB"],
    ...["--decode-concurrency", String(concurrency), "--prompt-concurrency", String(concurrency)],
    ...["--chat-template-args", '{"enable_thinking":false}'],
  ];
}

/** Nothing is asked of the hub for a model that is here; nothing is told to it at all. */
export const environmentOf = (model: Model): Record<string, string> => ({
  ...{ PYTHONUNBUFFERED: "1", HF_HUB_DISABLE_TELEMETRY: "1", DO_NOT_TRACK: "1" },
  ...(model.isOnDisk ? { HF_HUB_OFFLINE: "1" } : {}),
});

/** A server whose guard was killed is known by what it was started with. */
export function isServerLine(line: string, port: number, group: number): boolean {
  return Number(/^\s*(\d+)/.exec(line)?.[1]) === group && line.includes(`--port ${port} `);
}
