/** The routes of the page and of the local API, behind the guard. It reads and asks through what is handed in. */
/** @jsxImportSource hono/jsx */

import { Hono } from "hono";
import type { Clock } from "../core/clock.ts";
import { version } from "../core/version.ts";
import { type Action, actions } from "./actions.ts";
import { assets } from "./assets.ts";
import { type PageData, type Range, ranges } from "./data.ts";
import { bodyMax, type GuardSettings, guard } from "./guard.ts";
import { createLive, type Regions } from "./live.ts";
import { chunksView, filterOf } from "./views/chunks.tsx";
import { Frame, type View } from "./views/layout.tsx";
import { overviewView } from "./views/overview.tsx";

export interface AppParts extends GuardSettings {
  readonly data: PageData;
  readonly clock: Clock;
  /** Ends the live updates. */
  readonly signal: AbortSignal;
  /** Who an action is said to come from. */
  readonly askedBy: string;
}

export function createApp(parts: AppParts): Hono {
  const { data, clock, signal } = parts;
  const app = new Hono();
  app.use(guard(parts));

  /** What a path with its query shows; null for one that there is not. */
  async function viewOf(address: string): Promise<View | null> {
    const url = new URL(address, "http://page");
    const nowMs = clock.wallMs();
    if (url.pathname === "/") return overviewView(await data.overview(), nowMs);
    if (url.pathname === "/chunks") {
      const filter = filterOf((name) => url.searchParams.get(name) ?? undefined);
      const before = rowidOf(url.searchParams.get("before"));
      return chunksView({ page: await data.chunks(filter, before), filter, before, nowMs });
    }
    return null;
  }

  const live = createLive({
    ...{ clock, signal },
    render: async (address) => {
      const view = await viewOf(address);
      return view === null ? {} : await regionsOf(view);
    },
  });

  for (const [path, { type, text }] of Object.entries(assets))
    app.get(path, (context) => context.body(text, 200, { "content-type": type, "cache-control": "no-cache" }));

  app.get("/api/stats", (context) => {
    const stats = data.stats();
    return stats === null ? context.json({ counting: true }, 503, { "retry-after": "1" }) : context.json(stats);
  });
  app.get("/api/series", async (context) => {
    const range = context.req.query("range") ?? "1h";
    if (!Object.hasOwn(ranges, range)) return context.json({ error: "range is one of 10m, 1h, 24h, all" }, 400);
    return context.json(await data.series(range as Range));
  });
  app.get("/api/events", (context) => {
    const stream = live.open(context.req.query("view") ?? "/", context.req.raw.signal);
    if (stream === null) return context.json({ error: "too many pages are open" }, 503, { "retry-after": "10" });
    return context.body(stream, 200, { "content-type": "text/event-stream" });
  });
  app.post("/api/actions", async (context) => {
    const text = await context.req.text();
    if (text.length > bodyMax) return context.json({ error: "the body is too large" }, 413);
    const action = actionIn(text);
    if (action === null) return context.json({ error: `action is one of ${actions.join(", ")}` }, 400);
    return context.json({ action, told: await data.act(action, parts.askedBy) });
  });
  app.get("/healthz", (context) => context.text("ok\n"));

  app.get("*", async (context) => {
    const url = new URL(context.req.url);
    const address = url.pathname + url.search;
    const view = await viewOf(address);
    if (view === null) return context.text("There is no such page.\n", 404);
    const isLive = url.pathname === "/";
    const frame = <Frame view={view} pageToken={parts.pageToken} version={version} live={isLive ? address : null} />;
    return context.html(`<!doctype html>${await frame}`);
  });
  return app;
}

async function regionsOf(view: View): Promise<Regions> {
  const regions: Record<string, string> = {};
  for (const { id, body } of view.sections) {
    // What the script in the page has drawn is its own.
    if (id !== "over-time") regions[id] = String(await body);
  }
  return regions;
}

const rowidOf = (text: string | null): number | null =>
  text !== null && /^-?\d{1,15}$/.test(text) ? Number(text) : null;

function actionIn(text: string): Action | null {
  try {
    const body: unknown = JSON.parse(text);
    const action = typeof body === "object" && body !== null && "action" in body ? body.action : null;
    return actions.find((name) => name === action) ?? null;
  } catch {
    return null;
  }
}
