import { expect, test } from "bun:test";
import { isRunning, psStart, thisProcess } from "../../src/run/process.ts";

/** A process that only waits. */
const waiting = () => Bun.spawn(["sleep", "60"], { stdout: "ignore" });

test("a process is told from a later one with the same id, by when it started", async () => {
  const us = await thisProcess();
  expect(us).toEqual({ pid: process.pid, since: expect.any(String) });
  expect(await isRunning(us)).toBeTrue();
  const child = waiting();
  // As if our own id had belonged to a process that started when the child did not.
  expect(await isRunning({ pid: child.pid, since: us.since })).toBeFalse();
  expect(await isRunning({ pid: child.pid, since: null })).toBeTrue();
  child.kill("SIGKILL");
  await child.exited;
  expect(await isRunning({ pid: child.pid, since: null })).toBeFalse();
});

test("what was killed and not yet collected by its parent does not run", async () => {
  if (process.platform !== "linux") return;
  const parent = Bun.spawn(["sh", "-c", "sleep 60 & echo $!; exec sleep 60"], { stdout: "pipe" });
  const { value } = await parent.stdout.getReader().read();
  const pid = Number(new TextDecoder().decode(value));
  // Before it is sleep it is a shell, which collects its children.
  while ((await Bun.file(`/proc/${parent.pid}/comm`).text()) !== "sleep\n") await Bun.sleep(1);
  expect(await isRunning({ pid, since: null })).toBeTrue();
  process.kill(pid, "SIGKILL");
  const deadlineMs = performance.now() + 5_000;
  while ((await isRunning({ pid, since: null })) && performance.now() < deadlineMs) await Bun.sleep(5);
  // Its id answers as long as the parent has not asked how it ended.
  expect(() => process.kill(pid, 0)).not.toThrow();
  expect(await isRunning({ pid, since: null })).toBeFalse();
  parent.kill("SIGKILL");
  await parent.exited;
});

test("another container's process is not judged by an id that means nothing here", async () => {
  if (process.platform !== "linux") return;
  const { since } = await thisProcess();
  const elsewhere = since?.replace(/pid:\[\d+\]/, "pid:[1]") ?? null;
  expect(elsewhere).not.toBe(since);
  expect(await isRunning({ pid: 999_999_999, since: elsewhere })).toBeTrue();
});

test("where there is no /proc, ps says when a process started, and nothing of one that is gone", async () => {
  if (Bun.which("ps") === null) return;
  const child = waiting();
  const [first, second] = [await psStart(child.pid), await psStart(child.pid)];
  expect(first).toMatch(/^\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}$/);
  expect(second).toBe(first);
  child.kill("SIGKILL");
  await child.exited;
  expect(await psStart(child.pid)).toBeNull();
});
