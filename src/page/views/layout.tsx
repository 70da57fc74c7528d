/** The frame of every page: head, navigation, and the sections of a view, each a part that is updated by itself. */
/** @jsxImportSource hono/jsx */

import type { Child } from "hono/jsx";
import type { Headline } from "../data.ts";
import { Time } from "./words.tsx";

/** A part of a view; its content is replaced as a whole when it changes. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Child;
}

export interface View {
  readonly title: string;
  /** The path of the tab it belongs to. */
  readonly tab: string;
  readonly sections: readonly Section[];
}

const tabs: readonly (readonly [path: string, name: string])[] = [
  ["/", "Overview"],
  ["/chunks", "Chunks"],
  ["/failures", "Failures"],
  ["/descriptions", "Descriptions"],
  ["/backends", "Backends"],
  ["/settings", "Settings"],
];

export interface FrameParts {
  readonly view: View;
  readonly pageToken: string;
  readonly process: string;
  readonly version: string;
  /** Path and query, for the live updates of this very view; null for a view that stays as it is. */
  readonly live: string | null;
}

export const Frame = ({ view, pageToken, process, version, live }: FrameParts) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="enrichd-token" content={pageToken} />
      <title>{`${view.title} · enrichd`}</title>
      <link rel="icon" href="data:," />
      <link rel="stylesheet" href="/assets/page.css" />
      <script type="module" src="/assets/page.js" />
    </head>
    <body data-live={live ?? undefined} data-process={process}>
      <a class="skip" href="#content">
        Skip to content
      </a>
      <header>
        <strong class="brand">enrichd</strong>
        <nav aria-label="Views">
          <ul>
            {tabs.map(([path, name]) => (
              <li>
                <a href={path} aria-current={path === view.tab ? "page" : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <span class="connection" id="connection" role="status" />
      </header>
      <main id="content">
        <h1>{view.title}</h1>
        {view.sections.map(({ id, title, body }) => (
          <section aria-labelledby={`${id}-title`}>
            <h2 id={`${id}-title`}>{title}</h2>
            <div id={id}>{body}</div>
          </section>
        ))}
      </main>
      <p class="message" id="message" role="alert" />
      <footer>enrichd {version}, on this machine only</footer>
    </body>
  </html>
);

const words: Readonly<Record<Headline["activity"], string>> = {
  working: "Working",
  paused: "Paused",
  waiting_for_model: "Waiting for the model",
  waiting_for_database: "Waiting for the database",
  finished: "Finished",
  stopped: "Stopped",
  failed: "Failed",
  crashed: "Ended without a word",
  none: "Not started",
};

export const HeadlineText = ({ headline, nowMs }: { headline: Headline; nowMs: number }) => (
  <p class={`headline ${headline.activity}`}>
    <strong>{words[headline.activity]}</strong>
    {headline.since === null ? null : (
      <>
        {" "}
        since <Time at={headline.since} nowMs={nowMs} />
      </>
    )}
    {headline.why === "" ? null : <span class="why">{`: ${headline.why}`}</span>}
  </p>
);
