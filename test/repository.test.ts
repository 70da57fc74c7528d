import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import manifest from "../package.json" with { type: "json" };

const root = resolve(import.meta.dir, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const dependencies = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });

/** What git has, and what it would take: new files count before they are committed. */
const files = Bun.spawnSync(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: root })
  .stdout.toString()
  .split("\0")
  .filter((path) => path !== "" && Bun.file(join(root, path)).size > 0);

/** Whoever builds this may have another registry; a lockfile with an address would go round theirs. */
const registries = [
  /\bregistry\.[\w-]+\.\w+/i,
  /\b(npm|pypi|debian|yarnpkg|rubygems|crates)\.\w+\/(simple|pool|dists|packages?\/[\w@%-]+\/-)\//i,
  /\bfiles\.pythonhosted\b/i,
  /\b(deb|security|archive)\.(debian|ubuntu)\b/i,
  /\/-\/[\w.-]+\.tgz\b/i,
  /^\s*(registry|index-url|extra-index-url|find-links)\s*=/im,
  /--(index-url|extra-index-url|find-links|registry)\b/i,
];
/** Folders that only the machines of its makers have. */
const machines = [
  /(?<![\w.])\/work\/\w/,
  /(?<![\w.])\/tmp\/(bin|venvs)\b/,
  /(?<![\w.])\/root\/\w/,
  /\bshared\/(facts|tools|design)/,
];

function offences(text: string, patterns: readonly RegExp[]): string[] {
  return text.split("\n").flatMap((line, index) => {
    const found = patterns.map((pattern) => pattern.exec(line)?.[0]).find((match) => match !== undefined);
    return found === undefined ? [] : [`${index + 1}: ${found}`];
  });
}

test("no file names a registry's address", () => {
  expect(files).toContain("bun.lock");
  expect(files.flatMap((path) => offences(read(path), registries).map((found) => `${path}:${found}`))).toEqual([]);
  expect(offences(read("bun.lock"), [/https?:/])).toEqual([]);
});

test("no file names a folder of the machine it was written on", () => {
  expect(files.flatMap((path) => offences(read(path), machines).map((found) => `${path}:${found}`))).toEqual([]);
});

test("addresses and folders would be noticed", () => {
  const host = (...parts: string[]): string => parts.join(".");
  for (const text of [
    `https://${host("registry", "npmjs", "org")}/zod`,
    `"https://${host("npm", "example", "org")}/zod/-/zod-1.0.0.${"tgz"}"`,
    `https://${host("pypi", "org")}/${"simple"}/x`,
    `https://${host("files", "pythonhosted", "org")}/x`,
    `pip install --${"index"}-url x`,
    `${"registry"} = "x"`,
  ])
    expect([text, offences(text, registries).length]).toEqual([text, 1]);
  for (const top of ["work", "tmp", "root"]) expect(offences(`see /${top}/${"bin"}`, machines)).toHaveLength(1);
  expect(offences("a homework/x, ./tmp/x and npmjs.com/package/zod", [...machines, ...registries])).toEqual([]);
});

test("no file has the marks of a merge in it", () => {
  const marks = [/^<{7} |^>{7} /];
  expect(files.flatMap((path) => offences(read(path), marks).map((found) => `${path}:${found}`))).toEqual([]);
  expect(offences(`${"<".repeat(7)} HEAD\n=======\n${">".repeat(7)} abc`, marks)).toHaveLength(2);
});

test("versions are exact, and each dependency has its row in docs/dependencies.md", () => {
  const rows = read("docs/dependencies.md").matchAll(/^\| ([^ |]+) \| (\d[^ |]*) \| [^|]{10,} \| [^|]{20,} \|$/gm);
  const documented = new Map([...rows].map(([, name, version]) => [name, version]));
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(dependencies));
  for (const [, version] of dependencies) expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
});

test("one version of Bun is named everywhere", () => {
  const version = manifest.engines.bun;
  expect(manifest.packageManager).toBe(`bun@${version}`);
  expect(manifest.devDependencies["@types/bun"]).toBe(version);
  const named = files.filter((path) => /(^|\/)(README|CONTRIBUTING|CHANGELOG|ARCHITECTURE)\.md$|^\.ci\//.test(path));
  const versions = named.flatMap((path) => read(path).match(/(?<=\bbun@)\d[\w.]*\w/g) ?? []);
  expect(versions.length).toBeGreaterThan(0);
  expect([...new Set(versions)]).toEqual([version]);
});
