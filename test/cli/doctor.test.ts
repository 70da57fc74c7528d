import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { configFindings, environmentFindings, shownSettings } from "../../src/cli/doctor-settings.ts";
import { doctorText } from "../../src/cli/doctor-text.ts";
import { readCommandLine } from "../../src/cli/flags.ts";
import { readSettings } from "../../src/cli/settings.ts";
import { run } from "../../src/cli/table/run.ts";
import { every } from "../../src/cli/table.ts";
import { temporaryFolder } from "../support/folder.ts";

const folder = temporaryFolder();
const read = (args: string[], env: Record<string, string> = {}) =>
  readSettings(readCommandLine("run", args, run), every, every, { HOME: folder, ...env });

test("each setting with its value and its source; a secret only with whether it is set", () => {
  const config = join(folder, "config.toml");
  writeFileSync(config, 'stall_timeout = "90s"\nproject = ["a", "b"]\n');
  const env = { ENRICHD_CONFIG: config, ENRICHD_API_KEY: "sesame", BRAINLAYER_DB: "theirs.db" };
  const shown = shownSettings(read(["--url", "http://me:secret@127.0.0.1:1"], env).settings, every);
  expect(Object.keys(shown)).toEqual(Object.keys(every).map((name) => name.replaceAll("-", "_")));
  expect(shown).toMatchObject({
    db: { value: "theirs.db", from: "BRAINLAYER_DB" },
    api_key: { value: "set", from: "ENRICHD_API_KEY" },
    url: { value: "http://…@127.0.0.1:1", from: "--url" },
    stall_timeout: { value: "90s", from: config },
    project: { value: ["a", "b"], from: config },
    timeout: { value: "10m", from: "default" },
    journal: { value: null, from: null },
  });
  expect(shownSettings(read([]).settings, every)["api_key"]).toEqual({ value: "not set", from: null });
  expect(JSON.stringify(shown)).not.toMatch(/sesame|secret/);
});

test("what is wrong in the file is told with its line, thing by thing, and the rest of it holds", () => {
  const config = join(folder, "wrong.toml");
  writeFileSync(config, 'paralel = 3\nparallel = 2\nattempts = "many"\n');
  const { settings, problems } = read([], { ENRICHD_CONFIG: config, ENRICHD_GRACE: "soon" });
  expect(settings.get("parallel")).toEqual({ value: 2, from: config });
  const findings = configFindings(config, true, problems);
  expect(findings.map(({ level, kind, where }) => [level, kind, where])).toEqual([
    ["error", "config", `${config}:1`],
    ["error", "config", `attempts in ${config}:3`],
    ["error", "config", "ENRICHD_GRACE"],
  ]);
  expect(configFindings(config, true, [])).toMatchObject([{ level: "ok" }]);
  const absent = read([], { ENRICHD_CONFIG: "/absent.toml" });
  expect(configFindings(absent.configPath, false, absent.problems)).toMatchObject([
    { level: "error", kind: "not_found" },
  ]);
  expect(configFindings(config, false, [])).toMatchObject([{ level: "ok", next: "enrichd config init" }]);
});

describe("variables", () => {
  const rows: readonly (readonly [Record<string, string>, string, string])[] = [
    [{ ENRICHD_DB: "a", BRAINLAYER_DB: "b" }, "conflict", "unset BRAINLAYER_DB"],
    [{ ENRICHD_PARALEL: "3" }, "unknown", "did you mean ENRICHD_PARALLEL?"],
    [{ BRAINLAYER_HEARTBEAT_INTERVAL: "25" }, "unused", "enrichd config"],
  ];
  for (const [env, check, next] of rows)
    test(Object.keys(env).join(" and "), () => {
      const findings = environmentFindings(env, every);
      expect(findings).toMatchObject([{ level: "warning", check, next: expect.stringContaining(next) }]);
    });

  test("the same said twice, a setting of BrainLayer that is ours too, and what is nobody's", () => {
    for (const env of [
      { ENRICHD_DB: "a", BRAINLAYER_DB: "a" },
      { BRAINLAYER_MLX_TIMEOUT: "90" },
      { BRAINLAYER_REPO: "x" },
      { ENRICHD_CONFIG: "c" },
    ])
      expect(environmentFindings(env, every)).toMatchObject([{ level: "ok" }]);
  });
});

test("for people: what is not well has its place and its next step", () => {
  const { problems } = read([], { ENRICHD_GRACE: "soon" });
  const text = doctorText(
    configFindings(null, false, problems),
    shownSettings(read(["--parallel", "7"]).settings, every),
  );
  expect(text).toMatch(/ {2}✗ setting: .*\n {6}where: ENRICHD_GRACE\n {6}next: {2}set ENRICHD_GRACE to a valid value/);
  expect(text).toContain("  parallel = 7   (--parallel)");
  expect(text).toEndWith("1 error, 0 warnings\n");
});
