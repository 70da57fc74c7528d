/** The routes of the page and of the local API, behind the guard. It reads and asks through what is handed in. */
/** @jsxImportSource hono/jsx */

import { Hono } from "hono";
import type { Clock } from "../core/clock.ts";
import { version } from "../core/version.ts";
import { createApi } from "./api.ts";
import { assets } from "./assets.ts";
import type { PageData } from "./data.ts";
import { filterOf, rowidOf } from "./filter.ts";
import { type GuardSettings, guard } from "./guard.ts";
import { createLive, type Regions } from "./live.ts";
import { backendsView } from "./views/backends.tsx";
import { chunkView } from "./views/chunk.tsx";
import { chunksView } from "./views/chunks.tsx";
import { descriptionsView } from "./views/descriptions.tsx";
import { failuresView } from "./views/failures.tsx";
import { Frame, type View } from "./views/layout.tsx";
import { overviewView } from "./views/overview.tsx";
import { settingsView } from "./views/settings.tsx";

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
  async function viewOf(address: string, nowMs: number): Promise<View | null> {
    const url = new URL(address, "http://page");
    if (url.pathname === "/") return overviewView(await data.overview(), nowMs);
    if (url.pathname === "/failures") {
      const kind = url.searchParams.get("kind")?.slice(0, 100) || null;
      const offset = Math.max(0, rowidOf(url.searchParams.get("offset")) ?? 0);
      return failuresView({ failures: await data.failures(kind, offset), kind, nowMs });
    }
    if (url.pathname === "/descriptions") {
      const [said, { stats }] = [await data.descriptions(), await data.overview()];
      return descriptionsView({ said, stats, nowMs });
    }
    if (url.pathname === "/settings") return settingsView(data.settings);
    if (url.pathname === "/backends") return backendsView(await data.backends(), nowMs);
    const id = idIn(url.pathname);
    const chunk = id === null ? null : await data.chunk(id);
    if (chunk !== null) return chunkView(chunk, nowMs);
    if (url.pathname === "/chunks") {
      const filter = filterOf((name) => url.searchParams.get(name) ?? undefined);
      const before = rowidOf(url.searchParams.get("before")) ?? null;
      return chunksView({ page: await data.chunks(filter, before), filter, before, nowMs });
    }
    return null;
  }

  // Told to whoever listens, so it must say nothing of the token.
  const process = new Bun.CryptoHasher("sha256").update(parts.pageToken).digest("hex").slice(0, 16);
  const live = createLive({
    ...{ clock, signal, process },
    render: async (address) => {
      // The page keeps its times current itself: those of each second would be a change of each second.
      const view = await viewOf(address, Math.floor(clock.wallMs() / quietMs) * quietMs);
      return view === null ? {} : await regionsOf(view);
    },
  });

  for (const [path, { type, text }] of Object.entries(assets))
    app.get(path, (context) => context.body(text, 200, { "content-type": type, "cache-control": "no-cache" }));

  app.route("/", createApi(data, parts.askedBy));
  app.get("/api/events", (context) => {
    const stream = live.open(context.req.query("view") ?? "/", context.req.raw.signal);
    if (stream === null) return context.json({ error: "too many pages are open" }, 503, { "retry-after": "10" });
    return context.body(stream, 200, { "content-type": "text/event-stream" });
  });

  app.get("*", async (context) => {
    const url = new URL(context.req.url);
    const address = url.pathname + url.search;
    const view = await viewOf(address, clock.wallMs());
    if (view === null) return context.text("There is no such page.\n", 404);
    const isLive = liveViews.includes(url.pathname);
    const frame = (
      <Frame
        view={view}
        pageToken={parts.pageToken}
        process={process}
        version={version}
        live={isLive ? address : null}
      />
    );
    return context.html(`<!doctype html>${await frame}`);
  });
  return app;
}

const quietMs = 10_000;

/** The others are looked at for what they say now; what is read must not move away. */
const liveViews = ["/", "/backends"];

async function regionsOf(view: View): Promise<Regions> {
  const regions: Record<string, string> = {};
  for (const { id, body } of view.sections) {
    // What the script in the page has drawn is its own.
    if (id !== "over-time") regions[id] = String(await body);
  }
  return regions;
}

/** `/chunks/ID`; null for what is none, or cannot be decoded. */
function idIn(path: string): string | null {
  if (!path.startsWith("/chunks/")) return null;
  try {
    return decodeURIComponent(path.slice("/chunks/".length));
  } catch {
    return null;
  }
}
