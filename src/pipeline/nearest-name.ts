/** Which of the schema's names a model means by a word of its own. Pure. */

import { debtImpacts, type Enrichment, epistemicLevels, intents, sentimentLabels } from "../core/enrichment.ts";

type Words<T extends string> = readonly (readonly [name: T, words: RegExp])[];

const intentWords: Words<Enrichment["intent"]> = [
  ["debugging", /debug|bug|fix|troubleshoot|diagnos|investigat|error/],
  ["designing", /design|architect|plan|brainstorm|propos/],
  ["configuring", /config|set-?up|setting|install|deploy/],
  ["discussing", /discuss|explain|chat|convers|question|inform|document/],
  ["deciding", /decid|decision|choos|select/],
  ["implementing", /implement|build|cod(?:e|ing)|writ|develop|refactor|creat|program/],
  ["reviewing", /review|test|evaluat|analy|audit|verif|inspect/],
];
const epistemicWords: Words<Enrichment["epistemic_level"]> = [
  ["hypothesis", /hypoth|specul|guess|assum|plan|\bun|\bnot\b|\bin/],
  ["validated", /valid|verif|confirm|tested|prove|fact/],
  ["substantiated", /substant|support|evidence|reason|likely/],
];
const debtWords: Words<Enrichment["debt_impact"]> = [
  ["introduction", /intro|increas|add/],
  ["resolution", /resol|reduc|remov|fix|decreas/],
  ["none", /\bno(?:t|ne)?\b/],
];
const sentimentWords: Words<Enrichment["sentiment_label"]> = [
  ["frustration", /frustrat|negativ|anger|angry|annoy|irritat|dissatisf/],
  ["confusion", /confus|uncertain|puzzl/],
  ["satisfaction", /satisf|relie/],
  ["positive", /positiv|happy|joy|excit|enthusias|optimis/],
];

export const intentIn = (text: string): Enrichment["intent"] => oneOf(intents, text, intentWords, "discussing");
export const epistemicLevelIn = (text: string): Enrichment["epistemic_level"] =>
  oneOf(epistemicLevels, text, epistemicWords, "hypothesis");
export const debtImpactIn = (text: string): Enrichment["debt_impact"] => oneOf(debtImpacts, text, debtWords, "none");
export const sentimentIn = (text: string): Enrichment["sentiment_label"] =>
  oneOf(sentimentLabels, text, sentimentWords, "neutral");

/** The text itself, else the name whose words come first in it, else what claims least. */
function oneOf<T extends string>(names: readonly T[], text: string, words: Words<T>, otherwise: T): T {
  const lower = text.toLowerCase();
  const exact = names.find((name) => name === lower);
  if (exact !== undefined) return exact;
  const hits = words.map(([name, pattern]) => ({ name, at: lower.search(pattern) })).filter(({ at }) => at >= 0);
  return hits.sort((a, b) => a.at - b.at)[0]?.name ?? otherwise;
}
