import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { enrichmentSchema } from "../../src/core/enrichment.ts";
import { alone } from "../support/alone.ts";
import { jsonLines } from "../support/json-lines.ts";
import { startLlama } from "../support/llama-server.ts";
import { startMlx } from "../support/mlx-server.ts";
import type { RealServer } from "../support/server-process.ts";

/** Newton's queries on light: real text, one chunk each. */
const text = join(import.meta.dir, "../../src/cli/demo/opticks.md");
const fields = Object.keys(enrichmentSchema.shape);
/** Alone on two cores it takes some four minutes; a busy machine may take its time. */
const minutesMs = 900_000;

let llama: RealServer;
beforeAll(async () => {
  llama = await startLlama({ parallel: 4, context: 16_384 });
}, minutesMs);
afterAll(() => llama.stop());

test(
  "a real llama-server describes 20 real chunks, and has read more than half of each prompt before",
  async () => {
    const box = alone();
    await box.run("import", text);
    // The gate sends nearly every answer of so small a model back, which would take as long again; it has its own tests.
    const { code, out, err } = await box.run("run", "--url", llama.url, "--max", "20", "--json", "--quality", "off");
    expect([0, 3]).toContain(code);
    const events = jsonLines(out);
    const enriched = events.filter(({ event }) => event === "chunk.enriched");
    // A model of 135 million parameters may fail a chunk for good; not more than one in twenty.
    expect(enriched.length).toBeGreaterThanOrEqual(19);
    for (const { backend, model, tokens_in, tokens_out, duration_ms } of enriched) {
      expect(backend).toBe("openai");
      expect(String(model)).toMatch(/smollm2/i);
      for (const number of [tokens_in, tokens_out, duration_ms]) expect(number).toBeGreaterThan(0);
    }
    const { tokens_in, tokens_cached, exit_code } = events.at(-1) ?? {};
    expect(exit_code).toBe(code);
    expect(Number(tokens_cached) / Number(tokens_in)).toBeGreaterThan(0.5);
    expect(err).toContain("cached");

    const exported = (await box.run("export")).out.trim().split("\n");
    expect(exported).toHaveLength(enriched.length);
    for (const line of exported) {
      const row = JSON.parse(line);
      const enrichment = Object.fromEntries(fields.map((field) => [field, row[field]]));
      expect(enrichmentSchema.safeParse(enrichment)).toMatchObject({ success: true });
    }
  },
  minutesMs,
);

test(
  "a real mlx_lm.server: many chunks, and after kill -9 in the middle the run waits for the next server and ends its work",
  async () => {
    const first = await startMlx({ words: 200 });
    const box = alone();
    await box.run("import", text);
    const child = box.start("run", "--url", first.url, "--parallel", "2", "--json");
    let out = "";
    let second: RealServer | null = null;
    for await (const bytes of child.stdout) {
      out += new TextDecoder().decode(bytes);
      if (second === null && out.includes("chunk.enriched")) {
        await first.stop();
        second = await startMlx({ port: first.port });
      }
    }
    expect(await child.exited).toBe(0);
    await second?.stop();
    const events = jsonLines(out);
    expect(events.some(({ event, kind }) => event === "chunk.failed" && kind === "unreachable")).toBeTrue();
    expect(events.at(-1)).toMatchObject({ event: "run.finished", reason: "finished", quarantined: 0, remaining: 0 });
  },
  minutesMs,
);
