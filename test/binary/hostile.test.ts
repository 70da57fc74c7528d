import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { placeBinary } from "../support/binary.ts";
import { type HostileFolder, hostileFolder } from "../support/hostile.ts";

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Commands that need no database; what they print must not depend on where they are started. */
const commands = [["--version"], ["--help"], ["run", "--help"], ["stats", "--db", "absent.db"], ["no-such-command"]];

let home = "";
let binary = "";
let hostile: HostileFolder;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "enrichd-binary-"));
  mkdirSync(join(home, "empty"));
  hostile = hostileFolder();
  binary = join(home, "enrichd");
  placeBinary(binary);
});

afterAll(() => {
  chmodSync(join(home, "empty"), 0o755);
  rmSync(home, { recursive: true, force: true });
  hostile.remove();
});

/** Nothing of this process's environment is passed on. */
function start(args: string[], cwd: string, env: Record<string, string> = {}, program = binary): Ended {
  const { exitCode, stdout, stderr } = Bun.spawnSync([program, ...args], {
    cwd,
    env,
    stdin: "ignore",
    timeout: 20_000,
  });
  // Only the folder it was started in may differ in what is said about a path.
  const place = (bytes: Buffer): string => bytes.toString().replaceAll(cwd, "CWD");
  return { exitCode, stdout: place(stdout), stderr: place(stderr) };
}

const inEmptyFolder = (args: string[]): Ended => start(args, join(home, "empty"));

test("copied alone into an empty folder it says its version, and leaves nothing behind", () => {
  expect(inEmptyFolder(["--version"])).toEqual({ exitCode: 0, stdout: `${manifest.version}\n`, stderr: "" });
  expect(inEmptyFolder(["--help"])).toMatchObject({ exitCode: 0, stderr: "" });
  expect(inEmptyFolder(["--help"]).stdout).toContain("enrichd");
  expect(inEmptyFolder(["no-such-command"])).toMatchObject({ exitCode: 2, stdout: "" });
  expect(readdirSync(join(home, "empty"))).toEqual([]);
});

describe("in a folder of traps", () => {
  test("the traps are live: Bun itself runs into them", () => {
    const folder = hostileFolder();
    const script = 'require("zod"); require("citty"); console.log(process.env.ENRICHD_DB)';
    const { stdout } = start(["-e", script], folder.path, {}, process.execPath);
    expect(stdout).toContain("./trap.db");
    expect(folder.sprung().split("\n")).toEqual(["preload", "tsconfig paths", "node_modules/citty", ""]);
    folder.remove();
  });

  for (const args of commands) {
    test(`enrichd ${args.join(" ")} prints what it prints anywhere`, () => {
      const files = readdirSync(hostile.path);
      expect(start(args, hostile.path)).toEqual(inEmptyFolder(args));
      expect(hostile.sprung()).toBe("");
      expect(readdirSync(hostile.path)).toEqual(files);
    });
  }

  test("nor does it run them when it lies there itself", () => {
    const copied = join(hostile.path, "enrichd");
    copyFileSync(binary, copied);
    for (const args of commands) expect(start(args, hostile.path, {}, copied)).toEqual(inEmptyFolder(args));
    expect(hostile.sprung()).toBe("");
    rmSync(copied);
  });
});

describe("from surroundings that are odd", () => {
  // BUN_OPTIONS=--preload=FILE, BUN_INSPECT_PRELOAD=FILE and BUN_BE_BUN=1 do reach the runtime inside, as LD_PRELOAD
  // would: whoever sets the environment of a program owns it. What people commonly have there changes nothing.
  const environments: Record<string, Record<string, string>> = {
    "settings for Node": { NODE_OPTIONS: "--require ./trap.js", NODE_PATH: "./node_modules", NODE_ENV: "test" },
    "settings for Bun": { BUN_OPTIONS: "--smol", BUN_CONFIG_FILE: "./bunfig.toml" },
    "no home, an empty PATH": { PATH: "" },
    "a home that is not there": { HOME: "/nowhere/at/all", XDG_CONFIG_HOME: "/nowhere", XDG_DATA_HOME: "/nowhere" },
    "an empty home": { HOME: "", XDG_CONFIG_HOME: "", TMPDIR: "/nowhere" },
    "no usable language": { LANG: "xx_YY.nothing", LC_ALL: "C" },
  };
  for (const [name, env] of Object.entries(environments)) {
    test(`${name}: the same output`, () => {
      for (const args of commands) expect(start(args, hostile.path, env)).toEqual(inEmptyFolder(args));
      expect(hostile.sprung()).toBe("");
    });
  }

  test("a folder that cannot be written to: the same output", () => {
    const before = commands.map(inEmptyFolder);
    chmodSync(join(home, "empty"), 0o555);
    expect(commands.map(inEmptyFolder)).toEqual(before);
  });

  test("through a symbolic link with another name: the same output", () => {
    const link = join(home, "a link to it");
    symlinkSync(binary, link);
    for (const args of commands) expect(start(args, hostile.path, {}, link)).toEqual(inEmptyFolder(args));
  });
});
