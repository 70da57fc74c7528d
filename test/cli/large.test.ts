import { expect, test } from "bun:test";
import { join } from "node:path";
import { newDatabase } from "../support/importing.ts";
import { peakOf } from "../support/memory.ts";

/** `ENRICHD_TEST_LARGE_MB=2000 bun test test/cli/large.test.ts` is the file that is larger than it should ever be. */
const megabytes = Number(process.env["ENRICHD_TEST_LARGE_MB"] ?? 80);
const residentMax = 145 * 2 ** 20;
const main = join(import.meta.dir, "../../src/main.ts");

function* lines(format: string): Generator<string> {
  let made = 0;
  for (let bytes = 0; bytes < megabytes * 1e6; made++) {
    const words = `Paragraph ${made} of a text that does not end, and says ${made * 7919} in its own way. `.repeat(12);
    const line = format === "jsonl" ? `${JSON.stringify({ id: made, text: words })}\n` : `## ${made}\n\n${words}\n\n`;
    bytes += line.length;
    yield line;
  }
}

for (const format of ["jsonl", "markdown"])
  test(`${megabytes} MB of ${format} go in, and come out again, in bounded memory`, async () => {
    const db = newDatabase();
    const options = { stdout: "pipe", stderr: "inherit" } as const;
    const args = ["import", "-", "--format", format, "--db", db, "--json"];
    const importing = Bun.spawn([process.execPath, main, ...args], { ...options, stdin: "pipe", stderr: "ignore" });
    const importPeak = peakOf(importing);
    let made = 0;
    let block = "";
    for (const line of lines(format)) {
      made++;
      block += line;
      if (block.length < 2 ** 20) continue;
      importing.stdin.write(block);
      await importing.stdin.flush();
      importPeak.look();
      block = "";
    }
    importing.stdin.write(block);
    importing.stdin.end();
    expect(await importing.stdout.json()).toMatchObject({ chunks_added: made, problems_total: 0 });
    await importing.exited;
    expect(importPeak.bytes()).toBeLessThan(residentMax);

    const exporting = Bun.spawn([process.execPath, main, "export", "--all", "--db", db], options);
    const exportPeak = peakOf(exporting);
    let newlines = 0;
    for await (const bytes of exporting.stdout) {
      for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) newlines++;
      exportPeak.look();
    }
    expect(newlines).toBe(made);
    await exporting.exited;
    expect(exportPeak.bytes()).toBeLessThan(residentMax);
  }, 600_000);
