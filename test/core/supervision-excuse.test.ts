import { describe, expect, test } from "bun:test";
import { bad, of, type Step, stop, tick, toReady, walk, wanted } from "./supervising.ts";

const ready = "starting+spawn starting+probe ready";
const stood = (ms: number) => ({ type: "stood", ms }) as const;
const rows: readonly (readonly [name: string, path: string, steps: readonly Step[]])[] = [
  [
    "another run had a byte of it while it was silent to us",
    `${ready} ready ready ready suspect+probe`,
    [...toReady, [10, of("asked")], [60, of("heard")], [109, tick], [110, tick]],
  ],
  [
    "another run had one while it was tried out: it is busy, and well",
    `${ready} ready suspect+probe ready`,
    [...toReady, [10, of("asked")], [60, tick], [80, of("heard")]],
  ],
  [
    "another run has it work while we wait for the first token",
    "starting+spawn starting+probe starting starting stopping+terminate",
    [
      [0, wanted],
      [1, of("spawned")],
      [101, of("heard")],
      [200, tick],
      [201, tick],
    ],
  ],
  [
    "we stood still while it was silent: only the rest of the silence counts",
    `${ready} ready ready ready suspect+probe`,
    [...toReady, [10, of("asked")], [640, stood(600)], [659, tick], [660, tick]],
  ],
  [
    "we stood still before it was silent: no byte comes later than now",
    `${ready} ready ready ready suspect+probe`,
    [...toReady, [10, of("asked")], [20, stood(600)], [69, tick], [70, tick]],
  ],
  [
    "we stood still while it was tried out, or loaded",
    `${ready} ready suspect+probe suspect suspect stopping+terminate`,
    [...toReady, [10, of("asked")], [60, tick], [670, stood(600)], [679, tick], [680, tick]],
  ],
  [
    "we stood still while it loaded, also for longer than it may load in all",
    "starting+spawn starting+probe starting starting starting stopping+terminate",
    [
      [0, wanted],
      [1, of("spawned")],
      [5_001, stood(5_000)],
      [5_050, of("loading")],
      [5_149, tick],
      [5_150, tick],
    ],
  ],
  [
    "we stood still while it ended",
    `${ready} stopping+terminate stopping stopping stopping+kill`,
    [...toReady, [3, bad("fault")], [604, stood(600)], [612, tick], [613, tick]],
  ],
  [
    "we stood still with no server",
    "stopped stopped",
    [
      [0, stop],
      [9, stood(5)],
    ],
  ],
];

describe("silence that is nobody's fault", () => {
  for (const [name, path, steps] of rows) test(name, () => expect(walk(...steps).path).toBe(path));
});
