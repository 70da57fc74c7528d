import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { convertInto } from "../../src/import/convert.ts";
import { createLineReader } from "../../src/import/lines.ts";
import { encode } from "../support/encode.ts";

interface Found {
  /** "binary" where it is no text. */
  readonly as: string | null;
  readonly lines: readonly string[];
}

function convert(bytes: Uint8Array, blockBytes: number, isGuess = false): Found {
  const lines: string[] = [];
  const reader = createLineReader(
    { bytesMax: 65_536, over: "cut" },
    { line: ({ text }) => lines.push(text), broken: (number, reason) => lines.push(`!${number} ${reason}`) },
  );
  const conversion = convertInto(reader, isGuess);
  let isText = true;
  for (let at = 0; at < bytes.length && isText; at += blockBytes) {
    // A copy, and the same memory again for each block, as a reader of files has it.
    const block = Uint8Array.from(bytes.subarray(at, at + blockBytes));
    isText = conversion.write(block);
    block.fill(0xff);
  }
  isText = conversion.flush() && isText;
  if (isText) reader.end();
  return isText ? { as: conversion.label(), lines } : { as: "binary", lines: [] };
}

const russian = "Привет, как дела? Это небольшой текст на русском языке, для проверки.";
const japanese = "これは日本語の文章です。漢字とひらがなとカタカナがあります。";
const texts: readonly (readonly [label: string, text: string])[] = [
  ["windows-1252", "# Menu\n\ncafé\n"],
  ["windows-1252", "name,city\nJosé,Málaga\nBjörn,Göteborg\n"],
  ["windows-1252", "25 °C, 10 µm, © 2001\n"],
  ["windows-1252", "int x; // Straße\r\n"],
  ["windows-1252", "He said “hello” – and left…\n"],
  ["windows-1252", "Die Straße führt über die Brücke; schöne Grüße aus Köln.\nL’été à Noël.\n"],
  ["windows-1250", "Zażółć gęślą jaźń. Ósma godzina, święta są już za chwilę, łódź płynie.\n"],
  ["windows-1251", `${russian}\n`],
  ["koi8-r", `${russian}\n${russian}\n`],
  ["iso-8859-5", `${russian}\n`],
  ["windows-1254", "İstanbul'da güneşli bir gün, çocuklar bahçede oynuyor şimdi.\n"],
  ["shift_jis", `${japanese}\n`],
  ["euc-jp", `${japanese}\n`],
  ["gb18030", "这是一个中文文本，用来测试编码的识别。今天天气很好。\n"],
  ["big5", "這是一個中文文本，用來測試編碼的識別。今天天氣很好。\n"],
  ["euc-kr", "이것은 한국어 텍스트입니다. 인코딩을 테스트합니다.\n"],
  ["utf-16le", `\uFEFFhello wörld\r\n${russian}\n😀\n`],
  ["utf-16be", `\uFEFFhello wörld\n${russian}\n😀\n`],
  ["utf-16le", "Plain words, as some programs on Windows write them without a mark.\n"],
];

const linesOf = (text: string): string[] =>
  text
    .replace(/^\uFEFF/, "")
    .replace(/\r?\n$/, "")
    .split(/\r?\n/);

describe("a text of one encoding comes in right, wherever it is cut", () => {
  for (const [label, text] of texts)
    test(`${label}: ${text.trim().replaceAll("\n", " ").slice(0, 30)}`, () => {
      for (const block of [1, 2, 3, 7, 1_000])
        expect(convert(encode(label, text), block)).toEqual({ as: label, lines: linesOf(text) });
    });

  test("also where it is plain ASCII for long", () => {
    for (const [label, text] of texts.filter(([label]) => !label.startsWith("utf")))
      for (const before of [1_020, 1_023, 1_024, 1_025, 70_000]) {
        const all = "plain words and more, on and on\n".repeat(3_000).slice(-before) + text;
        const found = [1_000, 131_072].map((block) => convert(encode(label, all), block));
        expect(found[0]).toEqual({ as: label, lines: linesOf(all) });
        expect(found[1]).toEqual(found[0] ?? { as: null, lines: [] });
      }
  });

  test("the Japanese of mail", () => {
    const mail = Buffer.from("1b2442244f244a244c1b28420a68656c6c6f0a", "hex");
    for (const block of [1, 3, 100])
      expect(convert(mail, block)).toEqual({ as: "iso-2022-jp", lines: ["はなぬ", "hello"] });
  });

  test("any text in UTF-16", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), fc.integer({ min: 1, max: 9 }), (text, block) => {
        fc.pre(text.trim() !== "" && !/[\0\r]/.test(text));
        const lines = linesOf(`\uFEFF${text}`);
        if (lines.at(-1) === "") lines.pop();
        for (const label of ["utf-16le", "utf-16be"])
          expect(convert(encode(label, `\uFEFF${text}`), block)).toEqual({ as: label, lines });
      }),
      { numRuns: 200 },
    );
  });

  test("any bytes: the size of the blocks changes nothing", () => {
    const part = fc.oneof(
      fc.constantFrom("plain\n", "\n", "é", "naïve ", "\0", "x".repeat(1_024)).map((text) => Buffer.from(text)),
      fc.constantFrom("café ", "à", "“”\n").map((text) => encode("windows-1252", text)),
      fc.uint8Array({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 30 }),
        fc.integer({ min: 1, max: 900 }),
        fc.boolean(),
        (parts, n, guess) => {
          const all = Buffer.concat(parts);
          expect(convert(all, n, guess)).toEqual(convert(all, 1e6, guess));
        },
      ),
      { numRuns: 500 },
    );
  });
});

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const noise = Buffer.from(Array.from({ length: 3_000 }, (_, i) => Bun.hash.crc32(`${i}`) & 0xff));

