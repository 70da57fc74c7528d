/** Python environments for the tests, made by the machine's own python3 and pip below `.cache/`, never elsewhere. */

import { existsSync } from "node:fs";
import { resolve } from "node:path";

/** The checkout's own cache folder; git ignores it, and deleting it costs only the time to fill it again. */
export const cacheDir = resolve(import.meta.dir, "../../.cache");

/**
 * The path of a Python that has exactly the packages of `requirementsFile` (a name below test/support, or a whole path).
 * The file pins every package, dependencies included (pip runs with `--no-deps`). The first call installs, the later
 * ones return at once; processes that call together wait for one installation.
 *
 * Start programs as `[python, "-m", NAME]`: the scripts in an environment break when its path has a space.
 */
export async function venv(requirementsFile: string): Promise<string> {
  const requirements = resolve(import.meta.dir, requirementsFile);
  const version = await pythonVersion();
  const key = new Bun.CryptoHasher("sha256").update(version).update(await Bun.file(requirements).bytes());
  const target = `${cacheDir}/venvs/${key.digest("hex").slice(0, 16)}`;
  if (!existsSync(`${target}/ready`)) {
    const made = await output(["python3", resolve(import.meta.dir, "make_venv.py"), requirements, target]);
    if (made.exitCode !== 0) throw new Error(`cannot install ${requirements} into ${target}:\n${made.text}`);
  }
  return `${target}/bin/python`;
}

async function pythonVersion(): Promise<string> {
  if (Bun.which("python3") === null) {
    throw new Error("python3 is not on PATH: install Python 3.11 or newer, with its venv module and pip");
  }
  const asked = "import sys, platform, venv, ensurepip; print(sys.version_info[:2], sys.platform, platform.machine())";
  const { exitCode, text } = await output(["python3", "-c", asked]);
  if (exitCode !== 0) {
    throw new Error(`python3 cannot make environments: install its venv module (python3-venv on Debian)\n${text}`);
  }
  return text;
}

/** PYTHONPATH and PYTHONHOME of the caller would bring in packages that no requirements file names. */
export const pythonEnv = (): Record<string, string | undefined> => ({
  ...process.env,
  PYTHONPATH: undefined,
  PYTHONHOME: undefined,
  PYTHONUNBUFFERED: "1",
});

async function output(command: string[]): Promise<{ exitCode: number; text: string }> {
  const child = Bun.spawn(command, { env: pythonEnv(), stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, text: stdout + stderr };
}
