/** The handshake of TLS is a part of connecting, for whoever waits, and costs a server that speaks it nothing. */

import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import { startModelServer } from "../fixtures/describing-server.ts";
import { modelServer } from "../fixtures/model-server.ts";
import { alone } from "../support/alone.ts";
import { enrichedIn, newTarget, rowsOf } from "../support/target.ts";
import { type Certificate, makeCertificate, type TlsFront, tlsFront } from "../support/tls.ts";

const stops: (() => unknown)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

let ours: Certificate;
let another: Certificate;
beforeAll(() => {
  ours = makeCertificate("DNS:localhost,IP:127.0.0.1");
  another = makeCertificate("DNS:llm.example.org");
});

/** A server behind TLS: by default it answers at once, and every handshake is made at once. */
async function secured(
  options: Parameters<typeof startModelServer>[0] = {},
  ...more: [Certificate?, ((n: number) => number)?]
) {
  const [certificate = ours, holdMs] = more;
  const server = await startModelServer(options);
  const front = await tlsFront(server.port, certificate, holdMs);
  stops.push(front.stop, server.stop);
  return { server, front, certificate };
}

async function run(rows: number, { url }: Pick<TlsFront, "url">, certificate: Certificate, ...flags: string[]) {
  const db = newTarget(rowsOf(rows));
  const where = ["run", "--db", db, "--url", url, "--connect-timeout", "1s", "--parallel", "1"];
  // May have to be built first.
  const binary = alone({ NODE_EXTRA_CA_CERTS: certificate.certPath });
  const startedMs = performance.now();
  const ended = await binary.run(...where, ...flags);
  return { ...ended, ms: performance.now() - startedMs, enriched: enrichedIn(db) };
}

describe("a server that accepts and makes no handshake", () => {
  for (const backend of ["auto", "openai", "ollama"])
    test(`${backend}: it is given up by --connect-timeout, which is named`, async () => {
      const mute = await modelServer(() => {});
      stops.push(mute.stop);
      const url = mute.url.replace("http:", "https:");
      const flags = ["--backend", backend, "--model", "m", "--cold-faults", "2"];
      const { code, err, ms } = await run(4, { url }, ours, ...flags);
      expect(err).toContain(`no TLS connection to ${url} within 1 s (--connect-timeout)`);
      expect(code).toBe(69);
      // The look of `auto` takes two seconds of it, and each of two faults one, with a pause of a second after the first.
      expect(ms).toBeLessThan(9_000);
    });
});

describe("a server that speaks TLS", () => {
  test("its connection is kept: six questions take no handshake each", async () => {
    const { front, certificate } = await secured();
    const { code, enriched } = await run(6, front, certificate, "--backend", "openai");
    expect([code, enriched]).toEqual([0, 6]);
    // The first tells of its handshake and is not kept; one more may ask for the name of the model.
    expect(front.connections()).toBeLessThanOrEqual(3);
  });

  test("it may take its time over an answer, though it makes no other handshake meanwhile", async () => {
    const { front, certificate } = await secured({ latencyMs: 1_800 }, ours, (number) => (number === 1 ? 0 : 60_000));
    const { code, enriched } = await run(1, front, certificate, "--backend", "openai", "--model", "m");
    expect([code, enriched, front.connections()]).toEqual([0, 1, 1]);
  });

  test("once it has spoken it, a late handshake is a queue: all its threads may be at our questions", async () => {
    const { front, certificate } = await secured({}, ours, (number) => (number === 1 ? 0 : 1_800));
    const { code, enriched, err } = await run(3, front, certificate, "--backend", "openai", "--model", "m");
    expect([code, enriched]).toEqual([0, 3]);
    expect(err).not.toContain("timeout");
  });

  test("after a question without a byte its handshake is waited for by --connect-timeout again", async () => {
    const { front, certificate } = await secured({}, ours, (number) => (number === 1 ? 0 : 60_000));
    const where = ["run", "--db", newTarget(rowsOf(3)), "--url", front.url, "--backend", "openai", "--model", "m"];
    const flags = ["--parallel", "1", "--connect-timeout", "1s", "--first-token-timeout", "2s", "--json"];
    const child = alone({ NODE_EXTRA_CA_CERTS: certificate.certPath }).start(...where, ...flags);
    stops.push(() => child.kill("SIGKILL"));
    let text = "";
    const details = () => [...text.matchAll(/"event":"chunk.failed".*"detail":"([^"]*)"/g)].map(([, detail]) => detail);
    for await (const bytes of child.stdout) {
      text += new TextDecoder().decode(bytes);
      if (details().length >= 2) break;
    }
    expect(details()).toEqual([
      "no token within 2 s (--first-token-timeout)",
      `no TLS connection to ${front.url} within 1 s (--connect-timeout)`,
    ]);
  });

  test("a certificate of another name is refused, by its name", async () => {
    const { server, front, certificate } = await secured({}, another);
    const { code, err } = await run(1, front, certificate, "--backend", "openai", "--model", "m");
    expect([code, server.counts.questions]).toEqual([69, 0]);
    expect(err).toMatch(/127\.0\.0\.1 is not in the cert's list|ALTNAME/);
  });
});
