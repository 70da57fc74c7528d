/**
 * Live updates: whoever looks at a view gets the parts of it that have changed, as HTML made here. All who look at one
 * view share one rendering; one who reads slowly is sent the newest state when it reads again, and never a queue.
 */

import type { Clock } from "../core/clock.ts";

/** The parts of a view by the id of their element. */
export type Regions = Readonly<Record<string, string>>;

export interface LiveParts {
  readonly render: (view: string) => Promise<Regions>;
  /** Which process this is: a page of an earlier one loads itself anew, for its token is another. */
  readonly process: string;
  readonly clock: Clock;
  /** Ends all. */
  readonly signal: AbortSignal;
}

export interface Live {
  /** Null: there are as many as may be. */
  readonly open: (view: string, gone: AbortSignal) => ReadableStream<Uint8Array> | null;
  readonly count: () => number;
}

export const clientsMax = 64;
const tickMs = 1_000;
/** A comment, so that a proxy or a sleeping laptop is noticed. */
const pingTicks = 15;

interface Channel {
  regions: Regions;
  /** What leads from one state to the next is made once, however many it is for. */
  step: { readonly from: Regions; readonly to: Regions; readonly bytes: Uint8Array | null } | null;
  /** Rings for each client that waits. */
  waiters: Set<() => void>;
  clients: number;
}

export function createLive({ render, process, clock, signal }: LiveParts): Live {
  const channels = new Map<string, Channel>();
  let clients = 0;
  async function run(view: string, channel: Channel): Promise<void> {
    do {
      await clock.sleep(tickMs, signal);
      const regions = await render(view).catch(() => null);
      // A database that is just locked or replaced is told by the view itself; a bug of ours must not end the stream.
      if (regions !== null) channel.regions = regions;
      for (const wake of channel.waiters) wake();
      channel.waiters = new Set();
    } while (channel.clients > 0 && !signal.aborted);
    channels.delete(view);
  }

  function channelOf(view: string): Channel {
    const there = channels.get(view);
    if (there !== undefined) return there;
    const channel: Channel = { regions: {}, step: null, waiters: new Set(), clients: 0 };
    channels.set(view, channel);
    void run(view, channel);
    return channel;
  }

  function open(view: string, gone: AbortSignal): ReadableStream<Uint8Array> | null {
    if (clients >= clientsMax || signal.aborted) return null;
    const channel = channelOf(view);
    clients++;
    channel.clients++;
    let sent: Regions = {};
    let isOpen = true;
    let quiet = 0;
    const close = (): void => {
      if (!isOpen) return;
      isOpen = false;
      signal.removeEventListener("abort", close);
      clients--;
      channel.clients--;
      for (const wake of channel.waiters) wake();
    };
    gone.addEventListener("abort", close, { once: true });
    signal.addEventListener("abort", close, { once: true });
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => controller.enqueue(encoder.encode(`retry: 1000\nevent: process\ndata: ${process}\n\n`)),
        // Called when the last piece was taken, so that there is never more than one on its way to a client.
        pull: async (controller) => {
          while (isOpen) {
            await new Promise<void>((wake) => channel.waiters.add(wake));
            if (!isOpen) break;
            const bytes = stepFrom(channel, sent);
            sent = channel.regions;
            quiet = bytes === null ? quiet + 1 : 0;
            if (quiet > 0 && quiet % pingTicks !== 0) continue;
            controller.enqueue(bytes ?? ping);
            return;
          }
          controller.close();
        },
        cancel: close,
      },
      { highWaterMark: 1 },
    );
  }

  return { open, count: () => clients };
}

const encoder = new TextEncoder();
const ping = encoder.encode(": still here\n\n");

/** Null where nothing has changed. */
function stepFrom(channel: Channel, from: Regions): Uint8Array | null {
  const { regions: to, step } = channel;
  if (step?.from === from && step.to === to) return step.bytes;
  const changed = changedIn(to, from);
  const isSame = Object.keys(changed).length === 0;
  const bytes = isSame ? null : encoder.encode(`event: regions\ndata: ${JSON.stringify(changed)}\n\n`);
  channel.step = { from, to, bytes };
  return bytes;
}

export const changedIn = (now: Regions, before: Regions): Regions =>
  Object.fromEntries(Object.entries(now).filter(([id, html]) => before[id] !== html));
