/** The places for the charts, with their numbers as tables for whoever does not see them; the page's script draws. */
/** @jsxImportSource hono/jsx */

import { ranges } from "../data.ts";

const charts = [
  ["throughput", "Answers a minute"],
  ["latency", "Time for an answer"],
  ["tokens", "Tokens a minute"],
  ["failures", "Failures a minute"],
] as const;

/** Drawn by the script in the page; each has its numbers as a table for whoever does not see it. */
export const Charts = () => (
  <div id="charts" data-charts="/api/series">
    <fieldset class="ranges">
      <legend>Range</legend>
      {Object.keys(ranges).map((range) => (
        <label>
          <input type="radio" name="range" value={range} checked={range === "1h"} />
          <span>{range}</span>
        </label>
      ))}
    </fieldset>
    {charts.map(([id, title]) => (
      <figure data-chart={id}>
        <figcaption>{title}</figcaption>
        <div class="plot" />
        <details>
          <summary>{`${title} as a table`}</summary>
          <div class="numbers" />
        </details>
      </figure>
    ))}
    <noscript>
      The charts need JavaScript; their numbers are at <a href="/api/series?range=1h">/api/series</a>.
    </noscript>
  </div>
);
