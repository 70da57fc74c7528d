/** What each fixture becomes: the chunks in their order, and what of it is left out by which rule. */

import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Format } from "../../../src/import/piece.ts";
import { read } from "../pieces.ts";
import { expected } from "./expected.ts";

const folder = resolve(import.meta.dir, "../../fixtures/conversations");

test("every fixture is expected to give something, and is told with its source", () => {
  const files = readdirSync(folder).filter((name) => name !== "README.md");
  expect(Object.keys(expected).sort()).toEqual(files.sort());
  const readme = readFileSync(resolve(folder, "README.md"), "utf8");
  for (const name of files) expect(readme).toContain(`\`${name}\``);
});

for (const [name, { format, chunks, leftOut, unknown = {}, common }] of Object.entries(expected))
  test(name, () => {
    const found = read(format satisfies Format, readFileSync(resolve(folder, name)));
    const said = found.pieces.map(
      ({ text, fields }) => `${fields?.position} ${fields?.contentType}: ${text.split("\n")[0]?.slice(0, 40)}`,
    );
    expect(said).toEqual(chunks.map((chunk, at) => (/^\d/.test(chunk) ? chunk : `${at} ${chunk}`)));
    expect(found.leftOut).toEqual(leftOut);
    expect(found.unknown).toEqual(unknown);
    expect(found.problems).toEqual([]);
    for (const { fields } of found.pieces) {
      expect(fields).toMatchObject(common);
      expect(fields?.sender).toBe(fields?.contentType === "user_message" ? "user" : (fields?.sender ?? null));
    }
    const ids = found.pieces.map(({ fields }) => fields?.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
