import { describe, expect, test } from "bun:test";
import { bad, of, type Step, settled, tick, toReady, walk } from "./supervising.ts";

const ready = "starting+spawn starting+probe ready";
const rows: readonly (readonly [name: string, path: string, steps: readonly Step[]])[] = [
  [
    "recycled once nothing is in flight",
    `${ready} ready ready ready stopping+terminate starting+spawn`,
    [
      ...toReady,
      [3, of("asked")],
      [4, of("asked")],
      [5, settled("answered", 2_000)],
      [6, settled("answered")],
      [7, bad("exited")],
    ],
  ],
  [
    "to be recycled, and the last in flight ends doubtful: recycled once it has answered",
    `${ready} ready ready ready suspect+probe stopping+terminate starting+spawn`,
    [
      ...toReady,
      [3, of("asked")],
      [4, of("asked")],
      [5, settled("answered", 2_000)],
      [6, settled("doubtful")],
      [7, of("answered")],
      [8, bad("exited")],
    ],
  ],
  [
    "to be recycled, and those in flight come back after a lull only: recycled then",
    `${ready} ready ready ready suspect+probe ready stopping+terminate`,
    [
      ...toReady,
      [3, of("asked")],
      [4, of("asked")],
      [5, settled("answered", 2_000)],
      [60, tick],
      [61, of("answered")],
      [62, settled("other")],
    ],
  ],
  [
    "its last tokens come while it is tried out",
    `${ready} ready suspect+probe suspect stopping+terminate`,
    [...toReady, [10, of("asked")], [60, tick], [61, settled("other", 2_000)], [62, of("answered")]],
  ],
  [
    "a question that was let through a moment before the doubt is in flight",
    `${ready} ready suspect+probe suspect suspect ready suspect+probe`,
    [
      ...toReady,
      [10, of("asked")],
      [60, tick],
      [60, of("asked")],
      [61, settled("other")],
      [62, of("answered")],
      [112, tick],
    ],
  ],
];

describe("after so many tokens", () => {
  for (const [name, path, steps] of rows) test(name, () => expect(walk(...steps).path).toBe(path));
});
