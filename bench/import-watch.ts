/** What `import --watch` costs over files that nobody writes to, and how soon a line that was added is in the database. */

import { Database } from "bun:sqlite";
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { builtBinary } from "../test/support/binary.ts";
import { cpuMsOf } from "../test/support/cpu.ts";
import { filesIn, newDatabase } from "../test/support/importing.ts";
import type { Figure } from "./figure.ts";
import { table } from "./table.ts";

const filesOf = [1, 500] as const;
const idleMs = 30_000;
const additions = 200;

export const importWatch: Figure = {
  name: "import-watch",
  title: "Watching growing files",
  take: async (say) => {
    const lines: string[][] = [];
    for (const files of filesOf) {
      say(`${files} files`);
      lines.push([`${files}`, ...(await watched(files))]);
    }
    const head = ["files", `CPU over ${idleMs / 1_000} s, % of a core`, "line added to row, p50 ms", "p95", "longest"];
    return table(head, lines);
  },
};

const line = (text: string): string => `${JSON.stringify({ text })}\n`;
const nameOf = (n: number): string => `${n % 20}/f${n}.jsonl`;

async function watched(files: number): Promise<string[]> {
  const names = Array.from({ length: files }, (_, n) => nameOf(n));
  const [root, db] = [filesIn(Object.fromEntries(names.map((name) => [name, line(name)]))), newDatabase()];
  const command = [builtBinary, "import", "--watch", root, "--db", db];
  const child = Bun.spawn(command, {
    env: { HOME: root, PATH: "/usr/bin:/bin" },
    stdio: ["ignore", "ignore", "ignore"],
  });
  try {
    while (!existsSync(db)) await Bun.sleep(20);
    await Bun.sleep(5_000);
    const before = cpuMsOf(child.pid);
    await Bun.sleep(idleMs);
    const share = ((cpuMsOf(child.pid) - before) / idleMs) * 100;
    const counted = new Database(db, { readonly: true }).query<{ n: number }, []>("SELECT count(*) AS n FROM chunks");
    const rows = (): number => counted.get()?.n ?? 0;
    const tookMs: number[] = [];
    for (let i = 0; i < additions; i++) {
      // At no fixed moment of the second in which it looks.
      await Bun.sleep((i * 37) % 120);
      const [known, startedMs] = [rows(), performance.now()];
      appendFileSync(join(root, nameOf(i % files)), line(`new ${i}`));
      while (rows() === known) await Bun.sleep(1);
      tookMs.push(performance.now() - startedMs);
    }
    const sorted = tookMs.toSorted((a, b) => a - b);
    const at = (part: number): string => (sorted[Math.ceil(sorted.length * part) - 1] ?? 0).toFixed(0);
    return [share.toFixed(2), at(0.5), at(0.95), at(1)];
  } finally {
    child.kill();
    await child.exited;
  }
}
