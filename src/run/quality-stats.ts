/** What `stats` says of the quality gate and of the secrets that were taken out, over all runs. It only reads. */

import type { Connection } from "../store/database.ts";
import { qualityCounts } from "../store/quality.ts";

export interface QualityStats {
  /** In texts, by rule: sent back; and then mended, taken with a mark all the same, or the end of the answer. */
  readonly rules: Readonly<Record<string, RuleStats>>;
  readonly secrets_scrubbed: number;
  readonly secrets_by_kind: Readonly<Record<string, number>>;
}

export interface RuleStats {
  readonly sent_back: number;
  readonly mended: number;
  readonly marked: number;
  readonly failed: number;
}

export function qualityStats(journal: Connection | null): QualityStats {
  if (journal === null) return { rules: {}, secrets_scrubbed: 0, secrets_by_kind: {} };
  const { rules, secrets } = qualityCounts(journal.db);
  return {
    rules: Object.fromEntries(
      [...rules].map(([rule, { sentBack, ...counts }]) => [rule, { sent_back: sentBack, ...counts }]),
    ),
    secrets_scrubbed: [...secrets.values()].reduce((sum, n) => sum + n, 0),
    secrets_by_kind: Object.fromEntries(secrets),
  };
}
