import { describe, expect, test } from "bun:test";
import { answerWith, modelServer } from "../fixtures/model-server.ts";
import { answer, askedOf, named, refuse, startRun } from "../support/runner.ts";
import { enrichedIn, newTarget, query, rowsOf, textOf } from "../support/target.ts";

test("everything is asked about once, newest first, twins share an answer, and short ones are marked", async () => {
  const server = await modelServer(answer);
  const db = newTarget([
    ...rowsOf(6),
    { id: "twin", content: textOf(2) },
    { id: "short", content: "ok" },
    { id: "chat", content: "see you at seven", source: "whatsapp" },
    { id: "listing", content: textOf(99), contentType: "file_read" },
  ]);
  const { result, events } = startRun(db, server.url, { parallel: 1 });
  const { ending, progress } = await result;
  server.stop();
  expect(ending).toEqual({ reason: "finished" });
  expect(askedOf(server.calls)).toEqual([-1, 2, 5, 4, 3, 1, 0]);
  expect(progress).toMatchObject({ enriched: 8, twins: 1, too_short: 1, failed: 0, waiting: 0, remaining: 0 });
  expect(named(events, "chunk.enriched").find(({ id }) => id === "chunk-2")?.twin).toBeTrue();
  const marks = query<{ id: string; enriched_at: string | null }>(db, "SELECT id, enriched_at FROM chunks");
  const markOf = (id: string) => marks.find((row) => row.id === id)?.enriched_at;
  expect([markOf("short"), markOf("listing")]).toEqual(["skipped:too_short", null]);
  expect(markOf("twin")).toMatch(/^20\d\d-.*\+00:00$/);
});

test("exactly --max questions are asked, never more", async () => {
  const server = await modelServer(answer);
  const db = newTarget(rowsOf(40));
  const { ending } = await startRun(db, server.url, { questionsMax: 7, parallel: 4 }).result;
  server.stop();
  expect(ending.reason).toBe("finished");
  expect(askedOf(server.calls)).toHaveLength(7);
  expect(enrichedIn(db)).toBe(7);
});

test("a chunk that never gives anything usable is given up, and holds up nobody; no run asks for it again", async () => {
  const server = await modelServer((wire, { body }) =>
    body.includes("Text number 9") ? answerWith(wire, "I would rather not.") : answer(wire),
  );
  const db = newTarget(rowsOf(10));
  const { result, events } = startRun(db, server.url, { attemptsMax: 2 });
  const { progress } = await result;
  expect(progress).toMatchObject({ enriched: 9, quarantined: 1, failed: 2, remaining: 0 });
  expect(named(events, "chunk.quarantined")).toMatchObject([{ id: "chunk-9", kind: "unusable_reply" }]);
  // Two attempts, and once more beside a server that was seen to be well; each with one repair question.
  expect(askedOf(server.calls).filter((n) => n === 9)).toHaveLength(6);
  expect(query(db, "SELECT enriched_at AS at FROM chunks WHERE id = 'chunk-9'")).toEqual([{ at: "skipped:failed" }]);
  const before = server.calls.length;
  expect((await startRun(db, server.url).result).progress.enriched).toBe(0);
  server.stop();
  expect(server.calls.length).toBe(before);
});

describe("a server that fails", () => {
  test("was never there: given up within seconds, no chunk blamed, none lost", async () => {
    const server = await modelServer(answer);
    server.stop();
    const db = newTarget(rowsOf(3));
    const { result } = startRun(db, server.url);
    const { ending, progress } = await result;
    expect(ending).toMatchObject({ reason: "gave_up", failure: { kind: "unreachable", reason: "refused" } });
    expect(progress.quarantined).toBe(0);
    const well = await modelServer(answer);
    expect((await startRun(db, well.url).result).progress.enriched).toBe(3);
    well.stop();
  });

  test("wants a key: the run ends with the first question", async () => {
    const server = await modelServer((wire) => refuse(wire, 401));
    const db = newTarget(rowsOf(5));
    const { ending } = await startRun(db, server.url).result;
    server.stop();
    expect(ending).toMatchObject({ reason: "gave_up", failure: { kind: "unauthorized" } });
    expect(askedOf(server.calls)).toHaveLength(1);
  });

  test("resets now and then: those are asked again, and all are done", async () => {
    const server = await modelServer((wire, _, number) => (number % 5 === 3 ? wire.reset() : answer(wire)));
    const db = newTarget(rowsOf(12));
    const { ending, progress } = await startRun(db, server.url).result;
    server.stop();
    expect(ending.reason).toBe("finished");
    expect(progress).toMatchObject({ enriched: 12, quarantined: 0, waiting: 0 });
  });
});

describe("a stop", () => {
  test("lets what is in flight finish, asks nothing new, and the next run goes on from there", async () => {
    const server = await modelServer(async (wire, _, number) => {
      if (number === 3) running.stop();
      await Bun.sleep(30);
      answer(wire);
    });
    const db = newTarget(rowsOf(30));
    const running = startRun(db, server.url, { parallel: 2 });
    const { ending } = await running.result;
    expect(ending.reason).toBe("stopped");
    const asked = askedOf(server.calls).length;
    expect(asked).toBeLessThanOrEqual(4);
    expect(enrichedIn(db)).toBe(asked);
    await startRun(db, server.url).result;
    server.stop();
    expect(askedOf(server.calls).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(enrichedIn(db)).toBe(30);
  });

  test("the second one ends at once, and what hangs is asked again by the next run", async () => {
    const server = await modelServer((_, __, number) => {
      if (number === 1) {
        running.stop();
        running.abort();
      }
    });
    const db = newTarget(rowsOf(2));
    const running = startRun(db, server.url);
    const startedMs = performance.now();
    expect((await running.result).ending.reason).toBe("stopped");
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    server.stop();
    const well = await modelServer(answer);
    expect((await startRun(db, well.url).result).progress.enriched).toBe(2);
    well.stop();
  });
});

test("two runs at once share the work: every text is asked about once", async () => {
  const server = await modelServer(async (wire) => {
    await Bun.sleep(2);
    answer(wire);
  });
  const db = newTarget(rowsOf(200));
  const runs = [startRun(db, server.url), startRun(db, server.url)];
  const results = await Promise.all(runs.map(({ result }) => result));
  server.stop();
  expect(results.map(({ ending }) => ending.reason)).toEqual(["finished", "finished"]);
  expect(askedOf(server.calls).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  expect(enrichedIn(db)).toBe(200);
});
