/** What the descriptions say, so that somebody can judge by eye whether they are any good. */
/** @jsxImportSource hono/jsx */

import type { StatsView } from "../data.ts";
import type { DescriptionsView } from "../detail.ts";
import type { View } from "./layout.tsx";
import { Counting } from "./overview.tsx";
import { ChunkLink, CountTable, Num, ShareRow, Time } from "./words.tsx";

interface Parts {
  readonly said: DescriptionsView;
  readonly stats: StatsView | null;
  readonly nowMs: number;
}

export function descriptionsView({ said, stats, nowMs }: Parts): View {
  const of = `Of the latest ${said.looked.toLocaleString("en-US")} described.`;
  const whole = stats?.enriched ?? 0;
  return {
    ...{ title: "Descriptions", tab: "/descriptions" },
    sections: [
      { id: "sample", title: "The latest", body: <Sample said={said} nowMs={nowMs} /> },
      {
        ...{ id: "tags", title: "Tags" },
        body: (
          <CountTable
            {...{ caption: of, head: "Tag", entries: said.tags, whole: said.looked }}
            link={(tag) => `/chunks?q=${encodeURIComponent(tag)}`}
          />
        ),
      },
      {
        ...{ id: "importance", title: "Importance" },
        body: <CountTable {...{ caption: of, head: "Importance", entries: said.importance, whole: said.looked }} />,
      },
      {
        ...{ id: "intents", title: "Intents" },
        body:
          stats === null ? (
            <Counting />
          ) : (
            <CountTable
              {...{ caption: "Of all described.", head: "Intent", entries: Object.entries(stats.by_intent), whole }}
              link={(intent) => `/chunks?intent=${encodeURIComponent(intent)}`}
            />
          ),
      },
      {
        ...{ id: "projects", title: "Projects" },
        body:
          stats === null ? (
            <Counting />
          ) : (
            <CountTable
              {...{ caption: "Of all chunks; the twenty largest.", head: "Project" }}
              {...{ entries: Object.entries(stats.by_project), whole: stats.total_chunks }}
              link={(project) => `/chunks?project=${encodeURIComponent(project)}`}
            />
          ),
      },
      { id: "coverage", title: "Coverage", body: stats === null ? <Counting /> : <Coverage stats={stats} /> },
    ],
  };
}

const Sample = ({ said: { sample }, nowMs }: { said: DescriptionsView; nowMs: number }) => {
  if (sample.length === 0) return <p class="empty">Nothing is described yet.</p>;
  return (
    <ol class="chunks">
      {sample.map((chunk) => (
        <li>
          <p class="meta">
            <ChunkLink id={chunk.id} />
            {[chunk.intent, chunk.backend].map((word) => (word === null ? null : <span class="word">{word}</span>))}
            {chunk.importance === null ? null : (
              <span class="word">
                importance <Num n={chunk.importance} />
              </span>
            )}
            {chunk.enrichedAt === null ? null : <Time at={chunk.enrichedAt} nowMs={nowMs} />}
          </p>
          <p class="summary">{chunk.summary}</p>
          <p class="meta">{chunk.tags.join(", ")}</p>
          <p class="excerpt">{chunk.excerpt}</p>
        </li>
      ))}
    </ol>
  );
};

const Coverage = ({ stats }: { stats: StatsView }) => (
  <table>
    <caption>Chunks that have something in these columns, of those that can be enriched.</caption>
    <tbody>
      {Object.entries(stats.coverage).map(([name, n]) => (
        <ShareRow name={name.replaceAll("_", " ")} link={null} n={n} whole={stats.enrichable} />
      ))}
    </tbody>
  </table>
);
