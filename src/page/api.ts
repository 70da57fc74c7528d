/** The local API: what the page shows as JSON, its actions, the metrics, and whether it is well. Behind the same guard. */

import { Hono } from "hono";
import { version } from "../core/version.ts";
import { actions, messageOf, refusedRestart, wishIn } from "./actions.ts";
import { type PageData, type Range, ranges } from "./data.ts";
import { filterOf, rowidOf } from "./filter.ts";
import { bodyMax } from "./guard.ts";
import { createMetrics } from "./metrics.ts";
import { openApi } from "./openapi.ts";
import { snakeKeys } from "./snake.ts";

export function createApi(data: PageData, askedBy: string): Hono {
  const app = new Hono();
  const metrics = createMetrics(version);
  const counting = { error: "the chunks are being counted: ask again" };

  app.get("/api/stats", (context) => {
    const stats = data.stats();
    return stats === null ? context.json(counting, 503, { "retry-after": "1" }) : context.json(stats);
  });
  app.get("/api/overview", async (context) => {
    // The statistics have names of people's own in them, and their own address.
    const { stats: _, ...overview } = await data.overview();
    return context.json(snakeKeys(overview));
  });
  app.get("/api/series", async (context) => {
    const range = context.req.query("range") ?? "1h";
    if (!Object.hasOwn(ranges, range))
      return context.json({ error: `range is one of ${Object.keys(ranges).join(", ")}` }, 400);
    return context.json(snakeKeys(await data.series(range as Range)));
  });
  app.get("/api/chunks", async (context) => {
    const filter = filterOf((name) => context.req.query(name));
    const before = rowidOf(context.req.query("before"));
    if (before === undefined) return context.json({ error: "before is a rowid, as `next` gives it" }, 400);
    return context.json(snakeKeys(await data.chunks(filter, before)));
  });
  app.get("/api/chunks/:id", async (context) => {
    const chunk = await data.chunk(context.req.param("id"));
    return chunk === null ? context.json({ error: "there is no such chunk" }, 404) : context.json(snakeKeys(chunk));
  });
  app.get("/api/failures", async (context) => {
    const offset = rowidOf(context.req.query("offset") ?? "0");
    if (offset === undefined || offset === null || offset < 0)
      return context.json({ error: "offset is a number from 0 up" }, 400);
    return context.json(snakeKeys(await data.failures(context.req.query("kind") || null, offset)));
  });
  app.get("/api/descriptions", async (context) => context.json(snakeKeys(await data.descriptions())));
  app.get("/api/backends", async (context) => context.json(snakeKeys(await data.backends())));
  app.get("/api/settings", (context) => context.json(snakeKeys(data.settings)));
  app.get("/api/openapi.json", (context) => context.json(openApi(version)));
  app.post("/api/actions", async (context) => {
    const text = await context.req.text();
    if (text.length > bodyMax) return context.json({ error: "the body is too large" }, 413);
    const wish = wishIn(text);
    if (wish === null) return context.json({ error: `action is one of ${[...actions, "retry"].join(", ")}` }, 400);
    if (wish.action === "retry") return context.json({ action: "retry", message: await data.retry(wish.wanted) });
    const told = await data.act(wish.action, askedBy);
    if (told === null) return context.json({ error: refusedRestart }, 409);
    return context.json({ action: wish.action, told, message: messageOf(wish.action, told) });
  });

  app.get("/metrics", async (context) => {
    const text = await metrics.text(await data.overview(), await data.totals());
    return context.body(text, 200, { "content-type": metrics.contentType });
  });
  app.get("/healthz", (context) => context.text("ok\n"));
  app.get("/readyz", async (context) => {
    const { headline } = await data.overview();
    const isReady = headline.activity === "working" || headline.activity === "finished";
    return context.json(snakeKeys({ isReady, ...headline }), isReady ? 200 : 503);
  });
  return app;
}
