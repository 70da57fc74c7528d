/** The packages that a text imports or installs; what a language brings itself is none. Pure. */

/** One name in the first group; lines are bounded by whoever reads them. */
const scripted: readonly RegExp[] = [
  /\bfrom ["']([^"'\s]{1,120})["']/g,
  /\b(?:require|import)\(["']([^"'\s]{1,120})["']\)/g,
  /^\s*import ["']([^"'\s]{1,120})["']/g,
];
const installed =
  /\b(?:npm (?:i|install|add)|pnpm add|yarn add|bun (?:add|i|install)|pip3? install|uv (?:add|pip install)|pipx install|cargo (?:add|install)|brew install|gem install|go get|apt(?:-get)? install)((?: +(?:-[-\w=]+|[@\w][\w@/.:~^[\]+-]*))+)/g;
const started = /\b(?:npx|bunx|uvx|pnpm dlx)(?: -{1,2}\w+){0,3} ([@\w][\w@/.-]{1,80})/g;
/** Names that examples use where a real one would stand. */
const placeholder = /^(?:foo|bar|baz|qux|example|my-.*|some-.*|your-.*|package|module|lib|x|y|add|install)$/i;
const pinned = /^([a-zA-Z][\w.-]{1,60})(?:\[[\w,]{1,40}\])?(?:==|>=|~=|<=)\d/;
const manifest = /^\s*"((?:@[a-z\d][\w.-]*\/)?[a-z][\w.-]{1,60})": "[~^>=<]{0,2}\d[\w.+-]*",?$/;

const pythonOwn = new Set(
  (
    "abc argparse array ast asyncio atexit base64 bisect builtins calendar collections concurrent configparser contextlib copy csv ctypes " +
    "dataclasses datetime decimal difflib email enum errno fcntl fnmatch fractions functools gc getpass glob gzip hashlib heapq hmac html http " +
    "importlib inspect io ipaddress itertools json logging math mimetypes multiprocessing operator os pathlib pickle platform plistlib pprint " +
    "queue random re secrets select shlex shutil signal site socket socketserver sqlite3 ssl stat statistics string struct subprocess sys " +
    "sysconfig tarfile tempfile textwrap threading time timeit tkinter tokenize tomllib traceback types typing unicodedata unittest urllib uuid " +
    "warnings weakref xml zipfile zlib zoneinfo __future__"
  ).split(" "),
);
const scriptOwn = new Set(
  "assert buffer child_process cluster console constants crypto dgram dns events fs http http2 https module net os path perf_hooks process punycode querystring readline repl stream string_decoder timers tls tty url util v8 vm worker_threads zlib bun".split(
    " ",
  ),
);

export function dependenciesIn(lines: readonly string[], languageTag: string): readonly string[] {
  const found = new Set<string>();
  const add = (name: string | null | undefined): void => {
    if (name !== null && name !== undefined && found.size < 60 && !placeholder.test(name)) found.add(name);
  };
  for (const raw of lines) {
    const line = raw.replace(/^[+-](?=[\w#])/, "");
    for (const pattern of scripted) for (const [, name] of line.matchAll(pattern)) add(scriptPackage(name));
    for (const [, names] of line.matchAll(installed)) for (const name of installedNames(names ?? "")) add(name);
    for (const [, name] of line.matchAll(started)) for (const one of installedNames(name ?? "")) add(one);
    add(pinned.exec(line)?.[1]);
    add(manifest.exec(line)?.[1]);
    for (const name of byLanguage(line, languageTag)) add(name);
  }
  return [...found];
}

function scriptPackage(name = ""): string | null {
  if (!/^(?:@[a-z\d~-][\w.~-]*\/)?[a-z\d~-][\w.~-]*(?:\/|$)/i.test(name)) return null;
  const parts = name.split("/");
  const bare = name.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
  return scriptOwn.has(bare) || bare === "" ? null : bare;
}

/** Up to the first word that begins a sentence again; versions are cut off. */
function installedNames(rest: string): readonly string[] {
  const words = rest
    .trim()
    .split(/ +/)
    .filter((word) => !word.startsWith("-"));
  const stop = words.findIndex((word) => /^(?:and|or|to|in|the|it|from|with|if|run|a|for|is)$/i.test(word));
  return (stop < 0 ? words : words.slice(0, stop))
    .slice(0, 8)
    .map((word) => word.replace(/(?<=.)@[\w.^~-]*$|==.*$|\[.*$/, "").replace(/[.:,]+$/, ""))
    .filter((word) => /^@?[a-z][\w./-]*[\w]$/i.test(word) && !/^\.|\.(?:txt|git|json)$|^install$/.test(word));
}

const imports: Readonly<Record<string, { readonly pattern: RegExp; readonly own: RegExp }>> = {
  rust: { pattern: /^\s*(?:pub )?(?:use|extern crate) ([a-z_]\w*)/, own: /^(?:std|core|alloc|crate|self|super)$/ },
  go: { pattern: /^\s*(?:import )?(?:\w+ )?"((?:[\w-]+\.)+\w+\/[\w./-]{1,100})"$/, own: /^$/ },
  ruby: { pattern: /^\s*(?:require|gem) ["']([\w-]+)/, own: /^(?:json|set|time|date|fileutils|optparse|yaml|erb)$/ },
  c: { pattern: /^\s*#include <([\w-]+)\/[\w./-]+>/, own: /^(?:sys|arpa|netinet|linux|net|bits)$/ },
  java: { pattern: /^\s*import (?:static )?([a-z]\w*\.\w+\.?\w*)[\w.*]*;$/, own: /^(?:javax?|jdk|sun)\./ },
  csharp: { pattern: /^\s*using ([A-Z]\w*(?:\.\w+)?)[\w.]*;$/, own: /^(?:System|Microsoft)\b/ },
};

function byLanguage(line: string, tag: string): readonly string[] {
  if (tag === "python") return pythonImports(line);
  const known = imports[tag];
  const name = known?.pattern.exec(line)?.[1];
  return name === undefined || known?.own.test(name) ? [] : [name];
}

function pythonImports(line: string): readonly string[] {
  const from = /^\s*from ([A-Za-z_]\w*)[\w.]* import\b/.exec(line)?.[1];
  return (from ?? /^\s*import ([\w., ]{1,200})$/.exec(line)?.[1] ?? "")
    .split(",")
    .map((name) => name.trim().split(/[ .]/)[0] ?? "")
    .filter((name) => name !== "" && !pythonOwn.has(name));
}
