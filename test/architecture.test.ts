import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Glob } from "bun";
import { effects } from "./support/effects.ts";
import { forms } from "./support/form.ts";
import * as rule from "./support/rules.ts";
import { readSource } from "./support/source.ts";

/** main → cli → run → the middle → the edges → core. The middle takes the edges' types, and their values as arguments. */
const edges = ["store", "backends", "supervisor", "privacy"];
const middle = ["pipeline", "import", "export", "eval", "page"];
const layers: Record<string, rule.Layer> = {
  ...Object.fromEntries(edges.map((name) => [name, { values: ["core"] }])),
  ...Object.fromEntries(middle.map((name) => [name, { values: ["core"], types: edges }])),
  core: { values: [] },
  run: { values: [...middle, ...edges, "core"] },
  cli: { values: ["run", ...middle, ...edges, "core"] },
  main: { values: ["cli", "core"] },
  text: { values: [] },
};

const direction: readonly rule.Rule[] = [
  {
    name: "imports go downwards, and the middle takes only types of the edges",
    check: rule.importsDownwards(layers),
    breaks: [
      ["src/core/a.ts", 'import type { B } from "../store/b.ts";'],
      ["src/store/a.ts", 'import { b } from "../backends/b.ts";'],
      ["src/pipeline/a.ts", 'import { type B, b } from "../store/b.ts";'],
      ["src/pipeline/a.ts", 'export * from "../store/b.ts";'],
      ["src/pipeline/a.ts", 'const b = await import("../backends/b.ts");'],
      ["src/page/a.ts", 'import type { B } from "../pipeline/b.ts";'],
      ["src/run/a.ts", 'import {\n  b,\n} from "../cli/b.ts";'],
      ["src/main.ts", 'import { b } from "./run/b.ts";'],
      ["src/core/a.ts", 'import "../../build.ts";'],
      ["src/other/a.ts", ""],
    ],
    keeps: [
      ["src/pipeline/a.ts", 'import type { B } from "../store/b.ts"; // import { b } from "../cli/b.ts"'],
      ["src/core/a.ts", 'import { version } from "../../package.json" with { type: "json" };'],
      ["src/core/a.ts", 'const text = `import { b } from "../cli/b.ts"`;'],
    ],
  },
  {
    name: "core takes no package but zod",
    check: rule.onlyPackages("core", ["zod"]),
    breaks: [["src/core/a.ts", 'import { existsSync, readFileSync } from "node:fs";']],
    keeps: [["src/core/a.ts", 'import { z } from "zod";']],
  },
  {
    name: "nothing is imported by a computed name: the binary would look in the user's node_modules",
    check: (source) =>
      source.imports.filter((i) => i.specifier === "(computed)").map((i) => ({ ...i, what: "import()" })),
    breaks: [
      ["src/run/a.ts", "await import(name);"],
      ["src/run/a.ts", "require(`${name}`);"],
    ],
    keeps: [["src/run/a.ts", 'await import("./b.ts"); import.meta.dir;']],
  },
];

const root = resolve(import.meta.dir, "..");
const paths = ["build.ts", ...["src", "test", "bench"].flatMap((folder) => filesBelow(folder))];
const sources = paths.map((path) => readSource(path, readFileSync(join(root, path), "utf8")));

function filesBelow(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return [...new Glob(`${folder}/**/*.{ts,tsx}`).scanSync({ cwd: root })].sort();
}

test("the rules look at the whole project", () => {
  for (const layer of ["core", "store", "backends", "pipeline", "run", "cli", "main"])
    expect(sources.some(({ path }) => rule.layerOf(path) === layer)).toBeTrue();
  expect(paths).toContain("test/architecture.test.ts");
});

for (const { name, check, breaks, keeps } of [...direction, ...effects, ...forms]) {
  describe(name, () => {
    test("holds", () => {
      const broken = sources.flatMap((source) =>
        check(source).map(({ line, what }) => `${source.path}:${line} ${what}`),
      );
      expect(broken).toEqual([]);
    });
    test("would be noticed", () => {
      for (const [path, text] of breaks) expect([text, check(readSource(path, text)).length]).toEqual([text, 1]);
      for (const [path, text] of keeps) expect([text, check(readSource(path, text))]).toEqual([text, []]);
    });
  });
}

test("a violation is named with its line", () => {
  const source = readSource("src/run/a.ts", "/* a\n*/\nconst b = `\n${console.log(`//`)}`;\nDate.now();\n");
  expect(effects.flatMap(({ check }) => check(source)).map(({ line }) => line)).toEqual([4, 5]);
});
