/** The first look: is it working, how far, how fast, when done, what failed; and the actions on all of it. */
/** @jsxImportSource hono/jsx */

import { type Action, actionNames } from "../actions.ts";
import { atWork, type Overview } from "../data.ts";
import { Charts } from "./charts.tsx";
import { Files, LatestRun, States } from "./counts.tsx";
import { HeadlineText, type View } from "./layout.tsx";
import { Num, span, Time } from "./words.tsx";

export function overviewView(overview: Overview, nowMs: number): View {
  const { headline, stats } = overview;
  return {
    ...{ title: "Overview", tab: "/" },
    sections: [
      {
        ...{ id: "now", title: "Now" },
        body: (
          <>
            <HeadlineText headline={headline} nowMs={nowMs} />
            <ProgressOf overview={overview} />
            <Actions overview={overview} />
            <LastRequests overview={overview} nowMs={nowMs} />
          </>
        ),
      },
      { id: "over-time", title: "Over time", body: <Charts /> },
      { id: "states", title: "Chunks by state", body: stats === null ? <Counting /> : <States stats={stats} /> },
      { id: "run", title: "Latest run", body: <LatestRun run={stats?.latest_run ?? null} nowMs={nowMs} /> },
      { id: "files", title: "Files", body: <Files files={overview.files} /> },
    ],
  };
}

export const Counting = () => <p class="empty">The chunks are being counted.</p>;

const ProgressOf = ({ overview: { stats, eta, countedAgoMs } }: { overview: Overview }) => {
  if (stats === null) return <Counting />;
  if (stats.total_chunks === 0)
    return (
      <p class="empty">
        The database has no chunks yet: <code>enrichd import PATH</code> brings some in.
      </p>
    );
  return (
    <div class="progress">
      <progress max={Math.max(1, stats.enrichable)} value={stats.enriched} aria-label="Chunks enriched" />
      <p>
        <Num n={stats.enriched} /> of <Num n={stats.enrichable} /> enriched ({stats.percent} %),{" "}
        <Num n={stats.remaining} /> left
        {eta === null ? null : (
          <span title={eta.basis}>
            , done in about <span class="num">{span(eta.seconds)}</span> <span class="basis">({eta.basis})</span>
          </span>
        )}
      </p>
      {countedAgoMs !== null && countedAgoMs > 15_000 ? (
        <p class="basis">counted {span(Math.round(countedAgoMs / 1_000))} ago</p>
      ) : null}
    </div>
  );
};

const Actions = ({ overview }: { overview: Overview }) => {
  const offered: Action[] = [overview.isPaused ? "resume" : "pause"];
  if (atWork.has(overview.headline.activity)) offered.push("stop");
  if (overview.canRestart) offered.push("restart");
  return (
    <div class="actions">
      {offered.map((action) => (
        <button type="button" data-action={action}>
          {actionNames[action]}
        </button>
      ))}
    </div>
  );
};

const LastRequests = ({ overview: { requests }, nowMs }: { overview: Overview; nowMs: number }) =>
  requests.length === 0 ? null : (
    <ul class="requests">
      {requests.map(({ action, askedBy, atMs, takenAtMs }) => (
        <li>
          {`${actionNames[action]}, asked by ${askedBy} `}
          <Time at={new Date(atMs).toISOString()} nowMs={nowMs} />
          {action === "stop" || action === "restart" ? (takenAtMs === null ? ", not heard yet" : ", heard") : null}
        </li>
      ))}
    </ul>
  );
