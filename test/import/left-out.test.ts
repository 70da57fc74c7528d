import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { leftOutRules } from "../../src/import/left-out.ts";

test("docs/import.md has each rule, with its reason, in the order of the data", () => {
  const document = readFileSync(resolve(import.meta.dir, "../../docs/import.md"), "utf8");
  const rows = [...document.matchAll(/^\| `([a-z_0-9]+)` \| (.+) \|$/gm)].map(([, name, reason]) => [name, reason]);
  const names = Object.keys(leftOutRules);
  expect(rows.filter(([name]) => names.includes(name ?? ""))).toEqual(Object.entries(leftOutRules));
});
