import { describe, expect, test } from "bun:test";
import { languages } from "../../../src/import/code/languages.ts";
import { chunksOf, symbolsOf } from "./chunks.ts";

/** `@` becomes enough lines that no neighbour is small; `~` stands for the sign of a comment. */
const samples: Readonly<Record<string, readonly [sign: string, source: string, chunks: readonly string[][]]>> = {
  "a.ts": [
    "//",
    "/** doc */\n@d\nexport class A {\n@\n}\n\n~ b\nexport const b = async (x: number) => {\n@\n};\nexport default function c() {\n@\n}\nenum E {\n@\n}\nnamespace N {\n@\n}\nmodule.exports.z = function () {\n@\n}",
    [["A"], ["b"], ["c"], ["E"], ["N"], ["module.exports.z"]],
  ],
  "a.tsx": ["//", "function A() {\n@\nreturn <b>x</b>; }\nconst B = () => {\n@\nreturn <i/>; };", [["A"], ["B"]]],
  "a.js": ["//", "function* a() {\n@\n}\nvar B = class {\n@\n};\nx.y = () => {\n@\n};", [["a"], ["B"], ["x.y"]]],
  "a.py": ["#", "@d\ndef a():\n@\n  pass\nasync def b():\n@\n  pass\nclass C:\n@\n  x = 1", [["a"], ["b"], ["C"]]],
  "a.go": [
    "//",
    "package a\nfunc A() {\n@\n}\n~ doc\nfunc (t *T) B() {\n@\n}\ntype T struct {\n@\n}",
    [["A"], ["T.B"], ["T"]],
  ],
  "a.rs": [
    "//",
    "~/ doc\n#[derive(Debug)]\npub struct A {\n@\n}\nimpl A {\n@\n}\nfn b() {\n@\n}\ntrait T {\n@\n}\nmod m {\n@\n}",
    [["A"], ["A"], ["b"], ["T"], ["m"]],
  ],
  "A.java": ["//", "@X\npublic class A {\n@\n}\ninterface B {\n@\n}\nrecord C(int a) {\n@\n}", [["A"], ["B"], ["C"]]],
  "a.c": ["//", "static int *a(int x) {\n@\n}\nstruct B {\n@\nint x; };", [["a"], ["B"]]],
  "a.cpp": [
    "//",
    "template <class T> T a(T x) {\n@\n}\nnamespace n {\n@\n}\nint C::b() {\n@\n}\n#ifdef X\nint d() {\n@\n}\n#endif",
    [["a"], ["n"], ["C::b"], ["d"]],
  ],
  "A.cs": ["//", "[X]\npublic class A {\n@\n}\ninterface B {\n@\n}\nrecord R {\n@\n}", [["A"], ["B"], ["R"]]],
  "a.rb": ["#", "~ doc\ndef a\n@\nend\nmodule M\n@\nend\nclass C < D\n@\nend", [["a"], ["M"], ["C"]]],
  "a.php": ["//", "<?php\nfunction a() {\n@\n}\n#[X]\nfinal class B {\n@\n}\ntrait C {\n@\n}", [["a"], ["B"], ["C"]]],
  "a.swift": [
    "//",
    "func a() {\n@\n}\nclass B {\n@\n}\nextension C {\n@\n}\nprotocol D {\n@\n}",
    [["a"], ["B"], ["C"], ["D"]],
  ],
  "a.sh": ["#", "a() {\n@\n}\nfunction b {\n@\n}", [["a"], ["b"]]],
};

describe("each function and class is a chunk with its name", () => {
  for (const [name, [sign, sample, chunks]] of Object.entries(samples))
    test(name, async () => {
      const lines = Array.from(
        { length: 12 },
        (_, i) => `  ${sign} line ${i} of what is long enough to stand for itself`,
      );
      const { pieces } = await chunksOf(name, sample.replaceAll(/^@$/gm, lines.join("\n")).replaceAll("~", sign));
      expect(pieces.map(symbolsOf)).toEqual([...chunks]);
      expect(new Set(pieces.map(({ fields }) => fields?.contentType))).toEqual(new Set(["file_read"]));
    });

  test("there is a sample of each grammar", () => {
    const withGrammar = languages.filter(({ grammar }) => grammar !== null);
    for (const { endings } of withGrammar)
      expect(Object.keys(samples).some((name) => endings.some((ending) => name.endsWith(ending)))).toBeTrue();
  });
});
