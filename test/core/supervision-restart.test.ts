import { describe, expect, test } from "bun:test";
import { bad, elsewhere, of, stop, tick, toReady, walk, wanted } from "./supervising.ts";

const ready = "starting+spawn starting+probe ready";

describe("a restart that a person asks for", () => {
  const restart = { type: "restart", by: "somebody" } as const;

  test("ends a server that works, and starts the next without a pause", () => {
    const { path, state } = walk(...toReady, [5, restart], [6, bad("exited")]);
    expect(path).toBe(`${ready} stopping+terminate starting+spawn`);
    expect(state.past).toMatchObject({ epoch: 2, attempt: 0, restartsMs: [] });
  });

  test("ends a pause", () => {
    expect(walk([0, wanted], [1, bad("spawn_failed")], [2, restart]).path).toBe(
      "starting+spawn waiting starting+spawn",
    );
  });

  test("starts nothing that nobody needs, and does not hurry one that is being ended", () => {
    expect(walk([0, restart]).path).toBe("stopped");
    expect(walk(...toReady, [5, stop], [6, restart], [7, bad("exited")]).path).toBe(
      `${ready} stopping+terminate stopping stopped`,
    );
  });
});

describe("another run that uses the server has it recycled", () => {
  const next = [
    [4, of("spawned", 2)],
    [5, of("answered", 2)],
  ] as const;

  test("the next one is started at once, and off no budget", () => {
    const end = (atMs: number, epoch: number) => [atMs, bad("exited", epoch, elsewhere)] as const;
    const { path, state } = walk(...toReady, end(3, 1), ...next, end(6, 2));
    expect(path).toBe(`${ready} starting+spawn starting+probe ready starting+spawn`);
    expect(state.past).toMatchObject({ attempt: 0, restartsMs: [] });
  });
  test("while it is tried out as well", () => {
    const { path } = walk(...toReady, [10, of("asked")], [60, tick], [61, bad("exited", 1, elsewhere)]);
    expect(path).toBe(`${ready} ready suspect+probe starting+spawn`);
  });
});
