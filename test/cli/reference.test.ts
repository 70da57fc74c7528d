import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commands } from "../../src/cli/root.ts";
import { signatures } from "../../src/cli/table.ts";
import { cliReference } from "../support/cli-reference.ts";

const path = join(import.meta.dir, "../../docs/cli.md");

test("docs/cli.md says what the command table says", () => {
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(path, cliReference());
  expect(readFileSync(path, "utf8")).toBe(cliReference());
});

test("every command has its row in the table", () => {
  expect(Object.keys(commands)).toEqual(Object.keys(signatures));
});
