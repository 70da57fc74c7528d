import { afterEach, describe, expect, test } from "bun:test";
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesIn } from "../support/importing.ts";
import { type Watching, watching } from "../support/watching.ts";

const line = (text: string): string => `${JSON.stringify({ text })}\n`;

let watch: Watching | null = null;
async function start(...paths: readonly string[]): Promise<Watching> {
  watch = await watching(paths);
  return watch;
}
afterEach(async () => {
  await watch?.stop();
  watch = null;
});

describe("a growing file", () => {
  test("its new lines go in; half of one waits for its end", async () => {
    const root = filesIn({ "a.jsonl": line("one") });
    const file = join(root, "a.jsonl");
    const { until, texts } = await start(root);
    expect(texts()).toEqual(["one"]);
    appendFileSync(file, line("two"));
    await until("one", "two");
    appendFileSync(file, line("three") + line("four").slice(0, 9));
    await until("one", "two", "three");
    appendFileSync(file, line("four").slice(9));
    await until("one", "two", "three", "four");
    // Whole, and without its end.
    appendFileSync(file, line("five").trimEnd());
    await until("one", "two", "three", "four", "five");
    appendFileSync(file, `\n${line("six")}`);
    await until("one", "two", "three", "four", "five", "six");
    expect(await watch?.stop()).toMatchObject({ added: 6, problemsTotal: 0, stopped: true });
  });

  test("rotated: what the old one gets goes in as well", async () => {
    const root = filesIn({ "a.jsonl": line("one") });
    const file = join(root, "a.jsonl");
    const { until } = await start(file);
    appendFileSync(file, line("two"));
    renameSync(file, `${file}.1`);
    writeFileSync(file, line("new"));
    await until("one", "two", "new");
    appendFileSync(`${file}.1`, line("late"));
    await until("one", "two", "new", "late");
    appendFileSync(file, line("newer"));
    await until("one", "two", "new", "late", "newer");
  });

  test("cut off, replaced, deleted and made again", async () => {
    const root = filesIn({ "a.jsonl": line("one") + line("two") });
    const file = join(root, "a.jsonl");
    const { until } = await start(root);
    truncateSync(file, 0);
    appendFileSync(file, line("short"));
    await until("one", "two", "short");
    writeFileSync(join(root, "other"), line("other"));
    renameSync(join(root, "other"), file);
    await until("one", "two", "short", "other");
    rmSync(file);
    writeFileSync(file, line("again"));
    await until("one", "two", "short", "other", "again");
    expect(await watch?.stop()).toMatchObject({ problemsTotal: 0 });
  });

  test("that is moved within the folder stays the same file", async () => {
    const root = filesIn({ "a.jsonl": line("one"), "sub/b.jsonl": line("b") });
    const { until } = await start(root);
    renameSync(join(root, "a.jsonl"), join(root, "sub", "z.jsonl"));
    appendFileSync(join(root, "sub", "z.jsonl"), line("two"));
    await until("one", "b", "two");
  });

  test("is noticed at once by another way to its folder", async () => {
    const root = filesIn({ "real/a.jsonl": line("one") });
    symlinkSync(join(root, "real"), join(root, "link"));
    const { until } = await start(join(root, "link"));
    appendFileSync(join(root, "real", "a.jsonl"), line("two"));
    await until("one", "two");
    writeFileSync(join(root, "real", "b.jsonl"), line("three"));
    await until("one", "two", "three");
  });

  test("goes on where an earlier watch, or import, ended", async () => {
    const root = filesIn({ "a.jsonl": line("one") });
    const { db } = await start(root);
    await watch?.stop();
    appendFileSync(join(root, "a.jsonl"), line("two"));
    watch = await watching([root], {}, db);
    expect(watch.texts()).toEqual(["one", "two"]);
    expect(await watch.stop()).toMatchObject({ added: 1, known: 1, bytes: line("two").length });
  });
});

describe("what appears", () => {
  test("files and folders, and those that were empty", async () => {
    const root = filesIn({ "a.md": "a", "empty.jsonl": "", "half.jsonl": '{"type":"us' });
    const { until } = await start(root);
    mkdirSync(join(root, "new", "deep"), { recursive: true });
    writeFileSync(join(root, "new", "deep", "b.txt"), "b");
    await until("a", "b");
    appendFileSync(join(root, "empty.jsonl"), line("c"));
    await until("a", "b", "c");
    symlinkSync(join(root, "a.md"), join(root, "link.md"));
    writeFileSync(join(root, "d.py"), "x = 1\n");
    await until("a", "b", "c", "x = 1");
  });

  test("a session is known by its first line, also when that comes in two parts", async () => {
    const root = filesIn({ "a.md": "a" });
    const { until, texts } = await start(root);
    const record = JSON.stringify({
      ...{ type: "user", uuid: "u1", sessionId: "s", timestamp: "2026-01-01T00:00:00Z", cwd: "/p" },
      message: { role: "user", content: "what the user said" },
    });
    writeFileSync(join(root, "s.jsonl"), record.slice(0, 20));
    await Bun.sleep(300);
    appendFileSync(join(root, "s.jsonl"), `${record.slice(20)}\n`);
    await until("a", "what the user said");
    expect(texts()).toHaveLength(2);
    expect(await watch?.stop()).toMatchObject({ problemsTotal: 0 });
  });

  test("a text goes in when it has been quiet: no chunk of a half of it", async () => {
    const root = filesIn({ "a.md": "a" });
    const { until } = await start(root);
    const text = `# Title\n\n${"one sentence of a text. ".repeat(40)}`;
    for (let written = 0; written < text.length; written += 150) {
      writeFileSync(join(root, "a.md"), text.slice(0, written + 150));
      await Bun.sleep(350);
    }
    await until("a", text);
  });
});

test("where the system gives no notices, it is looked at every second", async () => {
  const root = filesIn({ "a.jsonl": line("one") });
  watch = await watching([root], { listen: () => ({ follow: () => {}, close: () => {} }) });
  appendFileSync(join(root, "a.jsonl"), line("two"));
  expect(await watch.until("one", "two")).toBeLessThan(4_000);
  writeFileSync(join(root, "b.jsonl"), line("three"));
  await watch.until("one", "two", "three");
});
