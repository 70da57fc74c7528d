/** What an address asks for, read without trust: which chunks, and from where on. Pure. */

import type { ChunkFilter } from "../store/target/list.ts";

const valueMax = 200;

/** What is empty is any. */
export function filterOf(query: (name: string) => string | undefined): ChunkFilter {
  const value = (name: string): string | null => query(name)?.trim().slice(0, valueMax) || null;
  return {
    ...{ status: value("state"), search: value("q"), project: value("project"), source: value("source") },
    ...{ contentType: value("type"), intent: value("intent"), backend: value("backend") },
  };
}

const names: Readonly<Record<keyof ChunkFilter, string>> = {
  ...{ status: "state", search: "q", project: "project", source: "source" },
  ...{ contentType: "type", intent: "intent", backend: "backend" },
};

/** The address of the view of these chunks, from a row on. */
export function addressOf(filter: ChunkFilter, before: number | null = null): string {
  const query = new URLSearchParams();
  for (const [key, name] of Object.entries(names)) {
    const value = filter[key as keyof ChunkFilter];
    if (value !== null) query.set(name, value);
  }
  if (before !== null) query.set("before", String(before));
  const text = query.toString();
  return text === "" ? "/chunks" : `/chunks?${text}`;
}

/** Null for none; undefined for what is no whole number. */
export function rowidOf(text: string | null | undefined): number | null | undefined {
  if (text === null || text === undefined || text === "") return null;
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}
