/**
 * Builds the binary: `bun build.ts` for this machine, `bun build.ts --all` for every other target as well. It never
 * leaves in dist/ what warned while it was built, or what was built for this machine and does not start.
 */

import { mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { BunPlugin } from "bun";
import { version } from "./src/core/version.ts";

interface Target {
  readonly name: "linux-x64" | "linux-arm64" | "linux-x64-musl" | "linux-arm64-musl" | "darwin-arm64" | "darwin-x64";
  readonly os: "linux" | "darwin";
  readonly cpu: "x64" | "arm64";
  /** The package that carries Bun's runtime for this target. */
  readonly runtime: string;
  readonly note?: string;
}

const targets: readonly Target[] = [
  { name: "linux-x64", os: "linux", cpu: "x64", runtime: "@oven/bun-linux-x64" },
  { name: "linux-arm64", os: "linux", cpu: "arm64", runtime: "@oven/bun-linux-aarch64" },
  { name: "linux-x64-musl", os: "linux", cpu: "x64", runtime: "@oven/bun-linux-x64-musl" },
  { name: "linux-arm64-musl", os: "linux", cpu: "arm64", runtime: "@oven/bun-linux-aarch64-musl" },
  { name: "darwin-arm64", os: "darwin", cpu: "arm64", runtime: "@oven/bun-darwin-aarch64" },
  {
    name: "darwin-x64",
    os: "darwin",
    cpu: "x64",
    runtime: "@oven/bun-darwin-x64",
    // Bun signs arm64 validly, x64 not, and macOS kills what has a broken signature.
    note: "sign it again on a Mac: codesign --force --sign - dist/enrichd-darwin-x64",
  },
];

/** WebAssembly of 24 MB is one of 2 MB in the binary; src/import/code/grammars.ts knows it by its first bytes. */
const compressedGrammars: BunPlugin = {
  name: "compressed grammars",
  setup: (build) => {
    build.onLoad({ filter: /\.wasm$/ }, async ({ path }) => ({
      contents: await Bun.zstdCompress(await Bun.file(path).bytes(), { level: 19 }),
      loader: "file",
    }));
  },
};

const root = import.meta.dir;
const dist = join(root, "dist");

const [flag, ...rest] = process.argv.slice(2);
if (rest.length > 0 || (flag !== undefined && flag !== "--all")) {
  console.error("usage: bun build.ts [--all]");
  process.exit(2);
}
try {
  await build("enrichd", null);
  if (flag === "--all") for (const target of targets) await build(`enrichd-${target.name}`, target);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** Without a target it is built on, and for, the Bun that runs this; only that can be started here. */
async function build(name: string, target: Target | null): Promise<void> {
  const started = performance.now();
  // Built aside and moved when done, so that two builds at once and a binary in use come to no harm. Only the folder is
  // temporary: the binary remembers the name it was built with.
  const aside = join(dist, `.build-${process.pid}`);
  mkdirSync(aside, { recursive: true });
  try {
    await compile(join(aside, name), target);
    if (target === null) checkStart(join(aside, name));
    renameSync(join(aside, name), join(dist, name));
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  const megabytes = (statSync(join(dist, name)).size / 1e6).toFixed(1);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.error([`dist/${name}`, `${megabytes} MB`, `${seconds} s`, target?.note].filter(Boolean).join("  "));
}

async function compile(outfile: string, target: Target | null): Promise<void> {
  const result = await Bun.build({
    // A thread starts from a file of its own, also in the binary.
    entrypoints: ["src/main.ts", "src/store/target/count-worker.ts", "src/store/check-worker.ts"].map((path) =>
      join(root, path),
    ),
    compile: {
      outfile,
      ...(target === null ? {} : { target: `bun-${target.name}`, executablePath: await runtimeOf(target) }),
      // Otherwise a .env or a bunfig preload in the user's current folder would be read, and the preload run.
      autoloadDotenv: false,
      autoloadBunfig: false,
    },
    // An import that the bundler cannot resolve would be looked up in the user's node_modules at run time.
    allowUnresolved: [],
    plugins: [compressedGrammars],
    // With bytecode, other formats have given binaries that do not start, reported as a success.
    format: "esm",
    bytecode: true,
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
    throw: false,
  });
  const complaints = result.logs.filter(({ level }) => level === "error" || level === "warning");
  if (result.success && complaints.length === 0) return;
  throw new Error(`the build of ${outfile} failed:\n${complaints.map(String).join("\n")}`);
}

/** Installs the runtime by the package client, which checks what it gets, at exactly the version of the running Bun. */
async function runtimeOf({ name, os, cpu, runtime }: Target): Promise<string> {
  const folder = join(root, ".cache/runtimes", `${name}-${Bun.version}`);
  const executable = join(folder, "node_modules", runtime, "bin/bun");
  if (await Bun.file(executable).exists()) return executable;
  mkdirSync(folder, { recursive: true });
  await Bun.write(join(folder, "package.json"), '{ "private": true }\n');
  const add = [process.execPath, "add", "--no-save", "--ignore-scripts", `--os=${os}`, `--cpu=${cpu}`];
  const { exitCode, stderr } = Bun.spawnSync([...add, `${runtime}@${Bun.version}`], { cwd: folder });
  if (exitCode !== 0) throw new Error(`cannot install ${runtime}@${Bun.version}:\n${stderr.toString()}`);
  return executable;
}

function checkStart(binary: string): void {
  const { exitCode, stdout, stderr } = Bun.spawnSync([binary, "--version"], { stdin: "ignore", timeout: 30_000 });
  const printed = stdout.toString().trim();
  if (exitCode === 0 && printed === version) return;
  const ended = `--version ended with ${exitCode} and printed ${JSON.stringify(printed)}, not ${version}`;
  throw new Error(`what was built does not start: ${ended}\n${stderr.toString()}`);
}
