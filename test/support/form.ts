/** How a file looks: its length, its first line, its name and what it may not say, as rules with what breaks them. */

import * as rule from "./rules.ts";

const path = "src/core/a.ts";

export const forms: readonly rule.Rule[] = [
  {
    name: "no file is over 200 lines",
    check: rule.linesAtMost(200),
    breaks: [["test/a.test.ts", "\n".repeat(201)]],
    keeps: [["test/a.test.ts", "\n".repeat(200)]],
  },
  {
    name: "a file of src opens with a doc comment that starts with a sentence",
    check: rule.opensWithSentence,
    breaks: [
      [path, "export const a = 1;"],
      [path, "// A comment.\nexport const a = 1;"],
      [path, "/** No period */\nexport const a = 1;"],
      [path, "/**\n * No period\n *\n * Here one.\n */\nexport const a = 1;"],
    ],
    keeps: [
      [path, "/**\n * Two lines,\n * one sentence. More\n */\n"],
      ["test/a.test.ts", ""],
    ],
  },
  {
    name: "exports have names",
    check: rule.noCode(/\bexport\s+default\b|\bas\s+default\b/),
    breaks: [
      [path, "export default 1;"],
      [path, "export { a as default };"],
    ],
    keeps: [[path, 'const text = "export default 1";']],
  },
  {
    name: "no file only passes on what others export",
    check: rule.noBarrel,
    breaks: [
      [path, 'export * from "./b.ts";\n'],
      [path, 'import "./c.ts";\nexport { b } from "./b.ts";\n'],
    ],
    keeps: [
      [path, 'export { b } from "./b.ts";\nexport const c = 1;\n'],
      [path, 'import "./b.ts";\n'],
    ],
  },
  {
    name: "names say what a file is about",
    check: rule.noPath(/(^|[/.-])(utils?|helpers?|types|managers?|common|misc|index)(\/|[.-][^/]*$)/i),
    breaks: [
      ["src/core/utils.ts", ""],
      ["src/store/lock-manager.ts", ""],
      ["src/helpers/a.ts", ""],
    ],
    keeps: [["src/core/prototypes.ts", ""]],
  },
  {
    name: "no check is switched off, nothing is put off",
    check: rule.noComment(/@ts-(ignore|expect-error|nocheck)|biome-ignore|\b(TODO|FIXME|XXX|HACK)\b/),
    breaks: [
      [path, "// @ts-ignore\n"],
      [path, "/* biome-ignore lint: x */\n"],
      [path, "const a = `${b /* TODO */}`;\n"],
    ],
    keeps: [[path, 'const marks = ["TODO", "// FIXME"]; /[/*] TODO/.test(text);\n']],
  },
  {
    name: "no test is left out",
    check: rule.noCode(/\b(test|it|describe)\.(skip|todo|only|failing)\b/),
    breaks: [["test/a.test.ts", 'test.skip("a", () => {});']],
    keeps: [["test/a.test.ts", 'test.skipIf(!isMac)("a", () => {});']],
  },
  {
    name: "no type is any",
    check: rule.noCode(/(?<![.\w$"])(:|as|<|\|)\s*any\b(?!\s*[.(])/),
    breaks: [[path, "const a = b as any;"]],
    keeps: [[path, "const a = AbortSignal.any([b]); // as any other"]],
  },
];
