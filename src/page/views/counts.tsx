/** The numbers of the overview: chunks by state, the latest run, the files. */
/** @jsxImportSource hono/jsx */

import { size } from "../../core/format.ts";
import type { FileView, StatsView } from "../data.ts";
import { Num, ShareHead, ShareRow, Time } from "./words.tsx";

const labels: Readonly<Record<string, string>> = {
  ...{
    enriched: "enriched",
    pending: "pending",
    claimed: "taken, to be asked next",
    answered: "answered, not written yet",
  },
  ...{ waiting: "waiting for another try", quarantined: "given up", too_short: "too short" },
  ...{ not_wanted: "not wanted", archived: "archived" },
};
const linked: Readonly<Record<string, string>> = {
  ...{ enriched: "/chunks?state=enriched", pending: "/chunks?state=pending", too_short: "/chunks?state=too_short" },
  ...{ quarantined: "/failures", waiting: "/failures" },
};

export const States = ({ stats }: { stats: StatsView }) => (
  <table>
    <caption>Each chunk is in one state; they add up to the total.</caption>
    <ShareHead head="State" />
    <tbody>
      {Object.entries(labels).map(([state, label]) => (
        <ShareRow name={label} link={linked[state] ?? null} n={stats.counts[state] ?? 0} whole={stats.total_chunks} />
      ))}
      <tr class="total">
        <th scope="row">all</th>
        <td class="right">
          <Num n={stats.total_chunks} />
        </td>
        <td />
      </tr>
    </tbody>
  </table>
);

export const LatestRun = ({ run, nowMs }: { run: StatsView["latest_run"]; nowMs: number }) => {
  if (run === null)
    return (
      <p class="empty">
        No run yet: <code>enrichd run</code> starts one.
      </p>
    );
  const number = (key: string): number | null => (typeof run[key] === "number" ? (run[key] as number) : null);
  const rows: readonly (readonly [string, number | null, string])[] = [
    ["answered", number("enriched"), ""],
    ["failed questions", number("failed"), ""],
    ["answers an hour", number("chunks_per_hour"), ""],
    ["half within", number("p50_ms"), " ms"],
    ["95 % within", number("p95_ms"), " ms"],
    ["tokens in", number("tokens_in"), ""],
    ["of them cached", number("tokens_cached"), ""],
    ["tokens out", number("tokens_out"), ""],
  ];
  return (
    <>
      <p>
        {String(run["backend"])} ({String(run["model"])}), {String(run["state"])}, started{" "}
        <Time at={String(run["started_at"])} nowMs={nowMs} />
      </p>
      <dl class="numbers">
        {rows.map(([name, value, unit]) => (
          <div>
            <dt>{name}</dt>
            <dd>
              <Num n={value} />
              {value === null ? null : unit}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
};

export const Files = ({ files }: { files: readonly FileView[] }) => (
  <ul class="files">
    {files.map(({ what, path, bytes, walBytes }) => (
      <li>
        {what}: <code>{path}</code>, {size(bytes)}
        {walBytes > 0 ? `, ${size(walBytes)} in its WAL` : null}
      </li>
    ))}
  </ul>
);
