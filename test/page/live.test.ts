import { expect, test } from "bun:test";
import { systemClock } from "../../src/core/clock.ts";
import { changedIn, clientsMax, createLive } from "../../src/page/live.ts";

const at = (): string => "x".repeat(100_000);

test("only what has changed is sent, to all who look, by one rendering", async () => {
  const ended = new AbortController();
  let renderings = 0;
  const live = createLive({
    ...{
      clock: { ...systemClock, sleep: (_, signal) => systemClock.sleep(5, signal) },
      signal: ended.signal,
      process: "one",
    },
    render: async (view) => ({ still: "same", moving: `${view} ${++renderings}` }),
  });
  const gone = new AbortController();
  const readers = [0, 1].map(() => live.open("/", gone.signal)?.getReader());
  expect(live.count()).toBe(2);
  const said = await Promise.all(
    readers.map(async (reader) => {
      let text = "";
      while (text.split("event: regions").length < 4) text += new TextDecoder().decode((await reader?.read())?.value);
      return text;
    }),
  );
  for (const text of said) {
    expect(text.split('"still":"same"')).toHaveLength(2);
    expect(text.split('"moving"').length).toBeGreaterThan(3);
  }
  gone.abort();
  expect(live.count()).toBe(0);
  ended.abort();
});

test("a view that is left and opened again, as by a reload, is still rendered once a tick", async () => {
  const ended = new AbortController();
  const naps: (() => void)[] = [];
  let renderings = 0;
  const live = createLive({
    ...{
      clock: { ...systemClock, sleep: () => new Promise<void>((wake) => void naps.push(wake)) },
      signal: ended.signal,
      process: "one",
    },
    render: async () => ({ all: `${++renderings}` }),
  });
  for (let reload = 0; reload < 5; reload++) {
    const gone = new AbortController();
    live.open("/", gone.signal);
    if (reload < 4) gone.abort();
  }
  for (let tick = 1; tick <= 3; tick++) {
    for (const wake of naps.splice(0)) wake();
    while (naps.length === 0) await Bun.sleep(1);
    expect([naps.length, renderings]).toEqual([1, tick]);
  }
  ended.abort();
});

test("one who does not read is owed one state, however long it takes, and nobody beyond the bound gets in", async () => {
  const ended = new AbortController();
  let renderings = 0;
  const live = createLive({
    ...{
      clock: { ...systemClock, sleep: (_, signal) => systemClock.sleep(1, signal) },
      signal: ended.signal,
      process: "one",
    },
    render: async () => ({ all: `${++renderings} ${at()}` }),
  });
  const gone = new AbortController();
  const streams = Array.from({ length: clientsMax }, () => live.open("/", gone.signal));
  expect(streams.every((stream) => stream !== null)).toBeTrue();
  expect(live.open("/", gone.signal)).toBeNull();
  while (renderings < 200) await Bun.sleep(5);
  const reader = streams[0]?.getReader();
  const pieces: string[] = [];
  while (pieces.length < 3) pieces.push(new TextDecoder().decode((await reader?.read())?.value));
  const states = pieces.flatMap((piece) => [...piece.matchAll(/"all":"(\d+) /g)].map((match) => Number(match[1])));
  // One was under way when it stopped reading; the next is of now, and none of the two hundred between.
  expect(states.length).toBeLessThanOrEqual(2);
  expect(states.at(-1)).toBeGreaterThanOrEqual(200);
  gone.abort();
  expect(live.count()).toBe(0);
  ended.abort();
});

test("what went away is not told again", () => {
  expect(changedIn({ a: "1", b: "2" }, { a: "1", b: "1", c: "3" })).toEqual({ b: "2" });
});
