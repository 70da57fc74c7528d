import { describe, expect, test } from "bun:test";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gitHistory } from "../../src/run/git-history.ts";
import { openOwn } from "../../src/store/own.ts";
import { everything, openTarget } from "../../src/store/target.ts";
import { temporaryFolder } from "../support/folder.ts";
import { importInto, newDatabase, rowsIn } from "../support/importing.ts";
import { waiting } from "../support/journal.ts";
import { read } from "./pieces.ts";

const folder = temporaryFolder();
let made = 0;

function git(root: string, ...args: readonly string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", TZ: "UTC" };
  const dated = { GIT_AUTHOR_DATE: "2026-03-01T10:00:00+02:00", GIT_COMMITTER_DATE: "2026-03-02T10:00:00Z" };
  const who = ["-c", "user.name=Ada Ω", "-c", "user.email=ada@example.org"];
  const { stdout, stderr, exitCode } = Bun.spawnSync(["git", "-C", root, ...who, ...args], {
    env: { ...env, ...dated },
  });
  if (exitCode !== 0) throw new Error(stderr.toString());
  return stdout.toString().trim();
}

function repository(): string {
  const root = join(folder, `lighthouse-${++made}`);
  mkdirSync(root);
  git(root, "init", "-q", "-b", "main");
  return root;
}

function commit(root: string, message: string, files: Readonly<Record<string, string>> = {}): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  git(root, "add", "-A");
  git(root, "commit", "-q", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim", "-m", message);
}

describe("a repository", () => {
  const root = repository();
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`many-${String(i).padStart(2, "0")}`, "x"]));
  commit(root, "lamp: turn at six\n\nThe lamp turned at the hour of the server, which is another one in winter.\n", {
    "lamp.py": "1",
    "ü ber\n.txt": "1",
  });
  commit(root, "an empty commit");
  commit(root, "", { "lamp.py": "2" });
  git(root, "checkout", "-q", "-b", "side");
  commit(root, "many files", many);
  git(root, "checkout", "-q", "main");
  commit(root, "M\nA", { "lamp.py": "3" });
  git(root, "merge", "-q", "--no-ff", "-m", "Merge branch 'side'", "side");
  renameSync(join(root, "lamp.py"), join(root, "light.py"));
  commit(root, `a blob\n\n${"aB3".repeat(200)}`);

  test("message and changed files of each commit, the oldest first", async () => {
    const path = newDatabase();
    const result = await importInto(path, [await gitHistory(join(root, "."))]);
    expect(result).toMatchObject({ added: 6, known: 0, problemsTotal: 0, leftOut: { merge: 1, base64: 1 } });
    const rows = await rowsIn(path);
    expect(rows.map(({ content }) => content)).toEqual([
      "lamp: turn at six\n\nThe lamp turned at the hour of the server, which is another one in winter.\n\nChanged files:\nA lamp.py\nA ü ber?.txt",
      "an empty commit",
      "Changed files:\nM lamp.py",
      expect.stringMatching(/^many files\n\nChanged files:\nA many-00\n[\s\S]*A many-29\n… and 10 more$/),
      "M\nA\n\nChanged files:\nM lamp.py",
      "a blob\n\n[base64 left out]\n\nChanged files:\nD lamp.py\nA light.py",
    ]);
    const first = git(root, "rev-list", "--max-parents=0", "HEAD");
    expect(rows[0]).toMatchObject({
      ...{ id: first, conversation_id: first, position: 0, content_type: "commit", source: "git", sender: "Ada Ω" },
      ...{ project: root.split("/").at(-1), source_file: root, created_at: "2026-03-01T08:00:00.000Z" },
      metadata: JSON.stringify({ commit: first, files: 2 }),
    });
    expect(rows.map(({ position }) => position)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("again, and after more commits, only what is new", async () => {
    const path = newDatabase();
    await importInto(path, [await gitHistory(root)]);
    commit(root, "one more");
    expect(await importInto(path, [await gitHistory(root)])).toMatchObject({ added: 1, known: 6 });
    const clone = join(folder, `clone-${made}`);
    git(folder, "clone", "-q", "--bare", root, clone);
    expect(await importInto(path, [await gitHistory(clone)])).toMatchObject({ added: 0, known: 7 });
    const file = await openOwn(path, waiting);
    const target = openTarget(file);
    const chunk = target.chunkById(git(root, "rev-parse", "HEAD"), everything)?.chunk;
    expect(chunk === undefined ? [] : target.context(chunk).map(({ position }) => position)).toEqual([4, 5]);
    file.close();
  });
});

describe("what is none", () => {
  test("a folder that is not there, one without a repository", async () => {
    expect(gitHistory(join(folder, "none"))).rejects.toMatchObject({ kind: "not_found" });
    const plain = join(folder, "plain");
    mkdirSync(plain);
    expect(gitHistory(plain)).rejects.toMatchObject({ kind: "bad_input", where: plain });
  });

  test("a repository without a commit", async () => {
    const result = await importInto(newDatabase(), [await gitHistory(repository())]);
    expect(result.problems[0]?.reason).toContain("does not have any commits yet");
  });

  test("one that breaks in the middle: what came before is in", async () => {
    const root = repository();
    for (let i = 0; i < 5; i++) commit(root, `commit ${i}`, { [`f${i}`]: String(i) });
    const tree = git(root, "rev-parse", "HEAD~1^{tree}");
    renameSync(join(root, ".git/objects", tree.slice(0, 2)), join(root, ".git/objects/gone"));
    const result = await importInto(newDatabase(), [await gitHistory(root)]);
    expect(result.added).toBeGreaterThan(1);
    expect(result.problems[0]?.reason).toContain("git log failed: ");
  });
});

test("the size of the blocks changes nothing; what is too long is cut", () => {
  const id = (digit: string): string => digit.repeat(40);
  const log = [
    ...[id("a"), "2026-01-01T00:00:00Z", "Ada", "", "first\n", "\nM", "a", "A", id("b")],
    ...[id("b"), "not a time", "", id("a"), "x".repeat(3 * 2 ** 20), ""],
  ].join("\0");
  const whole = read("git", log);
  expect(whole.pieces[0]?.text).toBe(`first\n\nChanged files:\nM a\nA ${id("b")}`);
  expect(whole.pieces.slice(1).reduce((sum, { text }) => sum + text.length, 0)).toBe(2 ** 20);
  expect(read("git", log, 7_777)).toEqual(whole);
});
