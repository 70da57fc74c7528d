import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  commandOf,
  environmentOf,
  findLauncher,
  isServerLine,
  launcherProblem,
  locateModel,
  usualModel,
  wordsOf,
} from "../../src/supervisor/mlx.ts";
import { temporaryFolder } from "../support/folder.ts";

const folder = temporaryFolder();
let made = 0;

/** A folder with programs, each a shell script. */
function place(programs: Readonly<Record<string, string>>): string {
  const path = join(folder, `bin-${++made}`);
  mkdirSync(path);
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(path, name), script);
    chmodSync(join(path, name), 0o755);
  }
  return path;
}

const python = (versions: string): string => `#!/bin/sh\n${versions === "" ? "exit 1" : `echo "${versions}"`}\n`;

describe("a launcher", () => {
  test("is the command that was named, whatever there is", async () => {
    expect(await findLauncher(`'/opt/my python' -m mlx_lm server`, { PATH: "" })).toMatchObject({
      command: ["/opt/my python", "-m", "mlx_lm", "server"],
    });
  });

  test("else mlx_lm.server, with the versions of its Python", async () => {
    const own = place({ python: python("mlx-lm 0.32.2, mlx 0.32.4") });
    const path = place({ "mlx_lm.server": `#!${own}/python\n`, python3: python("mlx-lm 1, mlx 1"), uvx: "" });
    expect(await findLauncher(null, { PATH: path })).toEqual({
      ...{ command: [join(path, "mlx_lm.server")], name: "mlx_lm.server", versions: "mlx-lm 0.32.2, mlx 0.32.4" },
    });
  });

  test("else a python3 that has it, else uvx, else none", async () => {
    const [uvx, bare] = [place({ python3: python(""), uvx: "" }), place({ python3: python("") })];
    const path = place({ python3: python("mlx-lm 0.32.2, mlx 0.32.4"), uvx: "" });
    expect(await findLauncher(null, { PATH: path })).toMatchObject({
      ...{ command: [join(path, "python3"), "-m", "mlx_lm", "server"], versions: "mlx-lm 0.32.2, mlx 0.32.4" },
    });
    expect((await findLauncher(null, { PATH: uvx }))?.command.slice(1)).toEqual(["--from", "mlx-lm", "mlx_lm.server"]);
    expect(await findLauncher(null, { PATH: bare })).toBeNull();
  });
});

test("a command that was named and cannot be started is told before it is tried", async () => {
  const bin = place({ serve: "#!/bin/sh\n" });
  writeFileSync(join(bin, "notes.txt"), "no program");
  const rows: readonly (readonly [command: string, what: string | null])[] = [
    [`'${bin}/serve' --flag`, null],
    ["serve", null],
    ["absent", "there is no such program on PATH"],
    ["/no/such --flag", "there is no such program"],
    [join(bin, "serve/below"), "there is no such program"],
    [join(bin, "notes.txt"), "this file may not be executed"],
    [bin, "this is no program"],
    ["''", "there is no such program on PATH"],
  ];
  for (const [command, what] of rows) {
    const launcher = await findLauncher(command, { PATH: bin });
    const problem = launcher === null ? null : launcherProblem(launcher, { PATH: bin });
    expect([command, problem?.message ?? null]).toEqual([command, what]);
    if (what !== null) expect(problem).toMatchObject({ kind: "no_backend", where: wordsOf(command)[0] });
  }
});

test("words as in a shell", () => {
  expect(wordsOf(`a "b c" 'd "e' f=' g'h  `)).toEqual(["a", "b c", 'd "e', "f= gh"]);
});

describe("a model", () => {
  const home = join(folder, "home");
  const env = { HOME: home };
  function cache(name: string, files: readonly string[], blobs: readonly string[] = []): void {
    const at = join(home, ".cache/huggingface/hub", `models--${name.replace("/", "--")}`);
    for (const part of ["snapshots/abc", "blobs"]) mkdirSync(join(at, part), { recursive: true });
    for (const file of files) writeFileSync(join(at, "snapshots/abc", file), "{}");
    for (const blob of blobs) writeFileSync(join(at, "blobs", blob), "");
  }

  test("in a folder has its whole path, and nothing is asked of the hub", () => {
    const at = join(folder, "model");
    mkdirSync(at);
    writeFileSync(join(at, "config.json"), "{}");
    const model = locateModel(at, env);
    expect(model).toEqual({ name: at, isOnDisk: true });
    expect(environmentOf(model)).toMatchObject({ HF_HUB_OFFLINE: "1" });
    expect(locateModel("./not-there", env)).toEqual({ name: join(process.cwd(), "not-there"), isOnDisk: true });
  });

  test("of the hub is on the disk when all of it is in the cache", () => {
    const name = "org/model";
    expect(locateModel(name, env)).toEqual({ name, isOnDisk: false });
    expect(environmentOf(locateModel(name, env))).not.toHaveProperty("HF_HUB_OFFLINE");
    cache(name, ["config.json"]);
    expect(locateModel(name, env).isOnDisk).toBeFalse();
    cache(name, ["config.json", "model.safetensors"]);
    expect(locateModel(name, env).isOnDisk).toBeTrue();
    cache(name, [], ["x.incomplete"]);
    expect(locateModel(name, env).isOnDisk).toBeFalse();
  });

  test("that nobody named: the larger one only where it is there already", () => {
    expect(usualModel(env)).toContain("7B");
    cache("mlx-community/Qwen2.5-Coder-14B-Instruct-4bit", ["config.json", "model.safetensors"]);
    expect(usualModel(env)).toContain("14B");
  });
});

test("a server is known by its group and its port", () => {
  const launcher = { command: ["mlx_lm.server"], name: "x", versions: null };
  const command = commandOf({ launcher, model: { name: "org/m", isOnDisk: true }, port: 4321, concurrency: 4 });
  const line = `  77 ${command.join(" ")}`;
  expect([isServerLine(line, 4321, 77), isServerLine(line, 432, 77), isServerLine(line, 4321, 7)]).toEqual([
    true,
    false,
    false,
  ]);
});
