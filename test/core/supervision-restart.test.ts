import { describe, expect, test } from "bun:test";
import { bad, stop, toReady, walk, wanted } from "./supervising.ts";

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
