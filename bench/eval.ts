/** Prompts and backends against what people wrote: `enrichd eval` on the small real model, and on the backend without one. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promptNames } from "../src/pipeline/prompts.ts";
import { temporaryFolder } from "../test/support/folder.ts";
import { startLlama } from "../test/support/llama-server.ts";
import { pairsByPeople } from "./eval-pairs.ts";
import type { Figure } from "./figure.ts";
import { binary, env } from "./runners.ts";

const wanted = { max: 12, seed: 1, chars: 500 } as const;
const parallel = 2;

export const evaluation: Figure = {
  name: "eval",
  title: `Prompts: SmolLM2-135M in llama.cpp's server and lexical, ${wanted.max} texts that people described`,
  take: async (say) => {
    const pairs = join(temporaryFolder(), "pairs.jsonl");
    writeFileSync(
      pairs,
      pairsByPeople(wanted)
        .map((pair) => `${JSON.stringify(pair)}\n`)
        .join(""),
    );
    // Each prompt is asked to its end, so that its instructions stay in the server's cache as in a run.
    const server = await startLlama({ parallel });
    try {
      const prompts = promptNames.flatMap((name) => ["--prompt", name]);
      const backends = ["--backend", "openai", "--backend", "lexical"];
      const command = [binary, "eval", "--pairs", pairs, "--url", server.url, ...backends, ...prompts];
      // What the gate sends back is measured by the gate's own figure, and would double the time of this one.
      command.push("--parallel", `${parallel}`, "--quality", "off");
      say(`${promptNames.length} prompts and lexical, ${wanted.max} texts each`);
      const child = Bun.spawn(command, { env, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
      const out = await child.stdout.text();
      if ((await child.exited) !== 0) throw new Error(`enrichd eval ended with ${child.exitCode}:\n${out}`);
      const words = [
        "Texts and summaries: this repository's commits, packages of npm and PyPI, pages and comments of documentation",
        `(bench/eval-pairs.ts, seed ${wanted.seed}); a summary that stands in its text was taken out of it. ${parallel}`,
        "texts at a time, so that each takes longer than it does alone; nothing was sent back for its quality.",
      ];
      return `${out.trimEnd()}\n\n${words.join("\n")}`;
    } finally {
      await server.stop();
    }
  },
};
