/** A real llama-server that is stopped, continued, and started anew on its port while we work: `bun run long-test`. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import type { RunEvent } from "../../src/core/event.ts";
import { alone } from "../support/alone.ts";
import { startLlama } from "../support/llama-server.ts";

/** Newton's queries on light: real text, one chunk each. */
const text = join(import.meta.dir, "../../src/cli/demo/opticks.md");
const max = 5;
/** Each takes ten seconds on two cores, and a minute where others use them. */
const minutesMs = 1_200_000;
/** Short of what a stopped server is waited for, and beyond it. */
const limits = ["--first-token-timeout", "60s", "--stall-timeout", "15s", "--breaker-pause", "1s"];

type Told = RunEvent & { readonly at: string };

test(
  "stopped for 3 s, stopped for 25 s, killed and started anew: every chunk ends where it should",
  async () => {
    let server = await startLlama({ parallel: 2, threads: 2 });
    const box = alone();
    await box.run("import", text);
    const child = box.start("run", "--url", server.url, "--parallel", "2", "--max", `${max}`, "--json", ...limits);
    const steps = [
      async () => stopFor(server.pid, 3_000),
      async () => stopFor(server.pid, 25_000),
      async () => {
        const { port } = server;
        await server.stop();
        await Bun.sleep(3_000);
        server = await startLlama({ port, parallel: 2, threads: 2 });
      },
    ];
    const events: Told[] = [];
    let [rest, done] = ["", 0];
    let step = Promise.resolve();
    for await (const bytes of child.stdout) {
      const lines = (rest + new TextDecoder().decode(bytes)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) events.push(JSON.parse(line));
      const enriched = events.filter(({ event }) => event === "chunk.enriched").length;
      // After each of the first three answers.
      if (done < steps.length && enriched > done) step = step.then(steps[done++]);
    }
    await step;
    expect([0, 3]).toContain(await child.exited);
    const { counts } = JSON.parse((await box.run("stats", "--json")).out);
    expect(counts.enriched + counts.quarantined).toBe(max);
    // A model of 135 million parameters may fail a chunk for good by itself.
    expect(counts.enriched).toBeGreaterThanOrEqual(max - 1);
    const failures = events.filter((event) => event.event === "chunk.failed");
    console.log(
      JSON.stringify({ counts, failures: failures.map((one) => [one.event === "chunk.failed" && one.kind, one.at]) }),
    );
    await server.stop();
  },
  minutesMs,
);

async function stopFor(pid: number, ms: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  await Bun.sleep(ms);
  process.kill(pid, "SIGCONT");
}
