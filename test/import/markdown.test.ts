import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import fc from "fast-check";
import { codeMax, pieceMax } from "../../src/import/grouping.ts";
import { read, solidLines, textsOf } from "./pieces.ts";

const headingsOf = (text: string) => read("markdown", text).pieces.map(({ headings }) => headings.join(" > "));

describe("sections", () => {
  const rows: readonly (readonly [string, string, string[]])[] = [
    ["levels", "# A\na\n## B\nb\n### C\nc\n## D\nd\n# E\ne", ["A", "A > B", "A > B > C", "A > D", "E"]],
    ["text before the first title", "a\n\n# B\nb", ["", "B"]],
    ["underlined ones", "A\n===\na\n\nB\n---\nb", ["A", "A > B"]],
    ["closing marks, and a title of none", "# A ##\na\n#\nb", ["A", ""]],
    ["a tag is no title", "#tag\ntext", [""]],
    ["a title goes with what is below it", "# A\n\n## B\n\nb", ["A > B"]],
    ["a fence hides what is in it", "# A\n```sh\n# no\n```\n# B\nb", ["A", "B"]],
    ["a fence of another kind does not end it", "# A\n~~~\n```\n# no\n~~~~\n# B\nb", ["A", "B"]],
    ["a longer fence", "# A\n````\n```\n# no\n````\n# B\nb", ["A", "B"]],
    ["a fence in a list", "# A\n- a\n\n      ```\n      # no\n      ```\n# B\nb", ["A", "B"]],
    ["a fence in a quotation ends with it", "# A\n> ```\n> # no\n\n# B\nb", ["A", "B"]],
    ["an indented line of code opens none", "# A\na\n\n    ```\n\n# B\nb", ["A", "B"]],
    ["code in a line is no fence", "# A\n```a``` b\n# B\nb", ["A", "B"]],
    ["front matter", "---\ntitle: x\n# no\n---\n# A\na", ["A"]],
    ["a rule on the first line is no front matter", `---\n# A\na\n${"b\n".repeat(300)}`, ["", "A"]],
    ["a comment", "# A\n<!--\n# no\n-->\n# B\nb", ["A", "B"]],
    ["a rule below a list", "# A\n- a\n---\nb", ["A"]],
  ];
  for (const [name, text, expected] of rows) test(name, () => expect(headingsOf(text)).toEqual(expected));
});

describe("documents as people write them", () => {
  const root = join(import.meta.dir, "../..");
  const files = [
    ...new Glob("{*.md,docs/**/*.md,node_modules/*/*.md,src/cli/demo/*.md}").scanSync({ cwd: root }),
  ].sort();

  /** What a parser of the whole text sees: a mark for each title, the words between them, the code blocks. */
  function parsed(text: string): { readonly marked: string; readonly code: readonly string[] } {
    const code: string[] = [];
    const marked = Bun.markdown.render(text, {
      heading: () => "\uE000",
      code: (content) => {
        code.push(content);
        return "code";
      },
    });
    return { marked: marked.replaceAll(/\s/g, ""), code };
  }
  const trimmed = (text: string): string =>
    solidLines(text)
      .map((line) => line.trim())
      .join("\n");

  for (const file of files)
    test(file, () => {
      const text = readFileSync(join(root, file), "utf8")
        .replace(/^\uFEFF/, "")
        .replaceAll("\r\n", "\n");
      const texts = textsOf("markdown", text);
      expect(solidLines(texts.join("\n"))).toEqual(solidLines(text));
      const whole = parsed(text);
      const parts = texts.map((one) => parsed(one).marked);
      const count = (marked: string): number => marked.split("\uE000").length - 1;
      expect(parts.reduce((sum, part) => sum + count(part), 0)).toBe(count(whole.marked));
      // Titles stand only where a piece begins.
      for (const part of parts) expect(part).toMatch(/^\uE000*[^\uE000]*$/);
      for (const block of whole.code)
        expect([block, texts.some((one) => trimmed(one).includes(trimmed(block)))]).toEqual([block, true]);
    });
});

test("no line is lost or doubled, whatever the text", () => {
  const line = fc.oneof(
    fc.constantFrom(
      "# A",
      "## B",
      "===",
      "---",
      "```",
      "~~~",
      "- a",
      "> q",
      "",
      "    x",
      "<!--",
      "-->",
      "***",
      "| a |",
    ),
    fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replaceAll(/[\n\r\0]/g, " ").toWellFormed()),
    fc.integer({ min: 1, max: 60 }).map((words) => "word ".repeat(words)),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 120 }), fc.integer({ min: 1, max: 500 }), (lines, blockBytes) => {
      const text = lines.join("\n").replace(/^\uFEFF+/, "");
      const { pieces, problems } = read("markdown", text, blockBytes);
      expect(problems).toEqual([]);
      expect(solidLines(pieces.map((piece) => piece.text).join("\n"))).toEqual(solidLines(text));
      for (const piece of pieces) expect(piece.text.length).toBeLessThan(codeMax);
    }),
    { numRuns: 300 },
  );
});

test("a code block is whole up to its limit; one that is never closed is cut there", () => {
  const block = `\`\`\`\n${"some code of a long file\n".repeat(800)}\`\`\``;
  expect(textsOf("markdown", `# A\n\ntext\n\n${block}\n\nmore`).some((text) => text.includes(block))).toBeTrue();
  const open = textsOf("markdown", `# A\n\`\`\`\n${"some code\n".repeat(20_000)}`);
  expect(open.length).toBeGreaterThan(2);
  for (const text of open) expect(text.length).toBeLessThan(codeMax + pieceMax);
});

test("a file of titles alone is not held whole", () => {
  const texts = textsOf("markdown", "# a title\n".repeat(5_000));
  expect(texts.length).toBeGreaterThan(20);
});
