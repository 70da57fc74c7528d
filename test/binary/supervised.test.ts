/** Each bad manner of a model server that we started: what is done about it, within how long, and what is told of it. */

import { describe, expect, test } from "bun:test";
import { endsWell, few, msBetween, path, type Scene, scene, supervise } from "../support/supervised.ts";
import { query } from "../support/target.ts";

interface Row {
  readonly manner: string;
  /** The states until it works well, with the kinds of their causes. */
  readonly states: readonly string[];
  /** From the state that tells of the trouble until it is ready again; twice that on a busy machine is no failure. */
  readonly withinMs: number;
  readonly stall?: "1s";
  /** Questions at a time of the last server, where not 4. */
  readonly concurrency?: number;
}

const start = ["starting", "ready"];
const stop = ["stopping stopped", "stopped stopped"];
const hung = [...start, "suspect hung", "stopping hung", "waiting hung", ...start];

/** A silent log is waited for 2 s here; the first pause is 100 to 200 ms; SIGKILL comes 5 s after SIGTERM. */
const rows: readonly Row[] = [
  { manner: "well", states: start, withinMs: 2_000 },
  { manner: "die:4", states: [...start, "waiting exited", ...start], withinMs: 2_000 },
  { manner: "memory:4", states: [...start, "waiting out_of_memory", ...start], withinMs: 2_000, concurrency: 2 },
  { manner: "gpu:4", states: [...start, "waiting gpu_fault", ...start], withinMs: 2_000 },
  {
    manner: "thread:4",
    states: [...start, "stopping resource_limit", "waiting resource_limit", ...start],
    withinMs: 3_000,
  },
  // Well after all: what was in flight is taken back and asked again.
  { manner: "lull:5", states: [...start, "suspect hung", "ready"], withinMs: 3_000, stall: "1s" },
  { manner: "hang:4", states: hung, withinMs: 4_000, stall: "1s" },
  { manner: "hang:4+deaf", states: hung, withinMs: 9_000, stall: "1s" },
  {
    manner: "missing:4",
    states: [...start, "stopping model_missing", "waiting model_missing", ...start],
    withinMs: 3_000,
  },
  { manner: "taken", states: ["starting", "waiting port_taken", ...start], withinMs: 2_000 },
  {
    manner: "takenAlive",
    states: ["starting", "stopping port_taken", "waiting port_taken", ...start],
    withinMs: 3_000,
  },
  { manner: "mute", states: ["starting", "stopping slow_load", "waiting slow_load", ...start], withinMs: 3_000 },
  // Twice as long as its log may stand still, and it moves.
  { manner: "slow:4000", states: start, withinMs: 6_000 },
  { manner: "fork", states: start, withinMs: 3_000 },
  { manner: "leave", states: ["starting", "waiting exited", ...start], withinMs: 3_000 },
];

const slot = few(3);
const journalOf = ({ db }: Scene): string => db.replace(/\.db$/, ".enrichd.db");

