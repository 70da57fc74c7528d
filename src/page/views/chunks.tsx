/** Chunks as a table: by state, searched, filtered by the address, newest first, paged by key. */
/** @jsxImportSource hono/jsx */

import type { ChunkFilter, ListedChunk } from "../../store/target/list.ts";
import type { ChunkPage } from "../data.ts";
import { addressOf } from "../filter.ts";
import type { View } from "./layout.tsx";
import { ChunkLink, Num, Time } from "./words.tsx";

export const states = ["enriched", "pending", "failed", "too_short"] as const;

interface ListParts {
  readonly page: ChunkPage;
  readonly filter: ChunkFilter;
  readonly before: number | null;
  readonly nowMs: number;
}

export const chunksView = (parts: ListParts): View => ({
  ...{ title: "Chunks", tab: "/chunks" },
  sections: [
    { id: "filter", title: "Filter", body: <Filter filter={parts.filter} /> },
    { id: "list", title: parts.before === null ? "Newest first" : "Further down", body: <List {...parts} /> },
  ],
});

const Filter = ({ filter }: { filter: ChunkFilter }) => (
  <form method="get" action="/chunks" class="filter">
    <label>
      Search <input type="search" name="q" value={filter.search ?? ""} maxlength={200} />
    </label>
    <label>
      State{" "}
      <select name="state">
        <option value="">any</option>
        {states.map((state) => (
          <option value={state} selected={filter.status === state}>
            {state.replace("_", " ")}
          </option>
        ))}
      </select>
    </label>
    {(["project", "source", "type", "intent", "backend"] as const).map((name) => (
      <label>
        {name}{" "}
        <input type="text" name={name} value={filter[name === "type" ? "contentType" : name] ?? ""} maxlength={200} />
      </label>
    ))}
    <button type="submit">Show</button> <a href="/chunks">all</a>
  </form>
);

const List = ({ page: { rows, next, isComplete }, filter, before, nowMs }: ListParts) => (
  <>
    {rows.length === 0 ? (
      <p class="empty">
        {isComplete || next === null
          ? "No chunk is like this. Take something out of the filter."
          : "None so far; there is more to look through."}
      </p>
    ) : (
      <ol class="chunks">
        {rows.map((row) => (
          <Row row={row} nowMs={nowMs} />
        ))}
      </ol>
    )}
    <nav aria-label="Pages" class="pages">
      {before === null ? null : <a href={addressOf(filter)}>newest</a>}{" "}
      {next === null ? null : <a href={addressOf(filter, next)}>{isComplete ? "older" : "look further"}</a>}
    </nav>
  </>
);

const Row = ({ row, nowMs }: { row: ListedChunk; nowMs: number }) => (
  <li>
    <p class="meta">
      <ChunkLink id={row.id} />
      <span class={`state ${row.status}`}>{row.status.replace("_", " ")}</span>
      {[row.project, row.source, row.contentType, row.intent, row.backend].map((word) =>
        word === null ? null : <span class="word">{word}</span>,
      )}
      {row.importance === null ? null : (
        <span class="word">
          importance <Num n={row.importance} />
        </span>
      )}
      {row.createdAt === null || Number.isNaN(Date.parse(row.createdAt)) ? null : (
        <Time at={row.createdAt} nowMs={nowMs} />
      )}
    </p>
    <p class={row.summary === null ? "excerpt" : "summary"}>{row.summary ?? row.excerpt}</p>
  </li>
);
