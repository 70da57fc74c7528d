/** All runs paused on the status page, whose process is gone by then: everybody who is asked says so, and how to go on. */

import { expect, test } from "bun:test";
import { startModelServer } from "../fixtures/describing-server.ts";
import { type Alone, alone } from "../support/alone.ts";
import { enrichedIn, newTarget, rowsOf } from "../support/target.ts";

/** Reads on until it is said, and lets whoever writes it go on writing. */
async function heard(stream: ReadableStream<Uint8Array>, words: RegExp): Promise<string> {
  const [reader, decoder] = [stream.getReader(), new TextDecoder()];
  for (let text = ""; ; ) {
    const { value, done } = await reader.read();
    text += decoder.decode(value, { stream: true });
    if (done) throw new Error(`it ended without ${words}: ${text}`);
    if (!words.test(text)) continue;
    reader.releaseLock();
    return text;
  }
}

async function serve(box: Alone, db: string) {
  const child = box.start("serve", "--db", db);
  const url = /http:\S+/.exec(await heard(child.stderr, /http:\S+\n/))?.[0] ?? "";
  const act = async (action: string): Promise<number> => {
    const token = /name="enrichd-token" content="([^"]+)"/.exec(await (await fetch(url)).text())?.[1] ?? "";
    const headers = { "content-type": "application/json", "x-enrichd-token": token };
    return (await fetch(`${url}api/actions`, { method: "POST", headers, body: JSON.stringify({ action }) })).status;
  };
  const stop = async (): Promise<number> => {
    child.kill("SIGINT");
    return child.exited;
  };
  return { url, pid: child.pid, act, stop };
}

const howTo = 'enrichd serve, then "Resume" on its page';

test("doctor, stats and a run say who paused all runs, since when, and how to go on; which then works", async () => {
  const box = alone();
  const server = await startModelServer();
  const db = newTarget(rowsOf(3));
  const doctor = async (...more: string[]) =>
    box.run("doctor", "--db", db, "--url", server.url, "--no-question", ...more);
  const page = await serve(box, db);

  expect((await doctor()).out).toContain("✓ page: nobody has paused the runs");
  const taken = await box.run("serve", "--db", db, "--port", new URL(page.url).port);
  expect([taken.code, taken.err]).toEqual([73, expect.stringContaining("the port is taken")]);
  expect([await page.act("pause"), await page.stop()]).toEqual([200, 130]);

  const { code, out } = await doctor("--json");
  const found = JSON.parse(out).findings.filter(({ level }: { level: string }) => level !== "ok");
  expect([code, found.length]).toEqual([0, 1]);
  expect(found[0]).toMatchObject({ area: "pause", check: "page", level: "warning", next: howTo });
  const by = `by the status page (pid ${page.pid}) since 2`;
  expect(found[0].what).toContain(`all runs are paused ${by}`);
  expect((await doctor()).out).toEndWith("0 errors, 1 warning\n");

  const { out: told } = await box.run("stats", "--db", db);
  expect(told).toContain(`Paused ${by}`);
  expect(told).toContain(howTo);
  const { paused } = JSON.parse((await box.run("stats", "--db", db, "--json")).out);
  expect(paused).toEqual({ asked_by: `the status page (pid ${page.pid})`, since: expect.stringMatching(/^2.*Z$/) });

  const run = box.start("run", "--db", db, "--url", server.url);
  const said = await heard(run.stderr, /until it is resumed.*\n/);
  for (const words of [`paused ${by}`, howTo]) expect(said).toContain(words);
  expect([enrichedIn(db), server.counts.questions]).toEqual([0, 0]);
  const again = await serve(box, db);
  await again.act("resume");
  expect([await run.exited, enrichedIn(db)]).toEqual([0, 3]);
  await again.stop();
  server.stop();
  expect((await box.run("stats", "--db", db)).out).not.toContain("Paused");
}, 60_000);
