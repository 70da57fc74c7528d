/** The limits of a question against real servers: each is kept, whatever the others are, and named when it runs out. */

import { afterEach, describe, expect, test } from "bun:test";
import type { Timeouts } from "../../src/backends/watchdog.ts";
import { type Dialect, ollamaDialect, openaiDialect } from "../fixtures/dialect.ts";
import { chunk, type Manners, type ModelServer, modelServer } from "../fixtures/model-server.ts";
import { backends, failureOf, patient, question, neverCancelled as signal } from "./asking.ts";

const stops: (() => unknown)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function serve(dialect: Dialect, manners: Manners): Promise<ModelServer> {
  const server = await modelServer(manners, { onGet: dialect.onGet(["m"]) });
  stops.push(server.stop);
  return server;
}

const names = { connect: "--connect", first_token: "--first", progress: "--stall", total: "--whole" };
const rowsOf = ({ head, token }: Dialect): readonly [string, Manners, Partial<Timeouts>][] => {
  const halfway: Manners = (wire) => wire.send(head + chunk(token("half")));
  return [
    ["no token within 0.2 s (--first)", () => {}, { firstTokenMs: 200 }],
    ["silent for 0.2 s before its first token (--first)", (wire) => wire.send(head), { firstTokenMs: 200 }],
    ["silent for 0.2 s after 4 characters (--stall)", halfway, { progressMs: 200 }],
    ["not done within 0.2 s after 4 characters (--whole)", halfway, { totalMs: 200 }],
    ["no token within 0.2 s (--whole)", () => {}, { totalMs: 200 }],
  ];
};

describe.each([openaiDialect, ollamaDialect])("a limit that runs out: $name", (dialect) => {
  const ask = backends[dialect.name];

  test.each([...rowsOf(dialect)])("%s, at its time", async (...[detail, manners, limit]) => {
    const { url } = await serve(dialect, manners);
    const backend = ask(url, { timeouts: { ...patient, ...limit, names } });
    const startedMs = performance.now();
    expect(failureOf(await backend.ask(question("a text"), { signal }))).toMatchObject({ detail });
    // Half of what a connection may take is 2.5 s.
    expect(performance.now() - startedMs).toBeLessThan(1_500);
  });

  test("a handshake is a part of connecting, for a question and for a probe", async () => {
    const url = (await serve(dialect, () => {})).url.replace("http:", "https:");
    const backend = ask(url, { timeouts: { ...patient, connectMs: 150, names } });
    const detail = `no TLS connection to ${url} within 0.15 s (--connect)`;
    for (const outcome of [await backend.ask(question("a text"), { signal }), await backend.probe(signal)]) {
      expect(outcome).toMatchObject({ failure: { kind: "timeout", phase: "connect", afterMs: 150, detail } });
    }
  });
});
