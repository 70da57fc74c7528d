/**
 * The grammars and the parser that runs them: WebAssembly, which the binary carries and which is loaded at the first
 * file of a language. It reads those embedded files and nothing else.
 */

import cWasm from "@repomix/tree-sitter-wasms/out/tree-sitter-c.wasm" with { type: "file" };
import swiftWasm from "@repomix/tree-sitter-wasms/out/tree-sitter-swift.wasm" with { type: "file" };
import bashWasm from "@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm" with { type: "file" };
import csharpWasm from "@vscode/tree-sitter-wasm/wasm/tree-sitter-c-sharp.wasm" with { type: "file" };
import cppWasm from "@vscode/tree-sitter-wasm/wasm/tree-sitter-cpp.wasm" with { type: "file" };
import goWasm from "@vscode/tree-sitter-wasm/wasm/tree-sitter-go.wasm" with { type: "file" };
import javaWasm from "@vscode/tree-sitter-wasm/wasm/tree-sitter-java.wasm" with { type: "file" };
import javascriptWasm from "@vscode/tree-sitter-wasm/wasm/tree-sitter-javascript.wasm" with { type: "file" };
import phpWasm from "@vscode/tree-sitter-wasm/wasm/tree-sitter-php.wasm" with { type: "file" };
import pythonWasm from "@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm" with { type: "file" };
import rubyWasm from "@vscode/tree-sitter-wasm/wasm/tree-sitter-ruby.wasm" with { type: "file" };
import rustWasm from "@vscode/tree-sitter-wasm/wasm/tree-sitter-rust.wasm" with { type: "file" };
import tsxWasm from "@vscode/tree-sitter-wasm/wasm/tree-sitter-tsx.wasm" with { type: "file" };
import typescriptWasm from "@vscode/tree-sitter-wasm/wasm/tree-sitter-typescript.wasm" with { type: "file" };
import type { Parser } from "web-tree-sitter";
import runtimeWasm from "web-tree-sitter/web-tree-sitter.wasm" with { type: "file" };

const files = {
  typescript: typescriptWasm,
  tsx: tsxWasm,
  javascript: javascriptWasm,
  python: pythonWasm,
  go: goWasm,
  rust: rustWasm,
  java: javaWasm,
  c: cWasm,
  cpp: cppWasm,
  csharp: csharpWasm,
  ruby: rubyWasm,
  php: phpWasm,
  swift: swiftWasm,
  bash: bashWasm,
} as const satisfies Readonly<Record<string, string>>;

export type GrammarName = keyof typeof files;

const parsers = new Map<GrammarName, Promise<Parser>>();
let runtime: Promise<void> | null = null;

/** The same one each time: making it takes from 5 to 60 ms. */
export function parserFor(name: GrammarName): Promise<Parser> {
  const known = parsers.get(name);
  if (known !== undefined) return known;
  const made = makeParser(files[name]);
  parsers.set(name, made);
  return made;
}

async function makeParser(path: string): Promise<Parser> {
  // Not at the top: who imports notes pays nothing for this.
  const { Language, Parser } = await import("web-tree-sitter");
  runtime ??= bytesOf(runtimeWasm).then((wasmBinary) => Parser.init({ wasmBinary }));
  await runtime;
  const parser = new Parser();
  parser.setLanguage(await Language.load(await bytesOf(path)));
  return parser;
}

/** In the binary they are compressed (build.ts): a tenth of 24 MB. */
async function bytesOf(path: string): Promise<Uint8Array> {
  const bytes = await Bun.file(path).bytes();
  const isCompressed = bytes[0] === 0x28 && bytes[1] === 0xb5;
  return isCompressed ? Bun.zstdDecompress(bytes) : bytes;
}
