/** Signals: the only place that listens to them. Handlers only post; what a stop means is decided by who holds these. */

export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

export interface Shutdown {
  /** The first signal: no new work. */
  readonly stopping: AbortSignal;
  /** The second signal, or the first after the grace: what is in flight is given up. */
  readonly aborting: AbortSignal;
  readonly received: () => StopSignal | null;
  /** Stops for a reason of our own, in the same way. */
  readonly stop: () => void;
  readonly close: () => void;
}

const signals: readonly StopSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];

export interface ShutdownParts {
  readonly graceMs: number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly onFirst: (signal: StopSignal) => void;
}

export function listenForSignals({ graceMs, sleep, onFirst }: ShutdownParts): Shutdown {
  const stopping = new AbortController();
  const aborting = new AbortController();
  const closed = new AbortController();
  let received: StopSignal | null = null;

  const handlers = signals.map((signal) => [signal, () => receive(signal)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);

  function receive(signal: StopSignal): void {
    if (received !== null) {
      aborting.abort();
      return;
    }
    received = signal;
    onFirst(signal);
    stop();
  }

  function stop(): void {
    stopping.abort();
    void sleep(graceMs, closed.signal).then(() => {
      if (!closed.signal.aborted) aborting.abort();
    });
  }

  return {
    stopping: stopping.signal,
    aborting: aborting.signal,
    received: () => received,
    stop,
    close: () => {
      closed.abort();
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}
