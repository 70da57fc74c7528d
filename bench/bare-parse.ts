/** Parses each line of a file as JSON, or the whole where it is one value, and does nothing else: what any importer has to pay. */

import { readFileSync } from "node:fs";

const [path = ""] = process.argv.slice(2);
if (path.endsWith(".json")) JSON.parse(readFileSync(path, "utf8"));
else {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const block of Bun.file(path).stream()) {
    const lines = (rest + decoder.decode(block, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) JSON.parse(line);
  }
}
