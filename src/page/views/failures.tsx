/** What failed: by cause, with an example each and another try for all of a kind; then chunk by chunk. */
/** @jsxImportSource hono/jsx */

import type { FailuresView } from "../detail.ts";
import type { View } from "./layout.tsx";
import { ChunkLink, Num, Time } from "./words.tsx";

interface FailuresParts {
  readonly failures: FailuresView;
  readonly kind: string | null;
  readonly nowMs: number;
}

export const failuresView = (parts: FailuresParts): View => ({
  ...{ title: "Failures", tab: "/failures" },
  sections: [
    { id: "kinds", title: "By cause", body: <Kinds {...parts} /> },
    { id: "failed", title: parts.kind === null ? "Chunks" : `Chunks: ${parts.kind}`, body: <Chunks {...parts} /> },
  ],
});

const addressOf = (kind: string | null, offset: number): string => {
  const query = new URLSearchParams();
  if (kind !== null) query.set("kind", kind);
  if (offset > 0) query.set("offset", String(offset));
  return query.size === 0 ? "/failures" : `/failures?${query}`;
};

const Kinds = ({ failures: { kinds }, nowMs }: FailuresParts) => {
  if (kinds.length === 0) return <p class="empty">Nothing has failed, or nothing waits for another try.</p>;
  return (
    <>
      <table>
        <caption>Chunks whose last question failed so.</caption>
        <thead>
          <tr>
            <th scope="col">Cause</th>
            <th scope="col" class="right">
              Waiting
            </th>
            <th scope="col" class="right">
              Given up
            </th>
            <th scope="col">The latest</th>
            <th scope="col">Action</th>
          </tr>
        </thead>
        <tbody>
          {kinds.map(({ kind, waiting, quarantined, latest }) => (
            <tr>
              <th scope="row">
                <a href={addressOf(kind, 0)}>{kind}</a>
              </th>
              <td class="right">
                <Num n={waiting} />
              </td>
              <td class="right">
                <Num n={quarantined} />
              </td>
              <td>
                <ChunkLink id={latest.id} />
                {latest.at === null ? null : (
                  <>
                    {" "}
                    <Time at={latest.at} nowMs={nowMs} />
                  </>
                )}
                {latest.detail === null ? null : <span class="detail">{` ${latest.detail}`}</span>}
              </td>
              <td>
                <button
                  type="button"
                  data-action="retry"
                  data-with={JSON.stringify({ kind })}
                  aria-label={`Retry these: ${kind}`}
                >
                  Retry these
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="actions">
        <button type="button" data-action="retry" data-with={JSON.stringify({ all: true })}>
          Retry all
        </button>
      </div>
    </>
  );
};

const Chunks = ({ failures: { chunks, total, nextOffset }, kind, nowMs }: FailuresParts) => {
  if (chunks.length === 0) return <p class="empty">No failed chunk.</p>;
  return (
    <>
      <p class="basis">
        <Num n={total} /> in all, the latest first
      </p>
      <ol class="chunks">
        {chunks.map((chunk) => (
          <li>
            <p class="meta">
              <ChunkLink id={chunk.id} />
              <span class={`state ${chunk.state}`}>{chunk.state}</span>
              <span>{chunk.kind}</span>
              {chunk.failedAt === null ? null : <Time at={chunk.failedAt} nowMs={nowMs} />}
              <button
                type="button"
                data-action="retry"
                data-with={JSON.stringify({ ids: [chunk.id] })}
                aria-label={`Retry ${chunk.id}`}
              >
                Retry
              </button>
            </p>
            {chunk.detail === null ? null : <p class="excerpt">{chunk.detail}</p>}
          </li>
        ))}
      </ol>
      <nav aria-label="Pages" class="pages">
        {nextOffset === null ? null : <a href={addressOf(kind, nextOffset)}>more</a>}
      </nav>
    </>
  );
};
