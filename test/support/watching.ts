/** A watch in this process over real files, and what is in its database, looked at by another connection. */

import { Database } from "bun:sqlite";
import { systemClock } from "../../src/core/clock.ts";
import type { ImportResult } from "../../src/run/importing.ts";
import { type WatchOptions, watchSources } from "../../src/run/watching-sources.ts";
import { openOwn } from "../../src/store/own.ts";
import { atPath, newDatabase } from "./importing.ts";
import { waiting } from "./journal.ts";

export interface Watching {
  readonly db: string;
  readonly texts: () => string[];
  /** Until exactly these texts are in, in this order; gives the milliseconds that took. */
  readonly until: (...texts: readonly string[]) => Promise<number>;
  readonly stop: () => Promise<ImportResult>;
}

export async function watching(paths: readonly string[], more: Partial<WatchOptions> = {}, db = newDatabase()) {
  const stopping = new AbortController();
  const file = await openOwn(db, waiting);
  const caughtUp = Promise.withResolvers<void>();
  const ended = watchSources({
    ...{ file, sources: atPath(...paths), format: null, project: null, source: null, strict: false },
    ...{ fieldNames: { id: null, text: null }, stopping: stopping.signal, onRound: () => {} },
    waiting: { ...waiting, clock: systemClock },
    ...more,
    onCaughtUp: () => caughtUp.resolve(),
  }).finally(() => file.close());
  await Promise.race([caughtUp.promise, ended]);
  const reader = new Database(db, { readonly: true });
  const query = reader.query<{ content: string }, []>("SELECT content FROM chunks ORDER BY rowid");
  const texts = (): string[] => query.all().map(({ content }) => content);
  const found: Watching = {
    db,
    texts,
    until: async (...wanted) => {
      const startedMs = performance.now();
      while (JSON.stringify(texts()) !== JSON.stringify(wanted)) {
        if (performance.now() - startedMs > 20_000) throw new Error(`there is ${JSON.stringify(texts())}`);
        await Bun.sleep(5);
      }
      return performance.now() - startedMs;
    },
    stop: async () => {
      stopping.abort();
      const result = await ended;
      reader.close();
      return result;
    },
  };
  return found;
}
