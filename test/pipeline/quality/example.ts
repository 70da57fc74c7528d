/** How the tables of the quality rules write an answer down: what it is about, what is in it, what came before it. */

import type { Enrichment } from "../../../src/core/enrichment.ts";

export type Example = readonly [text: string, answer: Partial<Enrichment>, history?: readonly number[]];

export const summaries = (text: string, ...all: string[]): Example[] => all.map((summary) => [text, { summary }]);
export const tags = (text: string, ...all: string[][]): Example[] => all.map((list) => [text, { tags: list }]);
export const symbols = (text: string, ...all: string[][]): Example[] =>
  all.map((list) => [text, { primary_symbols: list }]);
/** One answer fewer than it takes. */
export const sevens = Array.from({ length: 24 }, () => 7);
