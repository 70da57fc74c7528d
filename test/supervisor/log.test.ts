import { expect, test } from "bun:test";
import { appendFileSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openLog } from "../../src/supervisor/log.ts";
import { temporaryFolder } from "../support/folder.ts";

const folder = temporaryFolder();

test("what comes after it was opened, in whole lines; a line that grows is a sign of life", () => {
  const path = join(folder, "a.log");
  writeFileSync(path, "of an earlier server\n");
  const log = openLog(path);
  expect(log.read()).toBeNull();
  appendFileSync(path, "one\n\u001b[1mtwo\u001b[0m\nthr");
  expect(log.read()).toEqual(["one", "two"]);
  appendFileSync(path, "ee\n");
  expect(log.read()).toEqual(["three"]);
  appendFileSync(path, "\rFetching:  10%|█");
  expect(log.read()).toEqual([]);
  appendFileSync(path, "\rFetching:  20%|██");
  expect(log.read()).toEqual(["Fetching:  10%|█"]);
  expect(log.last(2)).toEqual(["three", "Fetching:  10%|█"]);
  log.close();
});

test("its size has a bound, and who writes and who else reads come to no harm", () => {
  const path = join(folder, "b.log");
  const [log, other] = [openLog(path, 1_000), openLog(path, 1_000)];
  for (let i = 0; i < 200; i++) {
    appendFileSync(path, `line ${i} ${"x".repeat(40)}\n`);
    expect(log.read()?.at(-1)).toStartWith(`line ${i} `);
    if (i % 7 === 0) other.read();
  }
  expect(statSync(path).size).toBeLessThan(1_100);
  expect(statSync(`${path}.1`).size).toBeLessThan(1_100);
  expect(log.last(3)).toHaveLength(3);
});

test("of a flood only the end is read", () => {
  const path = join(folder, "c.log");
  const log = openLog(path);
  appendFileSync(path, `${"y".repeat(99)}\n`.repeat(20_000));
  appendFileSync(path, "the end\n");
  expect(log.read()?.at(-1)).toBe("the end");
  expect(log.last(1_000).length).toBeLessThanOrEqual(200);
});

test("a copy that cannot be kept: the size has its bound all the same, and reading goes on", () => {
  const path = join(folder, "d.log");
  mkdirSync(`${path}.1`);
  const log = openLog(path, 1_000);
  for (let i = 0; i < 60; i++) {
    appendFileSync(path, `line ${i} ${"x".repeat(40)}\n`);
    expect(log.read()?.at(-1)).toStartWith(`line ${i} `);
  }
  expect(statSync(path).size).toBeLessThan(1_100);
});

test("a disk that is full, or a file that cannot be read any more: nothing is thrown", () => {
  const full = openLog("/dev/full");
  full.write("why it is ended");
  expect(full.read()).toBeNull();
  full.close();
  expect(full.read()).toBeNull();
});
