import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/core/clock.ts";
import { createEventLog } from "../../src/store/event-log.ts";
import { temporaryFolder } from "../support/folder.ts";

const never = { sleep: () => new Promise<void>(() => {}) };
const noTrouble = (reason: string): void => {
  throw new Error(reason);
};

test("lines are added in their order, for their owner alone, below a folder that is made", () => {
  const path = join(temporaryFolder(), "deep", "er", "enrichd.log");
  for (const part of ["a", "b"]) {
    const log = createEventLog({ path, clock: never, onTrouble: noTrouble });
    log.write(`${part}1\n`);
    log.write(`${part}2\n`);
    log.close();
  }
  expect(readFileSync(path, "utf8")).toBe("a1\na2\nb1\nb2\n");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("what is held is written by itself soon", async () => {
  const path = join(temporaryFolder(), "enrichd.log");
  createEventLog({ path, clock: systemClock, onTrouble: noTrouble }).write("soon\n");
  while (!existsSync(path)) await Bun.sleep(10);
  expect(readFileSync(path, "utf8")).toBe("soon\n");
});

test("the files stay few and small, and the newest lines are in the first", () => {
  const folder = temporaryFolder();
  const path = join(folder, "enrichd.log");
  const log = createEventLog({ path, clock: never, onTrouble: noTrouble, bytesMax: 100 });
  for (let i = 0; i < 200; i++) {
    log.write(`line ${i} ${"x".repeat(20)}\n`);
    log.close();
  }
  expect(readdirSync(folder).toSorted()).toEqual(["enrichd.log", "enrichd.log.1", "enrichd.log.2", "enrichd.log.3"]);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThan(150);
  expect(readFileSync(path, "utf8")).toContain("line 199 ");
});

test("one that cannot be written is told of once, and no more", () => {
  const path = join(temporaryFolder(), "taken");
  mkdirSync(path);
  const told: string[] = [];
  const log = createEventLog({ path, clock: never, onTrouble: (reason) => told.push(reason) });
  for (const line of ["a\n", "b\n"]) {
    log.write(line);
    log.close();
  }
  expect(told).toHaveLength(1);
});
