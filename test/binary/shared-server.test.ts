/** What several runs of one wish share: one server, its end, its recycling; it goes with the last of them. */

import { describe, expect, test } from "bun:test";
import { alone } from "../support/alone.ts";
import {
  changes,
  endsWell,
  few,
  goneWithin,
  path,
  type Running,
  type Scene,
  scene,
  supervise,
} from "../support/supervised.ts";
import { query } from "../support/target.ts";

const endMs = 5_000;
const slot = few(3);
const enriched = ({ event }: { readonly event: string }): boolean => event === "chunk.enriched";
type Told = Running["events"][number];
const isTo =
  (state: string) =>
  (event: Told): boolean =>
    event.event === "supervisor.changed" && event.to === state;
const pidsOf = (at: Scene): number[] => at.starts().map(({ pid }) => pid);

describe("two runs", () => {
  /** The same wish: a command that counts its starts in one file. */
  function two(chunks: number): readonly [Scene, Scene] {
    const box = alone();
    return [scene(chunks, box), scene(chunks, box)];
  }

  test.concurrent("share one server, which goes with the last of them", () =>
    slot(async () => {
      const [a, b] = two(40);
      const runs = [supervise(a, "late:50"), supervise(b, "late:50")] as const;
      await Promise.all([endsWellTogether(a, runs[0]), endsWellTogether(b, runs[1])]);
      expect(pidsOf(a)).toHaveLength(1);
      await goneWithin(pidsOf(a), endMs);
    }));

  test.concurrent("one ends: it says that the other uses the server, and the last one that it stops it", () =>
    slot(async () => {
      const [a, b] = two(60);
      const [first, second] = [supervise(a, "late:100"), supervise(b, "late:100")];
      await Promise.all([first.when(enriched), second.when(enriched)]);
      first.child.kill("SIGINT");
      const { err } = await first.end;
      expect(path(first.events).slice(-2)).toEqual(["stopping stopped", "stopped left"]);
      expect(err).toContain("mlx server: it goes on: another run uses it");
      expect(path(await endsWell(b, second)).slice(-2)).toEqual(["stopping stopped", "stopped stopped"]);
    }));

  test.concurrent("kill -9 of the one that started it: the other goes on with the same server", () =>
    slot(async () => {
      const [a, b] = two(80);
      const first = supervise(a, "late:100");
      await first.when(enriched);
      const second = supervise(b, "late:100");
      await second.when(enriched);
      first.child.kill("SIGKILL");
      await first.child.exited;
      expect(path(await endsWell(b, second))).toEqual(["starting", "ready", "stopping stopped", "stopped stopped"]);
      expect(pidsOf(b)).toHaveLength(1);
      await endsWell(a, supervise(a, "well"));
    }));

  test.concurrent("their server dies: both recover, with one new server", () =>
    slot(async () => {
      const [a, b] = two(60);
      const runs = [supervise(a, "die:30+late:50"), supervise(b, "die:30+late:50")] as const;
      await Promise.all([endsWellTogether(a, runs[0]), endsWellTogether(b, runs[1])]);
      expect(pidsOf(a)).toHaveLength(2);
    }));

  test.concurrent("one recycles it: the other is told why, and asks again; no question, text or server has failed", () =>
    slot(async () => {
      const [a, b] = two(160);
      const many = { "--parallel": "16" };
      const first = supervise(a, "late:50*99", { ...many, "--recycle-tokens": "800" });
      const second = supervise(b, "late:50*99", many);
      await Promise.all([endsWellTogether(a, first), endsWellTogether(b, second)]);
      const ended = changes(second.events).filter(({ from, to }) => from === "ready" && to === "starting");
      expect(ended.length).toBeGreaterThan(0);
      for (const { cause } of ended) expect(cause).toStartWith("recycled: by another run: after");
      const troubles = ["chunk.failed", "backend.changed"];
      for (const { events } of [first, second])
        expect(events.filter(({ event }) => troubles.includes(event))).toEqual([]);
      const journal = b.db.replace(/\.db$/, ".enrichd.db");
      expect(query(journal, "SELECT count(*) AS n FROM contents WHERE crashes > 0 OR attempts > 0")).toEqual([
        { n: 0 },
      ]);
    }));

  test.concurrent("one has it busy with a long answer: the other doubts it, and does not end it", () =>
    slot(async () => {
      const [a, b] = two(9);
      const one = { "--parallel": "1", "--stall-timeout": "2s" };
      const first = supervise(a, "turns:6000", one);
      await first.when(isTo("ready"));
      // Its question waits behind the other's, and so does the token that it asks for then.
      const second = supervise(b, "turns:6000", { ...one, "--first-token-timeout": "1s", "--mlx-load-timeout": "2s" });
      await second.when(isTo("suspect"));
      await second.when((event) => isTo("ready")(event) && "from" in event && event.from === "suspect");
      for (const running of [first, second]) running.child.kill("SIGKILL");
      expect(path(second.events)).not.toContain("stopping hung");
      expect(pidsOf(a)).toHaveLength(1);
      await goneWithin(pidsOf(a), endMs);
    }));

  /** While the other one still works, the server may live. */
  async function endsWellTogether(at: Scene, running: Running): Promise<void> {
    const { code, err } = await running.end;
    expect([code, code === 0 ? "" : err]).toEqual([0, ""]);
    expect(at.starts().length).toBeGreaterThan(0);
  }
});
