/** Each bad manner of a model server that we started: what is done about it, within how long, and what is told of it. */

import { describe, expect, test } from "bun:test";
import { endsWell, msBetween, path, scene, supervise } from "../support/supervised.ts";
import { query } from "../support/target.ts";

interface Row {
  readonly manner: string;
  /** The states after the first `ready`, up to the second one, with the kinds of their causes. */
  readonly states: readonly string[];
  /** From the last event of the server before it until it is ready again. */
  readonly withinMs: number;
  readonly flags?: readonly string[];
}

const start = ["starting", "ready"];
const end = ["stopping stopped", "stopped stopped"];

/** The load limit is 3 s here, the silence limit 1 s, the first pause 100 to 200 ms, and SIGKILL comes after 5 s. */
const rows: readonly Row[] = [
  { manner: "well", states: start, withinMs: 5_000 },
  { manner: "die:4", states: [...start, "waiting exited", ...start], withinMs: 5_000 },
  { manner: "memory:4", states: [...start, "waiting out_of_memory", ...start], withinMs: 5_000 },
  { manner: "gpu:4", states: [...start, "waiting gpu_fault", ...start], withinMs: 5_000 },
  {
    manner: "thread:4",
    states: [...start, "stopping resource_limit", "waiting resource_limit", ...start],
    withinMs: 8_000,
  },
  { manner: "hang:4", states: [...start, "suspect hung", "stopping hung", "waiting hung", ...start], withinMs: 8_000 },
  {
    manner: "hang:4+deaf",
    states: [...start, "suspect hung", "stopping hung", "waiting hung", ...start],
    withinMs: 15_000,
  },
  {
    manner: "missing:4",
    states: [...start, "stopping model_missing", "waiting model_missing", ...start],
    withinMs: 8_000,
  },
  { manner: "taken", states: ["starting", "waiting port_taken", ...start], withinMs: 8_000 },
  {
    manner: "takenAlive",
    states: ["starting", "stopping port_taken", "waiting port_taken", ...start],
    withinMs: 8_000,
  },
  { manner: "mute", states: ["starting", "stopping slow_load", "waiting slow_load", ...start], withinMs: 10_000 },
  // Longer than the limit, but its log moves.
  { manner: "slow:6000", states: start, withinMs: 12_000 },
  { manner: "fork", states: start, withinMs: 5_000 },
  { manner: "leave", states: ["starting", "waiting exited", ...start], withinMs: 8_000 },
];

describe("a server that we started", () => {
  for (const { manner, states, withinMs } of rows)
    test(`${manner}: ${states.join(", ")}`, async () => {
      const at = scene(24);
      const events = await endsWell(at, supervise(at, manner));
      // A 404 may come in while the server is being ended for it: the path of states is what counts.
      expect(path(events)).toEqual([...states, ...end]);
      const isChange = (to: string) => (event: { event: string; to?: string }) =>
        event.event === "supervisor.changed" && event.to === to;
      const tookMs = msBetween(events, isChange("starting"), (event) => event === events.findLast(isChange("ready")));
      expect(tookMs).toBeLessThan(withinMs + 10_000);
      // No chunk was given up for what the server did.
      expect(events.filter(({ event }) => event === "chunk.quarantined")).toEqual([]);
      const kept = query<{ n: number }>(
        at.db.replace(/\.db$/, ".enrichd.db"),
        "SELECT count(*) AS n FROM events WHERE event = 'supervisor.changed'",
      );
      expect(kept[0]?.n).toBeGreaterThanOrEqual(states.length);
    });
});
