/** The run of the binary in the soak: started again whenever it was ended, and everything that it says kept in sums. */

import type { RunEvent } from "../../src/core/event.ts";
import type { World } from "./world.ts";

export const parallel = 4;

/** What takes minutes for a user takes seconds here. */
const limits = {
  ...{ "--breaker-pause": "200ms", "--breaker-pause-max": "1s", "--health-pause": "300ms", "--cold-faults": "1000" },
  ...{ "--retry-base": "300ms", "--retry-max": "2s", "--first-token-timeout": "3s", "--stall-timeout": "2s" },
  ...{ "--timeout": "8s", "--mlx-restarts": "1000000", "--mlx-restart-pause": "100ms", "--mlx-load-timeout": "10s" },
};

export interface Work {
  readonly pid: () => number;
  /** Kills it, and starts it again. */
  readonly kill: () => Promise<void>;
  /** Asks it to end, and starts it again; gives its exit code and how long it took. */
  readonly stop: (restart: boolean) => Promise<{ readonly code: number | null; readonly ms: number }>;
  /** What was wrong with what it said or how it ended. */
  readonly faults: string[];
  readonly events: Map<RunEvent["event"], number>;
  /** One to the end, without a watch. */
  readonly last: () => Promise<number>;
}

/** `attempts`: as the flag; null for what a user has. */
export function startWork(world: World, attempts: number | null): Work {
  const faults: string[] = [];
  const events = new Map<RunEvent["event"], number>();
  const common = ["run", "--db", world.db, "--json", "--parallel", `${parallel}`, "--model", "first"];
  const backends = ["--backend", "mlx", "--mlx-command", world.mlxCommand, "--fallback", `openai=${world.url}`];
  const tries = attempts === null ? [] : ["--attempts", `${attempts}`];
  const flags = [...common, ...backends, ...Object.entries(limits).flat(), ...tries];
  let expected = false;
  let child = start();

  function start(more: readonly string[] = ["--watch"]) {
    const started = world.box.start(...flags, ...more);
    expected = false;
    void read(started.stdout);
    const err = started.stderr.text();
    void started.exited.then(async (code) => {
      if (!expected) faults.push(`it ended by itself with ${code}: ${(await err).slice(-1_500)}`);
    });
    return started;
  }

  async function read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const bytes of stream) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) take(line);
    }
  }

  function take(line: string): void {
    try {
      const { event } = JSON.parse(line) as RunEvent;
      events.set(event, (events.get(event) ?? 0) + 1);
    } catch {
      faults.push(`a line of stdout is not JSON: ${line.slice(0, 200)}`);
    }
  }

  return {
    ...{ faults, events },
    pid: () => child.pid,
    kill: async () => {
      expected = true;
      child.kill("SIGKILL");
      await child.exited;
      child = start();
    },
    stop: async (restart) => {
      expected = true;
      const startedMs = performance.now();
      child.kill("SIGTERM");
      const code = await child.exited;
      if (restart) child = start();
      return { code, ms: performance.now() - startedMs };
    },
    last: async () => {
      const one = start([]);
      expected = true;
      return one.exited;
    },
  };
}
