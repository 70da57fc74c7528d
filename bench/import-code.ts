/** How fast source code and text in other encodings are imported by the binary: the sources of this project, repeated. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { builtBinary } from "../test/support/binary.ts";
import { encode } from "../test/support/encode.ts";
import { filesIn, newDatabase } from "../test/support/importing.ts";
import type { Figure } from "./figure.ts";
import { measure } from "./measure.ts";
import { spread, table } from "./table.ts";

const root = resolve(import.meta.dir, "..");
const rounds = 3;
const copies = 8;

export const importCode: Figure = {
  name: "import-code",
  title: "Importing source code, and text of other encodings",
  take: async (say) => {
    const lines: string[][] = [];
    for (const [name, files] of Object.entries(inputs())) {
      say(name);
      const folder = filesIn(files);
      const bytes = Object.values(files).reduce((sum, content) => sum + Buffer.byteLength(content), 0);
      const found = [];
      for (let round = 0; round < rounds; round++) {
        const command = [builtBinary, "import", folder, "--db", newDatabase(), "--json"];
        const { wallMs, peakMegabytes, stdout } = await measure({
          command,
          env: { HOME: folder, PATH: "/usr/bin:/bin" },
        });
        found.push({ rate: bytes / 1_000 / wallMs, peakMegabytes, chunks: JSON.parse(stdout).chunks_added });
      }
      const chunks = found[0]?.chunks.toLocaleString("en");
      const [rate, peak] = [found.map(({ rate }) => rate), found.map(({ peakMegabytes }) => peakMegabytes)];
      lines.push([name, (bytes / 1e6).toFixed(1), chunks, spread(rate, 1), spread(peak)]);
    }
    return table(["", "MB", "chunks", "MB/s, whole process", "peak MB"], lines);
  },
};

function inputs(): Record<string, Record<string, string | Uint8Array>> {
  const sources = [...new Bun.Glob("{src,test}/**/*.ts").scanSync({ cwd: root })].sort();
  const texts = sources.map((path) => readFileSync(resolve(root, path), "utf8"));
  const named = (ending: string, turn: (text: string) => string | Uint8Array): Record<string, string | Uint8Array> =>
    Object.fromEntries(
      texts.flatMap((text, i) =>
        // Each copy is another text, or it would be known by its id.
        Array.from({ length: copies }, (_, copy) => [`f${i}-${copy}${ending}`, turn(`// ${copy}\n${text}`)] as const),
      ),
    );
  const plain = (text: string): string => text.replaceAll(/[^\0-\x7f]/g, "e");
  return {
    "TypeScript, by function": named(".ts", (text) => text),
    "the same as SQL, by size": named(".sql", (text) => text),
    "the same as text": named(".txt", (text) => text),
    "the same in Windows-1252, converted": named(".txt", (text) =>
      encode("windows-1252", `${plain(text)}\nÀ déjà vu, très fête\n`),
    ),
    "the same in UTF-16, converted": named(".txt", (text) => encode("utf-16le", `\uFEFF${text}`)),
  };
}
