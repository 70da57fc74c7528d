import { expect, test } from "bun:test";
import { encode } from "../support/encode.ts";
import { atPath, filesIn, importInto, newDatabase, rowsIn } from "../support/importing.ts";

test("a folder of several encodings: all of it comes in, and is told", async () => {
  const root = filesIn({
    "a.md": encode("windows-1252", "# Café\n\nOù est l’été ?\n"),
    "b.txt": encode("utf-16le", "\uFEFFGrüße aus Köln\n"),
    "c.jsonl": encode("utf-16be", `\uFEFF{"text":"naïve"}\n{"text":"Привет"}`),
    "d.md": encode("windows-1251", "# Привет\n\nКак дела? Это небольшой текст.\n"),
    "e.md": "# Ünïcode\n",
    "f.txt": Buffer.from("%PDF-1.7\n1 0 obj\n"),
  });
  const path = newDatabase();
  const result = await importInto(path, atPath(root));
  expect(result).toMatchObject({
    ...{ files: 5, added: 6, problemsTotal: 0, leftOut: { binary: 1 } },
    converted: { "utf-16be": 1, "utf-16le": 1, "windows-1251": 1, "windows-1252": 1 },
  });
  const texts = (await rowsIn(path)).map(({ content }) => content);
  expect(texts).toEqual([
    ...["# Café\n\nOù est l’été ?", "Grüße aus Köln", "naïve", "Привет"],
    ...["# Привет\n\nКак дела? Это небольшой текст.", "# Ünïcode"],
  ]);
  expect(await importInto(path, atPath(root))).toMatchObject({ added: 0, known: 6 });
});
