import { describe, expect, test } from "bun:test";
import { transition } from "../../src/core/supervision.ts";
import type { SupervisionEvent } from "../../src/core/supervision-state.ts";
import { stoppedSupervision } from "../../src/core/supervision-step.ts";
import {
  bad,
  cause,
  memory,
  of,
  policy,
  type Step,
  settled,
  stop,
  tick,
  toReady,
  walk,
  wanted,
} from "./supervising.ts";

const ready = "starting+spawn starting+probe ready";
const rows: readonly (readonly [name: string, path: string, steps: readonly Step[]])[] = [
  ["a start", ready, [...toReady]],
  [
    "nothing to start with",
    "starting+spawn waiting",
    [
      [0, wanted],
      [1, bad("spawn_failed")],
    ],
  ],
  [
    "dead before it was ready",
    "starting+spawn starting+probe waiting",
    [
      [0, wanted],
      [1, of("spawned")],
      [2, bad("exited")],
    ],
  ],
  [
    "it loads slowly, and its log moves",
    "starting+spawn starting+probe starting starting stopping+terminate",
    [
      [0, wanted],
      [1, of("spawned")],
      [90, of("loading")],
      [150, tick],
      [190, tick],
    ],
  ],
  [
    "its log moves for ever",
    "starting+spawn starting+probe starting stopping+terminate",
    [
      [0, wanted],
      [1, of("spawned")],
      [990, of("loading")],
      [1_000, tick],
    ],
  ],
  ["it dies", `${ready} waiting`, [...toReady, [9, bad("exited")]]],
  [
    "silent with a question in flight: tried out, and well",
    `${ready} ready ready suspect+probe suspect ready`,
    [...toReady, [10, of("asked")], [59, tick], [60, tick], [61, settled("other")], [62, of("answered")]],
  ],
  [
    "silent, also when tried out",
    `${ready} ready suspect+probe stopping+terminate waiting`,
    [...toReady, [10, of("asked")], [60, tick], [80, tick], [85, bad("exited")]],
  ],
  [
    "silent with nothing in flight: well",
    `${ready} ready ready ready`,
    [...toReady, [10, of("asked")], [11, settled("answered")], [9_000, tick]],
  ],
  [
    "a byte of any question is life",
    `${ready} ready ready ready ready`,
    [...toReady, [10, of("asked")], [12, of("asked")], [55, of("alive")], [70, tick]],
  ],
  [
    "another question is none",
    `${ready} ready ready suspect+probe`,
    [...toReady, [10, of("asked")], [55, of("asked")], [60, tick]],
  ],
  [
    "no answer to one, others in flight, then none",
    `${ready} ready ready ready suspect+probe`,
    [...toReady, [3, of("asked")], [4, of("asked")], [5, settled("doubtful")], [6, settled("doubtful")]],
  ],
  [
    "404 in a row, not with an answer between",
    `${ready} ready ready ready ready ready stopping+terminate`,
    [
      ...toReady,
      ...(["missing", "missing", "answered", "missing", "missing", "missing"] as const).map(
        (result, i): Step => [3 + i, settled(result)],
      ),
    ],
  ],
  [
    "it does not listen to SIGTERM",
    `${ready} stopping+terminate stopping+kill waiting`,
    [...toReady, [3, bad("fault")], [13, tick], [14, bad("exited")]],
  ],
  [
    "nor can it be killed",
    `${ready} stopping+terminate stopping+kill stopping+kill failed`,
    [...toReady, [3, bad("fault")], [13, tick], [23, tick], [33, tick]],
  ],
  [
    "stopped while it waits",
    `${ready} waiting stopped stopped`,
    [...toReady, [3, bad("exited")], [4, stop], [99, tick]],
  ],
  ["stopped while it is ready", `${ready} stopping+terminate stopped`, [...toReady, [4, stop], [5, bad("exited")]]],
  [
    "stopped before its process is there",
    "starting+spawn stopping+terminate stopped",
    [
      [0, wanted],
      [4, stop],
      [5, bad("spawn_failed")],
    ],
  ],
  [
    "an earlier child's news",
    `${ready} waiting starting+spawn starting starting`,
    [...toReady, [3, bad("exited")], [30, tick], [31, bad("exited")], [32, of("answered")]],
  ],
];

describe("transitions", () => {
  for (const [name, path, steps] of rows) test(name, () => expect(walk(...steps).path).toBe(path));
});

describe("restarts", () => {
  test("pause longer each time, and end with the budget", () => {
    const pauses: number[] = [];
    let [state] = transition(stoppedSupervision(4), wanted, 0, policy);
    let nowMs = 0;
    const feed = (event: SupervisionEvent): void => {
      [state] = transition(state, event, nowMs, policy);
    };
    while (state.state !== "failed") {
      const { epoch } = state.past;
      for (const event of [of("spawned", epoch), of("answered", epoch), bad("exited", epoch)]) feed(event);
      if (state.state !== "waiting") continue;
      pauses.push(state.untilMs - nowMs);
      nowMs = state.untilMs;
      feed(tick);
    }
    // Three quarters of 10, 20 and 40, by the jitter of one half.
    expect([pauses, state.cause]).toEqual([[8, 15, 30], cause]);
  });

  test("a server that was never ready gets fewer", () => {
    const { path } = walk([0, wanted], [1, bad("spawn_failed")], [30, tick], [31, bad("spawn_failed", 2)]);
    expect(path).toBe("starting+spawn waiting starting+spawn failed");
  });

  test("steady work makes earlier ones forgotten, a start does not", () => {
    const again = [
      ...toReady,
      [3, bad("exited")],
      [30, tick],
      [31, of("spawned", 2)],
      [32, of("answered", 2)],
    ] as const;
    expect(walk(...again).state.past).toMatchObject({ attempt: 1, restartsMs: [3] });
    const answers = [33, 34, 35, 36, 37].map((ms): Step => [ms, settled("answered", 1, 2)]);
    expect(walk(...again, ...answers).state.past).toMatchObject({ attempt: 0, restartsMs: [] });
    expect(walk(...again, [600, settled("answered", 1, 2)]).state.past).toMatchObject({ attempt: 0, restartsMs: [] });
  });

  test("out of memory: half as many questions at a time", () => {
    const { state } = walk(...toReady, [3, bad("exited", 1, memory)]);
    expect(state.past.concurrency).toBe(2);
    expect(walk(...toReady, [3, bad("exited")]).state.past.concurrency).toBe(4);
  });
});
