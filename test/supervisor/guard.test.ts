import { afterEach, describe, expect, test } from "bun:test";
import { closeSync, constants, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Group, holdGroup, releaseGroup, signalGroup, startGroup } from "../../src/supervisor/child.ts";
import guard from "../../src/supervisor/guard.sh" with { type: "text" };
import { temporaryFolder } from "../support/folder.ts";

const folder = temporaryFolder();
let made = 0;
const groups: Group[] = [];
afterEach(() => {
  for (const { pid } of groups.splice(0)) signalGroup(pid, "SIGKILL");
});

async function start(script: string, graceMs = 300) {
  const place = join(folder, `group-${++made}`);
  const parts = { command: ["sh", "-c", script], environment: { GREETING: "hello" }, graceMs };
  const group = await startGroup({ ...parts, pipe: `${place}.pipe`, log: `${place}.log` });
  groups.push(group);
  const log = (): string => readFileSync(`${place}.log`, "utf8");
  return { ...group, pipe: `${place}.pipe`, log, says: (words: string) => until(() => log().includes(words)) };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await Bun.sleep(5);
}

/** Nothing of it lives, a moment after; what was killed may wait to be collected by whoever has it as its child. */
async function goes(pid: number): Promise<void> {
  const startMs = performance.now();
  await until(() => isGone(pid));
  expect(performance.now() - startMs).toBeLessThan(2_000);
}

const isGone = (pid: number): boolean =>
  Bun.spawnSync(["ps", "-axo", "pgid=,stat="])
    .stdout.toString()
    .split("\n")
    .every((line) => Number.parseInt(line, 10) !== pid || /\sZ/.test(line));

const deaf = "trap '' TERM; echo ready; while :; do sleep 0.1; done";

describe("a group", () => {
  test("leaves its output, and then its exit code, in the log; its pipe goes", async () => {
    const group = await start("echo $GREETING; echo wrong >&2; exit 7");
    await group.exited;
    expect(group.log()).toBe("hello\nwrong\nenrichd-guard: the server ended with code 7\n");
    expect(existsSync(group.pipe)).toBeFalse();
  });

  test("tells of a signal as a shell does", async () => {
    const group = await start("kill -ABRT $$");
    await group.exited;
    expect(group.log()).toContain("ended with code 134");
  });

  test("ends what its server leaves behind", async () => {
    const group = await start(`(${deaf}) & sleep 0.1; exit 0`);
    await group.exited;
    await goes(group.pid);
  });

  for (const [name, script] of [
    ["a server", "echo ready; sleep 1000"],
    ["a deaf server", deaf],
    ["a launcher with a deaf server", `(${deaf}) & wait`],
  ] as const)
    test(`${name}: gone soon after nobody holds it`, async () => {
      const group = await start(script);
      await group.says("ready");
      releaseGroup(group.hold);
      await group.exited;
      await goes(group.pid);
      // It was asked first.
      if (name === "a server") expect(group.log()).toContain("ended with code 143");
    });

  test("SIGTERM ends the server, and is told; a deaf one takes SIGKILL, guard and all", async () => {
    const polite = await start("echo ready; sleep 1000");
    await polite.says("ready");
    signalGroup(polite.pid, "SIGTERM");
    await polite.exited;
    expect(polite.log()).toContain("ended with code 143");
    const group = await start(deaf);
    await group.says("ready");
    signalGroup(group.pid, "SIGTERM");
    await Bun.sleep(100);
    expect(isGone(group.pid)).toBeFalse();
    signalGroup(group.pid, "SIGKILL");
    await group.exited;
    await goes(group.pid);
  });

  test("lives as long as one of its holders, whichever; nobody can hold one that ends", async () => {
    const group = await start(deaf, 1_000);
    await group.says("ready");
    const other = holdGroup(group.pipe);
    expect(other).not.toBeNull();
    releaseGroup(group.hold);
    await Bun.sleep(150);
    expect([existsSync(group.pipe), isGone(group.pid)]).toEqual([true, false]);
    releaseGroup(other ?? -1);
    await until(() => !existsSync(group.pipe));
    expect(holdGroup(group.pipe)).toBeNull();
    await group.exited;
  });

  test("cannot start where its log cannot be written: nothing is left", async () => {
    const pipe = join(folder, "no.pipe");
    const parts = { command: ["true"], environment: {}, graceMs: 100 };
    await expect(startGroup({ ...parts, pipe, log: join(folder, "none", "x.log") })).rejects.toThrow("ENOENT");
    expect(existsSync(pipe)).toBeFalse();
  });
});

/** macOS has bash as its sh, Debian dash, Alpine busybox. */
describe("the guard in other shells", () => {
  const shells = [["bash", "--posix"], ["dash"], ["busybox", "sh"], ["zsh", "--emulate", "sh"]];
  for (const shell of shells.filter(([name = ""]) => Bun.which(name) !== null))
    test(shell.join(" "), async () => {
      const pipe = join(folder, `shell-${++made}.pipe`);
      Bun.spawnSync(["mkfifo", pipe]);
      const first = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
      const hold = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
      const read = openSync(pipe, constants.O_RDONLY);
      closeSync(first);
      const child = Bun.spawn([...shell, "-c", guard, "guard", pipe, "0.2", "sh", "-c", deaf], {
        ...{ detached: true, stdin: read, stdout: "pipe", stderr: "ignore" },
      });
      closeSync(read);
      const reader = child.stdout.getReader();
      await reader.read();
      closeSync(hold);
      await child.exited;
      await goes(child.pid);
    });
});
