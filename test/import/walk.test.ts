import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { filesBelow } from "../../src/import/walk.ts";
import { temporaryFolder } from "../support/folder.ts";

const folder = temporaryFolder();

function tree(name: string, files: Readonly<Record<string, string>>): string {
  const root = join(folder, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

function walk(root: string) {
  const reports: string[] = [];
  const files = [
    ...filesBelow(root, {
      report: (path, reason) => reports.push(`${relative(root, path)}: ${reason}`),
      leaveOut: (rule) => reports.push(rule),
    }),
  ];
  return { files: files.map((path) => relative(root, path)), reports };
}

test("known endings only; no hidden files, no node_modules", () => {
  const root = tree("endings", {
    "b.md": "",
    "a.markdown": "",
    "c.MDX": "",
    "d.txt": "",
    "e.text": "",
    "f.rst": "",
    "g.jsonl": "",
    "h.ndjson": "",
    "i.png": "",
    "j.md.bak": "",
    Makefile: "",
    ".hidden.md": "",
    ".obsidian/x.md": "",
    ".git/x.md": "",
    "node_modules/a/readme.md": "",
    "sub/node_modules/x.md": "",
    "sub/a.md": "",
  });
  expect(walk(root)).toEqual({
    files: ["a.markdown", "b.md", "c.MDX", "d.txt", "e.text", "f.rst", "g.jsonl", "h.ndjson", join("sub", "a.md")],
    reports: [],
  });
});

/** The expected names are those of `git ls-files --cached --others --exclude-standard` in the same tree. */
test("what git ignores: order, negation, anchors, nested files, exclude", () => {
  const root = tree("ignored", {
    ".git/info/exclude": "excluded.md\n",
    ".gitignore": "*.txt\n!keep.txt\n/top.md\nbuild/\ndocs/*.md\n!docs/index.md\n# c.md\nspace\\ name.md\n",
    "a.txt": "",
    "keep.txt": "",
    "top.md": "",
    "sub/top.md": "",
    "build/x.md": "",
    "sub/build/x.md": "",
    "buildx.md": "",
    "docs/a.md": "",
    "docs/index.md": "",
    "docs/deep/a.md": "",
    "c.md": "",
    "space name.md": "",
    "excluded.md": "",
    "sub/.gitignore": "*.md\n!top.md\n!/a.txt\n",
    "sub/x.md": "",
    "sub/a.txt": "",
    "sub/deep/a.txt": "",
    "sub/deep/top.md": "",
    "A.TXT": "",
  });
  const expected = [
    "A.TXT",
    "buildx.md",
    "c.md",
    "docs/deep/a.md",
    "docs/index.md",
    "keep.txt",
    "sub/a.txt",
    "sub/deep/top.md",
    "sub/top.md",
  ];
  expect(walk(root)).toEqual({ files: expected, reports: [] });
  // A folder inside a repository has the rules of those above it, unless they rule out the folder itself.
  expect(walk(join(root, "docs")).files).toEqual(["deep/a.md", "index.md"]);
  expect(walk(join(root, "build")).files).toEqual(["x.md"]);
});

test("links: followed once, a circle and a dead end are told", () => {
  const root = tree("links", { "a/x.md": "", "b/y.md": "" });
  symlinkSync("..", join(root, "a", "up"));
  symlinkSync("../b", join(root, "a", "b"));
  symlinkSync("nowhere.md", join(root, "dead.md"));
  symlinkSync("nowhere", join(root, "dead"));
  symlinkSync("self.md", join(root, "self.md"));
  const gone = "a link that leads nowhere, or a file that has gone";
  expect(walk(root)).toEqual({
    files: ["a/b/y.md", "a/x.md"],
    reports: ["a/up: a link back to a folder above it", `dead.md: ${gone}`, `self.md: ${gone}`],
  });
});

test("a folder that cannot be read is told", () => {
  const root = tree("closed", { "a/x.md": "", "b.md": "" });
  if (process.getuid?.() === 0) return; // Root reads everything.
  chmodSync(join(root, "a"), 0);
  expect(walk(root)).toEqual({ files: ["b.md"], reports: ["a: the folder cannot be read (EACCES)"] });
  chmodSync(join(root, "a"), 0o755);
});

test("source code, but what says by its name that nobody wrote it", () => {
  const root = tree("code", {
    "a.py": "",
    "b.min.js": "",
    "c.js": "",
    "package-lock.json": "",
    "go.sum": "",
    "ignored/d.ts": "",
    ".gitignore": "ignored\n*.lock\n",
    "yarn.lock": "",
    ".git/x": "",
  });
  expect(walk(root)).toEqual({ files: ["a.py", "c.js"], reports: ["minified", "lockfile", "lockfile"] });
});
