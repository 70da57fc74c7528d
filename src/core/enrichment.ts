/** The description of a chunk: the one zod schema that the prompt, the reply reader and the database writer share. */

import { z } from "zod";
import type { Extra } from "./extra.ts";

export const intents = [
  "debugging",
  "designing",
  "configuring",
  "discussing",
  "deciding",
  "implementing",
  "reviewing",
] as const;
export const epistemicLevels = ["hypothesis", "substantiated", "validated"] as const;
export const debtImpacts = ["introduction", "resolution", "none"] as const;
export const sentimentLabels = ["frustration", "confusion", "positive", "satisfaction", "neutral"] as const;

/** Limits are those of BrainLayer's columns, counted in code points. */
export const limits = {
  summary: 500,
  resolvedQuery: 500,
  versionScope: 200,
  tags: 10,
  symbols: 20,
  deps: 15,
  queries: 3,
  facts: 10,
  signals: 10,
} as const;

export const enrichmentSchema = z.strictObject({
  summary: z.string().min(1),
  tags: z.array(z.string()).max(limits.tags),
  importance: z.number().min(1).max(10),
  intent: z.enum(intents),
  primary_symbols: z.array(z.string()).max(limits.symbols),
  resolved_queries: z.array(z.string()).max(limits.queries),
  key_facts: z.array(z.string()).max(limits.facts),
  epistemic_level: z.enum(epistemicLevels),
  version_scope: z.string().nullable(),
  debt_impact: z.enum(debtImpacts),
  external_deps: z.array(z.string()).max(limits.deps),
  sentiment_label: z.enum(sentimentLabels),
  sentiment_score: z.number().min(-1).max(1),
  sentiment_signals: z.array(z.string()).max(limits.signals),
});

/** `resolved_query`, the single question of older databases, is `resolved_queries[0]`. */
export type Enrichment = Readonly<z.infer<typeof enrichmentSchema>> & {
  /** Where fields of people's own were asked for: never a column of somebody's table. */
  readonly extra?: Extra;
};
