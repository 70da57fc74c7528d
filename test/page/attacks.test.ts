import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { clientsMax } from "../../src/page/live.ts";
import { startTestPage, type TestPage } from "../support/page.ts";
import { newTarget, rowsOf } from "../support/target.ts";

let page: TestPage;
beforeAll(() => {
  page = startTestPage(newTarget(rowsOf(20)));
});
afterAll(() => page.stop());

const opened = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once("connect", () => resolve()));
const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once("close", () => resolve()));

test("connections that never come to the end of their request are cut off, and keep nobody out", async () => {
  const sockets = Array.from({ length: 60 }, () => connect(page.port, "127.0.0.1"));
  for (const socket of sockets) socket.on("error", () => {});
  await Promise.all(sockets.map(opened));
  const ends = sockets.map(closed);
  for (const [i, socket] of sockets.entries())
    if (i % 2 === 0) socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
  expect((await page.get("/healthz")).status).toBe(200);
  // Without a limit of the server this never ends.
  await Promise.all(ends);
}, 60_000);

test("of 200 live views as many are let in as may be, and the page goes on", async () => {
  const gone = new AbortController();
  const asked = Array.from({ length: 200 }, () =>
    fetch(`http://127.0.0.1:${page.port}/api/events?view=%2F`, { signal: gone.signal }),
  );
  const answers = await Promise.all(asked);
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(clientsMax);
  expect(statuses.filter((status) => status === 503)).toHaveLength(200 - clientsMax);
  expect((await page.get("/")).status).toBe(200);
  gone.abort();
  await Promise.all(answers.map((answer) => answer.body?.cancel().catch(() => {})));
  // Whoever leaves makes room.
  let status = 503;
  while (status === 503) {
    const again = await page.get("/api/events?view=%2F");
    status = again.status;
    await again.body?.cancel();
  }
  expect(status).toBe(200);
}, 60_000);
