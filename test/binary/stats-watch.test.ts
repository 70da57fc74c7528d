import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { alone } from "../support/alone.ts";
import { newTarget, rowsOf } from "../support/target.ts";

/** The lines of a stream as they come. */
async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}

test("stats --watch tells what has changed, and ends with the signal", async () => {
  const db = newTarget(rowsOf(3));
  const child = alone().start("stats", "--db", db, "--watch", "--json");
  const lines = linesOf(child.stdout);
  const next = async (): Promise<{ total_chunks: number }> => JSON.parse((await lines.next()).value ?? "");
  expect((await next()).total_chunks).toBe(3);
  const file = new Database(db);
  file.run("DELETE FROM chunks WHERE id = 'chunk-0'");
  file.close();
  expect((await next()).total_chunks).toBe(2);
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
});

test("stats --watch ends quietly when nobody reads any more", async () => {
  const box = alone();
  const script = `'${box.path("enrichd")}' stats --db '${newTarget(rowsOf(3))}' --watch --json | head -n 1 | wc -l`;
  const child = Bun.spawn(["/bin/bash", "-o", "pipefail", "-c", script], { stdout: "pipe", stderr: "pipe" });
  const said = await Promise.all([child.exited, child.stdout.text(), child.stderr.text()]);
  expect([said[0], said[1].trim(), said[2]]).toEqual([0, "1", ""]);
});
