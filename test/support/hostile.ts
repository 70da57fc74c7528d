/** A folder full of traps for a program that reads its configuration or its modules from where it is started. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import manifest from "../../package.json" with { type: "json" };

export interface HostileFolder {
  readonly path: string;
  /** Which traps ran, one a line; empty when none did. */
  readonly sprung: () => string;
  readonly remove: () => void;
}

/** Every package that is in the binary, and names that Node's builtins go by. */
const modules = [
  ...Object.keys(manifest.dependencies),
  ...[
    "bun",
    "fs",
    "node:fs",
    "path",
    "util",
    "os",
    "url",
    "buffer",
    "process",
    "sqlite",
    "bun:sqlite",
    "string_decoder",
  ],
  ...["enrichd", "trap"],
];

export function hostileFolder(): HostileFolder {
  const path = mkdtempSync(join(tmpdir(), "enrichd hostile ü "));
  const marker = join(path, "sprung.txt");
  const trap = (name: string): string =>
    `require("node:fs").appendFileSync(${JSON.stringify(marker)}, ${JSON.stringify(`${name}\n`)}); console.log("sprung");`;
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  };
  write("trap.js", trap("preload"));
  write("bunfig.toml", 'preload = ["./trap.js"]\nlogLevel = "debug"\n[run]\npreload = ["./trap.js"]\n');
  const env =
    "ENRICHD_DB=./trap.db\nBRAINLAYER_DB=./trap.db\nNODE_ENV=test\nHOME=/nowhere\nNODE_OPTIONS=--require=./trap.js\n";
  for (const name of [".env", ".env.local", ".env.production", ".env.development"]) write(name, env);
  const entries = {
    main: "trap.js",
    exports: "./trap.js",
    imports: { "#*": "./trap.js" },
    browser: { fs: "./trap.js" },
  };
  write("package.json", JSON.stringify({ name: "enrichd", version: "6.6.6", type: "module", ...entries }));
  write("paths.js", trap("tsconfig paths"));
  write(
    "tsconfig.json",
    JSON.stringify({ compilerOptions: { paths: { zod: ["./paths.js"], "zod/*": ["./paths.js"] } } }),
  );
  write("enrichd.ts", trap("the source beside it"));
  write("src/main.ts", trap("the entry point"));
  for (const name of modules) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "6.6.6", main: "index.js" }));
    write(`node_modules/${name}/index.js`, trap(`node_modules/${name}`));
  }
  return {
    path,
    sprung: () => (existsSync(marker) ? readFileSync(marker, "utf8") : ""),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
