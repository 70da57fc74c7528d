/** What the latest descriptions say, for the page: tags, importance, and a few to read. Only so many rows are looked at. */

import { headOf } from "../core/points.ts";
import type { DescriptionsView } from "../page/detail.ts";
import { latestDescribed } from "../store/target/latest.ts";
import { listOf } from "./page-chunk.ts";
import type { PageFiles } from "./page-files.ts";

const lookedMax = 2_000;
const sampleMax = 20;
const tagsMax = 40;
const excerptMax = 240;

export async function readDescriptions(files: PageFiles): Promise<DescriptionsView> {
  const rows = await files.readTarget((db, columns) => latestDescribed(db, columns, lookedMax));
  const tags = new Map<string, number>();
  const importance = new Map<string, number>();
  for (const row of rows) {
    for (const tag of row.tags === null ? [] : listOf(row.tags)) tags.set(tag, (tags.get(tag) ?? 0) + 1);
    if (row.importance !== null) {
      const name = String(Math.round(row.importance));
      importance.set(name, (importance.get(name) ?? 0) + 1);
    }
  }
  return {
    looked: rows.length,
    tags: [...tags].sort(([, a], [, b]) => b - a).slice(0, tagsMax),
    importance: [...importance].sort(([a], [b]) => Number(b) - Number(a)),
    sample: rows.slice(0, sampleMax).map(({ tags, summary, excerpt, ...row }) => ({
      ...{ ...row, summary: summary ?? "", excerpt: headOf(excerpt, excerptMax) },
      tags: tags === null ? [] : listOf(tags),
    })),
  };
}
