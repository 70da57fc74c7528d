import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCommandLine } from "../../src/cli/flags.ts";
import { databasePath, importPath, ownDatabase } from "../../src/cli/paths.ts";
import { backendSettings } from "../../src/cli/run-settings.ts";
import { resolveSettings } from "../../src/cli/settings.ts";
import { run } from "../../src/cli/table/run.ts";
import { every } from "../../src/cli/table.ts";
import { temporaryFolder } from "../support/folder.ts";
import { refusal } from "../support/refusal.ts";

const folder = temporaryFolder();
const settingsOf = (args: string[], env: Record<string, string> = {}) =>
  resolveSettings(readCommandLine("run", args, run), run, every, { HOME: folder, ...env });

function configFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("a setting comes from its flag, its variable, the other name, the file, in this order", () => {
  const file = configFile("order.toml", 'db = "file.db"\nparallel = 2\nproject = ["a", "b"]\n');
  const env = { ENRICHD_DB: "env.db", BRAINLAYER_DB: "old.db", ENRICHD_CONFIG: file };
  expect(settingsOf(["--db", "flag.db"], env).get("db")).toEqual({ value: "flag.db", from: "--db" });
  expect(settingsOf([], env).get("db")).toEqual({ value: "env.db", from: "ENRICHD_DB" });
  expect(settingsOf([], { ...env, ENRICHD_DB: "" }).get("db")).toEqual({ value: "old.db", from: "BRAINLAYER_DB" });
  expect(settingsOf([], { ENRICHD_CONFIG: file }).get("db")).toEqual({ value: "file.db", from: file });
  expect(settingsOf([], { ENRICHD_CONFIG: file }).get("project")?.value).toEqual(["a", "b"]);
  expect(settingsOf([]).get("db")).toBeUndefined();
});

test("variables are read as strictly as flags, and lists are split at commas", () => {
  expect(settingsOf([], { ENRICHD_PROJECT: "a, b" }).get("project")?.value).toEqual(["a", "b"]);
  expect(settingsOf([], { BRAINLAYER_MLX_TIMEOUT: "90" }).get("stall-timeout")?.value).toBe(90_000);
  const problem = refusal(() => settingsOf([], { ENRICHD_PARALLEL: "many" }));
  expect(problem).toMatchObject({ kind: "config", where: "ENRICHD_PARALLEL" });
});

test("a name that holds for some backends holds only with them; with auto, for whoever is found", () => {
  const env = {
    ...{ BRAINLAYER_MLX_URL: "http://mlx", MLX_URL: "http://other", BRAINLAYER_MLX_MODEL: "mlx-model" },
    ...{ BRAINLAYER_OLLAMA_URL: "http://ollama", OLLAMA_HOST: "0.0.0.0", BRAINLAYER_ENRICH_MODEL: "ollama-model" },
  };
  const of = (backend: string, more: Record<string, string> = {}) => {
    const settings = settingsOf([], { ...env, ENRICHD_BACKEND: backend, ...more });
    return [settings.get("url")?.value, settings.get("model")?.value];
  };
  expect(of("openai")).toEqual(["http://mlx", "mlx-model"]);
  expect(of("ollama")).toEqual(["http://ollama", "ollama-model"]);
  expect(of("ollama", { BRAINLAYER_OLLAMA_URL: "" })).toEqual(["0.0.0.0", "ollama-model"]);
  expect(of("ollama", { ENRICHD_URL: "http://mine" })).toEqual(["http://mine", "ollama-model"]);
  expect(of("auto")).toEqual([undefined, undefined]);
  expect(backendSettings(settingsOf([], env), env).named).toEqual({
    openai: { url: "http://mlx", model: "mlx-model" },
    ollama: { url: "http://ollama", model: "ollama-model" },
  });
  expect(settingsOf([], { BRAINLAYER_ENRICH_BACKEND: "ollama", ...env }).get("model")?.from).toBe(
    "BRAINLAYER_ENRICH_MODEL",
  );
});

test("a backend that BrainLayer has and we have not is refused by name", () => {
  const problem = refusal(() => settingsOf([], { BRAINLAYER_ENRICH_BACKEND: "groq" }));
  expect(problem).toMatchObject({ kind: "config", where: "BRAINLAYER_ENRICH_BACKEND" });
});

test("a flag for one call only has no variable and no place in the file", () => {
  expect(settingsOf([], { ENRICHD_MAX: "3" }).get("max")).toBeUndefined();
  const file = configFile("max.toml", "max = 3\n");
  expect(refusal(() => settingsOf(["--config", file])).message).toContain('unknown setting "max"');
});

describe("a config file that is wrong is told with its place", () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ["paralel = 3\n", 'unknown setting "paralel"', "did you mean parallel?"],
    ["parallel = 0\n", "from 1 to 128", "set it right"],
    ["db = [1]\n", "takes one value", "set it right"],
    ["db = \n", "not valid TOML", "correct that line"],
    ['[run]\nparallel = "2"\n', 'unknown setting "run"', "take it out"],
  ];
  for (const [text, what, next] of rows)
    test(text.trim(), () => {
      const file = configFile("wrong.toml", text);
      const problem = refusal(() => settingsOf(["--config", file]));
      expect(problem).toMatchObject({ kind: "config", message: expect.stringContaining(what) });
      expect(problem.where).toContain(file);
      expect(problem.next).toContain(next);
    });

  const places: readonly (readonly [string, number])[] = [
    ["# a comment\n\nparalel = 3\n", 3],
    ['db = "x"\n"parallel" = 0\n', 2],
    ["\n[run]\nparallel = 2\n", 2],
    ['db = "x"\nmodel = \n', 2],
    ["parallel = 1\nparallel = 2\n", 2],
  ];
  for (const [text, line] of places)
    test(`line ${line} of ${JSON.stringify(text)}`, () => {
      const file = configFile("place.toml", text);
      expect(refusal(() => settingsOf(["--config", file])).where).toEndWith(`${file}:${line}`);
    });

  test("one that was named and is not there", () => {
    expect(refusal(() => settingsOf(["--config", join(folder, "absent.toml")])).kind).toBe("not_found");
  });

  test("one that is a folder", () => {
    expect(refusal(() => settingsOf(["--config", folder])).kind).toBe("config");
  });
});

test("BrainLayer's database is found at its places, the older first, and is never imported into", async () => {
  const home = join(folder, "home");
  const env = { HOME: home };
  const none = resolveSettings(readCommandLine("run", [], run), run, every, env);
  expect(databasePath(none, env)).toBe(ownDatabase(env, process.platform));
  const newer = join(home, ".local/share/brainlayer/brainlayer.db");
  await Bun.write(newer, "x");
  expect(databasePath(none, env)).toBe(newer);
  const older = join(home, ".local/share/zikaron/zikaron.db");
  await Bun.write(older, "x");
  expect(databasePath(none, env)).toBe(older);
  const named = settingsOf([], { BRAINLAYER_DB: older });
  expect(databasePath(named, env)).toBe(older);
  expect(importPath(named, env)).toBe(ownDatabase(env, process.platform));
  expect(ownDatabase(env, "darwin")).toBe(join(home, "Library/Application Support/enrichd/enrichd.db"));
});

test("a default is no wish of the user's: without one, mlx goes by what was observed", () => {
  const stallMs = (args: string[]) => backendSettings(settingsOf(args), { HOME: folder }).mlx.stallMs;
  expect([stallMs([]), stallMs(["--stall-timeout", "60s"])]).toEqual([null, 60_000]);
});