describe("what is UTF-8 but for a line loses that line", () => {
  const rows: readonly (readonly [string, Buffer, string[]])[] = [
    [
      "a byte that is no word's",
      latin1("# A\n\ngood\n\xff\nmore\n"),
      ["# A", "", "good", "!4 not valid UTF-8", "more"],
    ],
    ["half a character", latin1("a\nb\xe2\x82\nc\n"), ["a", "!2 not valid UTF-8", "c"]],
    ["a capital inside a word", latin1("a\nb\xc3\nc\n"), ["a", "!2 not valid UTF-8", "c"]],
    [
      "a line of Latin-1 among UTF-8",
      Buffer.concat([Buffer.from("été à Noël, garçon\n"), latin1("caf\xe9\n"), Buffer.from("où\n")]),
      ["été à Noël, garçon", "!2 not valid UTF-8", "où"],
    ],
    ["a NUL", latin1("one\ntwo\0\nthree\n"), ["one", "!2 a NUL byte", "three"]],
    [
      "zeros at the end, after a power cut",
      latin1(`${"words and more\n".repeat(100)}${"\0".repeat(100)}\nagain\n`),
      [...Array<string>(100).fill("words and more"), "!101 a NUL byte", "again"],
    ],
  ];
  for (const [name, bytes, lines] of rows)
    test(name, () => {
      for (const block of [1, 5, 10_000]) expect(convert(bytes, block)).toEqual({ as: null, lines });
    });

  test("a line of UTF-8 in a text of Latin-1 is read as what it is", () => {
    const bytes = Buffer.concat([latin1("caf\xe9 cr\xe8me\nd\xe9j\xe0 vu, tr\xe8s f\xeate\n"), Buffer.from("naïve\n")]);
    expect(convert(bytes, 10)).toEqual({
      as: "windows-1252",
      lines: ["café crème", "déjà vu, très fête", "naïve"],
    });
  });
});

describe("what is no text is told from it", () => {
  const binaries: readonly (readonly [string, Buffer])[] = [
    ["a picture", Buffer.concat([latin1("\x89PNG\r\n\x1a\n"), noise])],
    ["a PDF, which starts as a text does", latin1(`%PDF-1.7\n${"1 0 obj <<>> endobj\n".repeat(200)}`)],
    ["noise", noise],
    ["compressed", Buffer.from(Bun.gzipSync(new Uint8Array(noise)))],
    ["a program", Buffer.concat([latin1("\x7fELF\x02\x01\x01\0"), noise])],
    ["zeros", Buffer.alloc(10_000)],
    ["UTF-32", Buffer.from("fffe0000410000000a000000", "hex")],
  ];
  for (const [name, bytes] of binaries)
    test(name, () => {
      for (const block of [1, 100, 10_000]) expect(convert(bytes, block).as).toBe("binary");
    });

  test("a file whose ending says nothing is one at the first NUL", () => {
    const bytes = latin1("one\ntwo\0\nthree\n");
    expect([convert(bytes, 5, true).as, convert(bytes, 5, false).as]).toEqual(["binary", null]);
    expect(convert(latin1("caf\xe9\n"), 5, true).as).toBe("windows-1252");
    expect(convert(latin1("\xff\n"), 5, true).as).toBe("binary");
  });
});