describe("a server that we started", () => {
  for (const row of rows) test.concurrent(row.manner, () => slot(() => plays(row)));

  test.concurrent("it never gets ready: given up with 69, the cause and the last lines of its log", () =>
    slot(async () => {
      const at = scene(3);
      const running = supervise(at, "usage*9");
      const { code, err } = await running.end;
      expect(code).toBe(69);
      expect(err).toContain("flags_refused: mlx_lm.server: error: unrecognized arguments");
      expect(err).toContain("it is too old an mlx-lm for our flags, or another program: check --mlx-command");
      expect(err).toContain("ended with code 2");
      expect(err).toContain("/.local/state/enrichd/mlx-");
      // The first start and two restarts.
      expect(at.starts()).toHaveLength(3);
      measured("never gets ready", running.events, is("starting"), is("failed"));
    }));

  test.concurrent("it dies again and again: given up after its budget, and no chunk for it", () =>
    slot(async () => {
      const at = scene(12);
      const running = supervise(at, "die:2*99", { "--mlx-restarts": "2", "--cold-faults": "99" });
      const { code, err } = await running.end;
      expect([code, err.includes("the backend was given up: gone")]).toEqual([69, true]);
      expect(at.starts()).toHaveLength(3);
      expect(path(running.events).at(-1)).toBe("failed exited");
      expect(running.events.filter(({ event }) => event === "chunk.quarantined")).toEqual([]);
      measured("again and again", running.events, is("ready"), is("failed"));
    }));

  test.concurrent("SIGKILL comes as soon as --mlx-grace says", () =>
    slot(async () => {
      const at = scene(24);
      const events = await endsWell(at, supervise(at, "hang:4+deaf", { "--stall-timeout": "1s", "--mlx-grace": "1s" }));
      const came = (state: string) => (told: object) => "to" in told && told.to === state;
      const ms = msBetween(events, came("stopping"), came("waiting"));
      expect([ms >= 950, ms < 4_000]).toEqual([true, true]);
    }));

  test.concurrent("a restart counts for as long as --mlx-restart-window says", () =>
    slot(async () => {
      // Five answers in each life, of more than a second: with the usual ten minutes the second death would be the end.
      const at = scene(12);
      const retries = { "--crashes": "20", "--retry-base": "300ms", "--retry-max": "1s" };
      const limits = { ...retries, "--mlx-restarts": "1", "--mlx-restart-window": "1s" };
      await endsWell(at, supervise(at, "die:6+late:700*9", limits));
      expect(at.starts().length).toBeGreaterThan(2);
    }));

  test.concurrent("it is started afresh at an idle moment, after so many tokens", () =>
    slot(async () => {
      const at = scene(24);
      // 20 tokens an answer.
      const events = await endsWell(at, supervise(at, "well", { "--recycle-tokens": "200" }));
      const recycled = [...start, "stopping recycled"];
      expect(path(events).slice(0, 6)).toEqual([...recycled, ...recycled].slice(0, 6));
      expect(events.filter(({ event }) => event === "chunk.failed")).toEqual([]);
      expect(at.starts().length).toBeGreaterThan(1);
      measured("afresh", events, is("stopping"), is("ready"));
    }));
});

type Told = Awaited<ReturnType<typeof endsWell>>[number];
const is =
  (...states: readonly string[]) =>
  (event: Told): boolean =>
    event.event === "supervisor.changed" && states.includes(event.to);
const isTrouble = is("suspect", "stopping", "waiting", "failed");

/** For the table in docs/reliability.md. */
function measured(name: string, events: readonly Told[], from: (e: Told) => boolean, to: (e: Told) => boolean): number {
  const ms = msBetween(events, from, to);
  console.info(`${name}: ${(ms / 1_000).toFixed(1)} s`);
  return ms;
}

async function plays({ manner, states, withinMs, stall, concurrency = 4 }: Row): Promise<void> {
  const at = scene(24);
  const events = await endsWell(at, supervise(at, manner, stall === undefined ? {} : { "--stall-timeout": stall }));
  expect(path(events)).toEqual([...states, ...stop]);
  // No chunk was given up for what the server did.
  expect(events.filter(({ event }) => event === "chunk.quarantined")).toEqual([]);
  const from = states.length > 2 ? isTrouble : is("starting");
  expect(measured(manner, events, from, is("ready"))).toBeLessThan(2 * withinMs);
  expect(at.starts().at(-1)?.concurrency).toBe(concurrency);
  const downloads = events.filter(({ event }) => event === "supervisor.loading");
  if (manner.startsWith("slow")) {
    measured("slow, told of", events, is("starting"), ({ event }) => event === "supervisor.loading");
    expect(downloads[0]).toMatchObject({ backend: "mlx", detail: expect.stringMatching(/^Fetching 9 files 1?\d %$/) });
  }
  const kept = query<{ n: number }>(
    journalOf(at),
    "SELECT count(*) AS n FROM events WHERE event = 'supervisor.changed'",
  );
  expect(kept[0]?.n).toBeGreaterThanOrEqual(states.length);
  const { out } = await at.box.run("stats", "--db", at.db, "--json");
  const restarts = states.filter((state) => state === "starting").length - 1;
  expect(JSON.parse(out).backends).toMatchObject([{ name: "mlx", restarts }]);
}
