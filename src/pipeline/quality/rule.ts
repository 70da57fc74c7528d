/** What a rule of the quality gate is: a name, what it looks at, its question, what the model is told, and its policy. Pure. */

import type { Enrichment } from "../../core/enrichment.ts";
import type { Subject } from "./subject.ts";

export const ruleNames = [
  "filler",
  "instructions_copied",
  "text_copied",
  "wrong_language",
  "tags_generic",
  "tags_unrelated",
  "symbols_invented",
  "importance_constant",
] as const;
export type RuleName = (typeof ruleNames)[number];

/** What became of an answer that is still faulty when it comes a second time. */
export type Policy = "fail" | "mark";

/** The importances of the last answers of the same model, the newest last. */
export type History = readonly number[];

export interface Rule {
  readonly name: RuleName;
  /** What was found, in few words; null where nothing is wrong. */
  readonly check: (enrichment: Enrichment, subject: Subject, history: History) => string | null;
  /** Said to the model when its answer is sent back, as the end of "That cannot be used: …". */
  readonly words: (found: string) => string;
  readonly policy: Policy;
  /** `mark` stays `mark` where the user asked for strictness: the fault is none of this one answer. */
  readonly strict: Policy;
}

export interface Fault {
  readonly rule: Rule;
  readonly found: string;
}
