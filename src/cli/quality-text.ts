/** What the quality gate did, for people: one line a rule. Pure. */

import { count } from "../core/format.ts";
import type { QualityStats } from "../run/quality-stats.ts";

export function qualityLines(
  { rules, secrets_scrubbed: secrets }: QualityStats,
  fit: (label: string) => string,
): string[] {
  const lines = Object.entries(rules).map(([rule, { sent_back, mended, marked, failed }]) => {
    const parts = [
      [sent_back, "sent back"] as const,
      [mended, "mended"] as const,
      [marked, "kept with a mark"] as const,
      [failed, "failed"] as const,
    ].filter(([n]) => n > 0);
    return `  ${fit(rule)} ${parts.map(([n, what]) => `${count(n)} ${what}`).join(", ")}`;
  });
  if (secrets > 0) lines.push(`  ${fit("secrets taken out")} ${count(secrets)}`);
  return lines.length === 0 ? [] : ["", "Quality of answers", ...lines];
}
