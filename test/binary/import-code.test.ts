import { expect, test } from "bun:test";
import { alone } from "../support/alone.ts";
import { filesIn } from "../support/importing.ts";

/** The grammars are in the binary, compressed: one of each package. */
test("code is parted by function where nothing lies beside the binary", async () => {
  const lines = "\n  // a line of what is long enough to stand for itself".repeat(12);
  const root = filesIn({
    "a.ts": `export function first(): void {${lines}\n}\nexport class Second {${lines}\n}\n`,
    "b.swift": `func third() {${lines}\n}\nprotocol Fourth {${lines}\n}\n`,
  });
  const { run, path } = alone();
  expect((await run("import", root, "--db", path("code.db"))).code).toBe(0);
  const { out } = await run("export", "--all", "--db", path("code.db"));
  const rows = out.trim().split("\n");
  const symbols = rows.map((row) => JSON.parse(row).metadata.symbols);
  expect(symbols).toEqual([["first"], ["Second"], ["third"], ["Fourth"]]);
});
