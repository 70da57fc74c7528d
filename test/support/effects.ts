/** Where each effect has its home in src, as rules with the code that breaks them. It decides nothing about imports of ours. */

import { codeHome, packageHome, type Rule, writeHome } from "./rules.ts";

const clock =
  /\b(Date\.now|performance\.now|Math\.random|Bun\.(sleep|sleepSync|nanoseconds)|AbortSignal\.timeout|process\.(hrtime|uptime))\b|\bnew Date\(\s*\)|(?<![.\w$])(setTimeout|setInterval)\b|\brandom(UUID|Bytes|Int)\b|\bgetRandomValues\b/;
const network = /(?<![.\w$])(fetch\s*[(,);]|WebSocket\b|EventSource\b)|\b(globalThis\.fetch|Bun\.(fetch|connect))\b/;
const terminal = /(?<![.\w$])console\b|\bprocess\.std(out|err|in)\b|\bBun\.std(out|err|in)\b/;

export const effects: readonly Rule[] = [
  {
    name: "SQLite has one door",
    check: packageHome(/^bun:sqlite$|sqlite/, ["store/database.ts"], ["store/"]),
    breaks: [
      ["src/store/a.ts", 'import { Database } from "bun:sqlite";'],
      ["src/run/a.ts", 'import type { Database } from "bun:sqlite";'],
    ],
    keeps: [["src/store/a.ts", 'import type { Database } from "bun:sqlite";']],
  },
  {
    name: "the network is spoken to in backends/",
    check: codeHome(network, ["backends/"]),
    breaks: [
      ["src/run/a.ts", "await fetch(url);"],
      ["src/run/a.ts", "ask({ send: globalThis.fetch });"],
    ],
    keeps: [["src/run/a.ts", "Bun.serve({ fetch: app.fetch }); // fetch(url)"]],
  },
  {
    name: "network packages are imported in backends/",
    check: packageHome(/^(node:)?(https?|http2|net|tls|dgram)$/, ["backends/"]),
    breaks: [["src/run/a.ts", 'import { connect } from "node:net";']],
    keeps: [["src/backends/a.ts", 'import { connect } from "node:net";']],
  },
  {
    name: "servers listen in page/",
    check: codeHome(/\bBun\.(serve|listen)\b/, ["page/"]),
    breaks: [["src/run/a.ts", "Bun.serve({});"]],
    keeps: [["src/page/a.ts", "Bun.serve({});"]],
  },
  {
    name: "children are started in supervisor/child.ts",
    check: codeHome(/\bBun\.(spawn|spawnSync|\$)/, ["supervisor/child.ts"]),
    breaks: [
      ["src/supervisor/a.ts", "Bun.spawn([]);"],
      ["src/run/a.ts", "const s = Bun.spawnSync;"],
    ],
    keeps: [["src/supervisor/child.ts", "Bun.spawn([]);"]],
  },
  {
    name: "a second thread is started for a count, and for a check that cannot be interrupted",
    check: codeHome(/\bnew Worker\b/, ["store/target/assistant.ts", "store/quick-check.ts"]),
    breaks: [["src/pipeline/a.ts", "new Worker(url);"]],
    keeps: [["src/store/target/assistant.ts", "new Worker(url);"]],
  },
  {
    name: "no other way to a child, and none to Bun's functions under other names",
    check: packageHome(/^((node:)?(child_process|cluster|worker_threads)|bun)$/, ["supervisor/child.ts"], ["*"]),
    breaks: [
      ["src/run/a.ts", 'import { $ } from "bun";'],
      ["src/run/a.ts", 'import { fork } from "child_process";'],
    ],
    keeps: [
      ["src/supervisor/child.ts", 'import { spawn } from "node:child_process";'],
      ["src/page/a.ts", 'import type { Server } from "bun";'],
    ],
  },
  {
    name: "signals are heard in run/shutdown.ts",
    check: codeHome(/\bprocess\.(on|once|addListener|prependListener)\(/, ["run/shutdown.ts"]),
    breaks: [["src/run/a.ts", 'process.on("SIGINT", stop);']],
    keeps: [["src/run/a.ts", 'process.stdout.on("error", stop);']],
  },
  {
    name: "signals are sent, and the process ended, in few places",
    check: codeHome(/\bprocess\.(exit|kill|abort)\(/, [
      "run/shutdown.ts",
      "run/process.ts",
      "supervisor/",
      "cli/",
      "main.ts",
    ]),
    breaks: [["src/pipeline/a.ts", "process.exit(1);"]],
    keeps: [["src/pipeline/a.ts", "child.process.exited(1);"]],
  },
  {
    name: "the environment and arguments are read in cli/ and handed in",
    check: codeHome(/\b(process\.(env|argv)|Bun\.(env|argv)|import\.meta\.env)\b/, [
      "cli/",
      "main.ts",
      "supervisor/child.ts",
      "backends/openai.ts",
    ]),
    breaks: [["src/store/a.ts", 'process.env["HOME"];']],
    keeps: [["src/store/a.ts", 'const hint = "process.env";']],
  },
  {
    name: "the terminal is written to in run/report, run/output and cli/",
    check: codeHome(terminal, ["run/report.ts", "run/output.ts", "cli/"]),
    breaks: [
      ["src/run/a.ts", 'console.error("x");'],
      ["src/store/a.ts", 'process.stdout.write("x");'],
    ],
    keeps: [["src/run/a.ts", "const consoleWidth = /console.log/.source;"]],
  },
  {
    name: "consola and citty stay where the terminal is",
    check: packageHome(/^(consola|citty)(\/|$)/, ["run/report.ts", "run/output.ts", "cli/", "main.ts"]),
    breaks: [["src/pipeline/a.ts", 'import { consola } from "consola/basic";']],
    keeps: [["src/cli/a.ts", 'import { defineCommand } from "citty";']],
  },
  {
    name: "clock and dice are core/clock.ts's, and handed in",
    check: codeHome(clock, ["core/clock.ts"]),
    breaks: [
      ["src/run/a.ts", "const now = Date.now();"],
      ["src/run/a.ts", "const now = new Date();"],
      ["src/run/a.ts", "setTimeout(stop, 10);"],
      ["src/run/a.ts", "const key = crypto.randomUUID();"],
      ["src/run/a.ts", "const at = `${Date.now()}`;"],
    ],
    keeps: [["src/run/a.ts", "new Date(wallMs).toISOString(); clock.setTimeout(stop);"]],
  },
  {
    name: "timers come from no package",
    check: packageHome(/^(node:)?(timers|perf_hooks)(\/promises)?$/, ["core/clock.ts"]),
    breaks: [["src/run/a.ts", 'import { setTimeout } from "node:timers/promises";']],
    keeps: [],
  },
  {
    name: "files are changed in store/, in cli/ (output, the demo's folder) and by what keeps supervised children",
    check: writeHome(["store/", "cli/", "supervisor/child.ts", "supervisor/log.ts"]),
    breaks: [
      ["src/run/a.ts", 'import { existsSync, mkdirSync } from "node:fs";'],
      ["src/run/a.ts", 'import * as fs from "node:fs/promises";'],
      ["src/run/a.ts", 'import fs from "fs";'],
    ],
    keeps: [["src/run/a.ts", 'import { existsSync, readFileSync } from "node:fs";']],
  },
  {
    name: "files are written by Bun in the same places",
    check: codeHome(/\bBun\.write\b|\.writer\(/, ["store/", "cli/", "supervisor/child.ts"]),
    breaks: [["src/export/a.ts", "await Bun.write(path, text);"]],
    keeps: [["src/export/a.ts", "await write(text);"]],
  },
];
