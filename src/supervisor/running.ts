/** The child of a supervisor: starts, probes, follows and signals it, and posts what comes of that. It decides nothing. */

import type { Clock } from "../core/clock.ts";
import type { Cause, SupervisionEvent } from "../core/supervision-state.ts";
import { causeIn, causeOfEnd, downloadIn, endLine } from "./cause.ts";
import type { Log } from "./log.ts";
import type { Server } from "./server.ts";
import type { SupervisorParts } from "./supervisor.ts";

interface RunningParts extends Pick<SupervisorParts, "acquire" | "probe" | "onLoading" | "onAlive"> {
  readonly clock: Clock;
  readonly post: (event: SupervisionEvent) => void;
  readonly isStarting: () => boolean;
}

export interface Running {
  readonly pid: () => number | null;
  readonly place: () => { readonly url: string; readonly onAlive: () => void };
  readonly spawn: (epoch: number, concurrency: number) => void;
  readonly probe: (epoch: number) => void;
  readonly end: (cause: Cause) => void;
  readonly kill: () => void;
  /** Ends it, unless others use it. */
  readonly release: () => void;
  /** As release, at once and without a word. */
  readonly letGo: () => void;
  readonly lastLines: () => readonly string[];
}

const [loadingMs, readyMs, restMs, earlyMs] = [250, 1_000, 200, 150];
/** A traceback with what led to it. */
const tracebackLines = 80;

export function runChild({ acquire, probe, onLoading, onAlive, clock, post, isStarting }: RunningParts): Running {
  let present: { readonly server: Server; readonly epoch: number; readonly gone: AbortController } | null = null;
  let log: Log | null = null;
  let arriving: Promise<void> = Promise.resolve();
  let probing = new AbortController();

  const urlOf = (): string => `http://127.0.0.1:${present?.server.port ?? 0}`;

  function spawn(epoch: number, concurrency: number): void {
    arriving = acquire(concurrency).then(
      (server) => arrived(server, epoch),
      (error: unknown) => {
        const detail = error instanceof Error ? error.message : String(error);
        post({ type: "spawn_failed", epoch, cause: { kind: "cannot_start", detail } });
      },
    );
  }

  function arrived(server: Server, epoch: number): void {
    const gone = new AbortController();
    const opened = server.log;
    present = { server, epoch, gone };
    log = opened;
    post({ type: "spawned", epoch });
    void follow(opened, epoch, gone.signal);
    void server.exited.then(() => {
      if (gone.signal.aborted) return;
      opened.read();
      leave(causeOfEnd(opened.last(tracebackLines)));
    });
  }

  function leave(cause: Cause): void {
    if (present === null) return;
    const { epoch, gone } = present;
    present = null;
    gone.abort();
    probing.abort();
    log?.close();
    post({ type: "exited", epoch, cause });
  }

  /** Until it is gone: also after a fault was told, for it may take its time to end. */
  async function follow(opened: Log, epoch: number, gone: AbortSignal): Promise<void> {
    while (!gone.aborted) {
      await clock.sleep(isStarting() ? loadingMs : readyMs, gone);
      const lines = gone.aborted ? null : opened.read();
      if (lines === null) continue;
      if (isStarting()) tellLoading(lines, epoch);
      const fault = causeIn(lines);
      if (fault !== null) await tellFault(opened, epoch, gone, fault);
    }
  }

  function tellLoading(lines: readonly string[], epoch: number): void {
    post({ type: "loading", epoch });
    const download = downloadIn(lines);
    const said = download ?? lines.at(-1);
    if (said !== undefined) onLoading(said, download !== null);
  }

  /** The last line of a traceback says most, and it may not be written yet. */
  async function tellFault(opened: Log, epoch: number, gone: AbortSignal, seen: Cause): Promise<void> {
    await clock.sleep(restMs, gone);
    if (gone.aborted) return;
    opened.read();
    // Where much is written, the lines that showed it are no longer among the last.
    post({ type: "fault", epoch, cause: causeIn(opened.last(tracebackLines)) ?? seen });
  }

  function startProbe(epoch: number): void {
    probing.abort();
    probing = new AbortController();
    void runProbe(epoch, isStarting(), probing.signal);
  }

  async function runProbe(epoch: number, isFirst: boolean, ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      const probed = await probe(urlOf(), isFirst, ended).catch((error) => {
        if (ended.aborted) return null;
        throw error;
      });
      if (ended.aborted) return;
      if (probed === null) return post({ type: "answered", epoch });
      if (!isFirst || !probed.isEarly) return post({ type: "probe_failed", epoch, cause: probed.cause });
      await clock.sleep(earlyMs, ended);
    }
  }

  return {
    pid: () => present?.server.pid ?? null,
    place: () => ({ url: urlOf(), onAlive }),
    spawn,
    probe: startProbe,
    // A server that is just being started is signalled once it is there.
    end: (cause) => {
      probing.abort();
      void arriving.then(() => {
        present?.server.log.write(endLine(cause));
        present?.server.signal("SIGTERM");
      });
    },
    kill: () => void arriving.then(() => present?.server.signal("SIGKILL")),
    release: () => {
      probing.abort();
      void arriving.then(async () => {
        if ((await present?.server.release()) === true) leave({ kind: "left", detail: "another run uses it" });
      });
    },
    letGo: () => {
      probing.abort();
      present?.gone.abort();
      void present?.server.release();
    },
    lastLines: () => (log === null ? [] : [...log.last(3), `all of it: ${log.path}`]),
  };
}
