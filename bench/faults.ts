/** How long each kind of trouble of a server lasts until the run has done what it should, with the limits that a user has. */

import { type DescribingServer, type Manner, startModelServer } from "../test/fixtures/describing-server.ts";
import { alone } from "../test/support/alone.ts";
import { type Running, run } from "../test/support/supervised.ts";
import { newTarget, rowsOf, textOf } from "../test/support/target.ts";
import type { Figure } from "./figure.ts";
import { spread, table } from "./table.ts";

const [rounds, chunks, latencyMs, parallel] = [3, 4_000, 50, 4];

interface Taken {
  readonly ms: number;
  readonly questions: number;
}

interface Scene {
  readonly server: DescribingServer;
  readonly running: Running;
}

type Told = Running["events"][number];
const isEnriched = ({ event }: Told): boolean => event === "chunk.enriched";

interface Trouble {
  readonly what: string;
  /** A text beside the good ones. */
  readonly text?: string;
  readonly flags?: readonly string[];
  /** The good ones; the odd one is asked about first. */
  readonly rows?: number;
  readonly take: (scene: Scene) => Promise<Taken>;
}

const troubles: readonly Trouble[] = [
  {
    what: "500 to everything: to the breaker's opening",
    take: (scene) =>
      fromNowOn(scene, "500", ({ event, ...of }) => event === "backend.changed" && "to" in of && of.to === "open"),
  },
  { what: "the same, and well again: to the next chunk", take: (scene) => wellAgain(scene, "500", "backend.changed") },
  {
    what: "prose instead of JSON to everything: to its being found unwell",
    take: (scene) => fromNowOn(scene, "poison", ({ event }) => event === "backend.examined"),
  },
  {
    what: "the same, and well again: to the next chunk",
    take: (scene) => wellAgain(scene, "poison", "backend.examined"),
  },
  {
    what: "it is gone, `--backend-wait 5s`: to the end of the run",
    flags: ["--backend-wait", "5s"],
    take: async ({ server, running }) => {
      await enriched(running, 40);
      const startMs = performance.now();
      server.stop();
      await running.end;
      return { ms: performance.now() - startMs, questions: 0 };
    },
  },
  ...(["reset", "poison", "413"] as const).map(
    (mark): Trouble => ({
      what: `a text of which it ${{ reset: "dies", poison: "gives no JSON", 413: "says that it is too large" }[mark]}: from its first question to its being given up`,
      text: `${textOf(chunks + 1)} @@${mark}`,
      rows: 400,
      take: async ({ server, running }) => {
        const asked = (): number => [...server.asked].find(([text]) => text.includes("@@"))?.[1] ?? 0;
        while (asked() === 0) await Bun.sleep(1);
        const startMs = performance.now();
        await running.when(({ event }) => event === "chunk.quarantined");
        return { ms: performance.now() - startMs, questions: asked() };
      },
    }),
  ),
];

export const faults: Figure = {
  name: "faults",
  title: `What a run does about a server, and when: ${latencyMs} ms an answer, ${parallel} in flight, the usual limits`,
  take: async (say) => {
    const rows: string[][] = [];
    for (const trouble of troubles) {
      const taken: Taken[] = [];
      for (let i = 0; i < rounds; i++) taken.push(await once(trouble));
      say(`${trouble.what}: ${JSON.stringify(taken)}`);
      rows.push([trouble.what, spread(taken.map(({ ms }) => ms)), spread(taken.map(({ questions }) => questions))]);
    }
    return table(["", "ms", "questions meanwhile"], rows);
  },
};

async function once({ text, flags = [], rows = chunks, take }: Trouble): Promise<Taken> {
  const server = await startModelServer({ latencyMs });
  // The newest is asked about first.
  const db = newTarget([...rowsOf(rows), ...(text === undefined ? [] : [{ id: "odd", content: text }])]);
  const running = run(alone(), db, ["--url", server.url, "--parallel", `${parallel}`, ...flags]);
  try {
    return await take({ server, running });
  } finally {
    running.child.kill("SIGKILL");
    await running.end;
    server.stop();
  }
}

/** Each event is looked at once, so that they can be counted. */
async function enriched(running: Running, count: number): Promise<void> {
  let left = count;
  await running.when((event) => isEnriched(event) && --left <= 0);
}

/** From the first answer that is so to what is done about it. */
async function fromNowOn({ server, running }: Scene, manner: Manner, isDone: (event: Told) => boolean): Promise<Taken> {
  await enriched(running, 40);
  const [startMs, before] = [performance.now(), server.counts.questions];
  server.manner = manner;
  await running.when(isDone);
  return { ms: performance.now() - startMs, questions: server.counts.questions - before };
}

/** It is well again the moment that something was done about it: how long it gets no question of a chunk. */
async function wellAgain(scene: Scene, manner: Manner, until: Told["event"]): Promise<Taken> {
  await fromNowOn(scene, manner, ({ event }) => event === until);
  const { server, running } = scene;
  const [startMs, before, done] = [performance.now(), server.counts.questions, running.events.length];
  server.manner = "well";
  const known = new Set(running.events.slice(0, done));
  await running.when((event) => !known.has(event) && isEnriched(event));
  return { ms: performance.now() - startMs, questions: server.counts.questions - before };
}
