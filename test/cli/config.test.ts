import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { configText } from "../../src/cli/config-text.ts";
import { defaultOf, type Flag } from "../../src/cli/flags.ts";
import { readSettings } from "../../src/cli/settings.ts";
import { every, type Signature, signatures } from "../../src/cli/table.ts";
import { temporaryFolder } from "../support/folder.ts";

const main = join(import.meta.dir, "../../src/main.ts");
const text = configText(Object.values<Signature>(signatures));
const uncommented = text.replace(/^#(?=\w+ = )/gm, "");

async function enrichd(home: string, ...args: string[]) {
  const env = { HOME: home, PATH: process.env["PATH"] ?? "" };
  const options = { env, stdin: "ignore", stdout: "pipe", stderr: "pipe" } as const;
  const child = Bun.spawn([process.execPath, main, "config", "init", ...args], options);
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { out, err, code };
}

describe("the file as it is written", () => {
  test("holds nothing, for every setting is commented out", () => expect(parse(text)).toEqual({}));

  test("has every setting once, and each is taken when its # goes", () => {
    const keys = Object.keys(every).map((name) => name.replaceAll("-", "_"));
    expect(Object.keys(parse(uncommented)).toSorted()).toEqual(keys.toSorted());
    const path = join(temporaryFolder(), "all.toml");
    writeFileSync(path, uncommented);
    const line = { values: new Map([["config", path]]), positionals: [] };
    const { settings, problems } = readSettings(line, every, every, {});
    expect(problems).toEqual([]);
    for (const [name, flag] of Object.entries(every)) {
      const otherwise = defaultOf(flag);
      if (otherwise !== undefined) expect([name, settings.get(name)?.value]).toEqual([name, otherwise]);
    }
  });

  test("explains each", () => {
    for (const { help } of Object.values(every))
      expect(text).toContain(`# ${help.slice(0, 1).toUpperCase()}${help.slice(1)}`);
  });
});

test("a setting is the same in every command that has it", () => {
  const seen = new Map<string, Flag>();
  for (const { name: command, flags } of Object.values<Signature>(signatures))
    for (const [name, flag] of Object.entries(flags).filter(([, { callOnly }]) => callOnly !== true)) {
      const { kind, default: otherwise, repeatable } = seen.get(name) ?? flag;
      expect([command, name, flag.kind, flag.default, flag.repeatable]).toEqual([
        command,
        name,
        kind,
        otherwise,
        repeatable,
      ]);
      seen.set(name, flag);
    }
});

describe("config init", () => {
  test("writes the file at its place, for its owner alone; then refuses, and --force keeps a copy", async () => {
    const home = temporaryFolder();
    const path = join(home, ".config/enrichd/config.toml");
    expect(await enrichd(home)).toMatchObject({ out: "", code: 0, err: expect.stringContaining(path) });
    expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual([text, 0o600]);
    writeFileSync(path, "parallel = 2\n");
    expect(await enrichd(home)).toMatchObject({ code: 73, err: expect.stringContaining("--force") });
    expect(readFileSync(path, "utf8")).toBe("parallel = 2\n");
    expect((await enrichd(home, "--force")).code).toBe(0);
    expect((await enrichd(home, "--force")).code).toBe(0);
    expect(readFileSync(path, "utf8")).toBe(text);
    expect(readFileSync(`${path}.1`, "utf8")).toBe("parallel = 2\n");
    expect(readdirSync(join(home, ".config/enrichd")).toSorted()).toEqual([
      "config.toml",
      "config.toml.1",
      "config.toml.2",
    ]);
  });

  test("--print writes none, and a file that is wrong is no obstacle", async () => {
    const home = temporaryFolder();
    mkdirSync(join(home, ".config/enrichd"), { recursive: true });
    const path = join(home, ".config/enrichd/config.toml");
    writeFileSync(path, "paralel = 2\n");
    expect(await enrichd(home, "--print")).toEqual({ out: text, err: "", code: 0 });
    expect(readFileSync(path, "utf8")).toBe("paralel = 2\n");
    expect((await enrichd(home, "--force")).code).toBe(0);
  });

  test("a link stays one, and a place that was named is taken", async () => {
    const home = temporaryFolder();
    const [real, link] = [join(home, "real.toml"), join(home, "link.toml")];
    writeFileSync(real, "");
    symlinkSync(real, link);
    expect((await enrichd(home, "--config", link, "--force")).code).toBe(0);
    expect([readFileSync(real, "utf8"), existsSync(join(home, ".config"))]).toEqual([text, false]);
    expect((await enrichd(home, "--config", join(real, "below.toml"))).code).toBe(73);
  });
});
