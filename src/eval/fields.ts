/** Which fields can be compared, and by which measure. Pure data. */

import type { Enrichment } from "../core/enrichment.ts";
import { apart, namesF1, rougeL, sameText, sentencesF1, tagsF1 } from "./measures.ts";

/** What a reference may say: any of our fields. */
export type Reference = Partial<Omit<Enrichment, "extra">>;
export type Field = keyof Reference;

export type Measure = "rouge_l_f1" | "tags_f1" | "names_f1" | "words_f1" | "same_share" | "mean_difference";

export interface Compared {
  readonly field: Field;
  readonly measure: Measure;
  /** As a table's head says it. */
  readonly title: string;
  /** What an answer that is none gets; null leaves it out, where no number would be fair. */
  readonly withoutAnswer: 0 | null;
  /** Null where the reference does not say. */
  readonly of: (answer: Enrichment, reference: Reference) => number | null;
}

function compared<F extends Field>(
  field: F,
  measure: Measure,
  title: string,
  of: (answer: Enrichment[F], reference: Exclude<Reference[F], undefined>) => number,
): Compared {
  return {
    ...{ field, measure, title, withoutAnswer: measure === "mean_difference" ? null : 0 },
    of: (answer, reference) => {
      const wanted = reference[field];
      return wanted === undefined ? null : of(answer[field], wanted as Exclude<Reference[F], undefined>);
    },
  };
}

/** In the order in which they are shown. */
export const comparedFields: readonly Compared[] = [
  compared("summary", "rouge_l_f1", "summary ROUGE-L", rougeL),
  compared("tags", "tags_f1", "tags F1", tagsF1),
  compared("importance", "mean_difference", "importance off by", apart),
  compared("intent", "same_share", "intent same", sameText),
  compared("primary_symbols", "names_f1", "symbols F1", namesF1),
  compared("resolved_queries", "words_f1", "queries F1", sentencesF1),
  compared("key_facts", "words_f1", "facts F1", sentencesF1),
  compared("epistemic_level", "same_share", "epistemic same", sameText),
  compared("version_scope", "same_share", "version same", sameText),
  compared("debt_impact", "same_share", "debt same", sameText),
  compared("external_deps", "names_f1", "deps F1", namesF1),
  compared("sentiment_label", "same_share", "sentiment same", sameText),
  compared("sentiment_score", "mean_difference", "sentiment off by", apart),
  compared("sentiment_signals", "names_f1", "signals F1", namesF1),
];
