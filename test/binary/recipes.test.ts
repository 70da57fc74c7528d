import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type DescribingServer, startModelServer } from "../fixtures/describing-server.ts";
import { cook, type Home, makeHome, recipesIn } from "../support/recipes.ts";

const root = resolve(import.meta.dir, "../..");
const documents = ["README.md", "docs/quality.md", "docs/backends.md", "docs/import.md"];

describe.each(documents)("%s", (name) => {
  const recipes = recipesIn(readFileSync(resolve(root, name), "utf8"));
  let server: DescribingServer;
  let home: Home;
  beforeAll(async () => {
    server = await startModelServer();
    home = await makeHome(server.url);
  });
  afterAll(() => server.stop());

  test("has commands", () => expect(recipes).not.toBeEmpty());

  // One after the other, as someone reads them: what the first makes, the next one uses.
  for (const recipe of recipes)
    test(`line ${recipe.line}: ${recipe.script.split("\n")[0]}`, async () => {
      const { code, out, err } = await cook(recipe, home);
      expect({ code, said: code === recipe.code ? "" : `${out}\n${err}` }).toEqual({ code: recipe.code, said: "" });
    });
});

test("a fence says how its script ends", () => {
  const fence = (mark: string): string => `\`\`\`${mark}\na\nb\n\`\`\`\n`;
  expect(recipesIn(`x\n${fence("sh")}${fence("sh exit 3")}${fence("sh until row added")}${fence("")}`)).toEqual([
    { line: 2, script: "a\nb\n", code: 0, until: null },
    { line: 6, script: "a\nb\n", code: 3, until: null },
    { line: 10, script: "a\nb\n", code: 130, until: "row added" },
  ]);
});
