/** What kind of writing a text is: its intent, its weight, how sure it is, what it does to debt. By cues, in fixed order. Pure. */

import { type Enrichment, type intents, limits } from "../../core/enrichment.ts";
import type { Found } from "./found.ts";
import type { Reading } from "./reading.ts";

type Intent = (typeof intents)[number];

interface Cue {
  readonly intent: Intent;
  readonly pattern: RegExp;
  readonly weight: number;
}

/** Counted at most three times each, so that one word repeated does not decide. */
const cues: readonly Cue[] = [
  {
    intent: "deciding",
    weight: 3,
    pattern:
      /\b(?:decided|decision|we(?:'ll| will| should) (?:go with|use|keep|drop|switch|adopt|stick)|let's (?:go with|use|keep|stick)|chose|chosen|settled on|instead of|trade-?offs?|opted|agreed|going with|rationale|alternatives? considered)\b/gi,
  },
  {
    intent: "debugging",
    weight: 2.5,
    pattern:
      /\b(?:bugs?|debug\w*|stack ?trace|traceback|exceptions?|crash(?:es|ed|ing)?|segfaults?|root cause|repro(?:duce[ds]?)?|regressions?|fail(?:s|ed|ing|ure)? (?:with|to|when|because)|doesn't work|not working|broken|why (?:is|does|do|did)|TypeError|fix(?:ed|es)? (?:the|a|this|an)|errors?|deadlocks?|hangs?|flaky|failing)\b/gi,
  },
  {
    intent: "reviewing",
    weight: 3,
    pattern:
      /\b(?:review(?:ed|ing|er|s)?|lgtm|nit:|nits?\b|pull request|PR #?\d+|code review|feedback on|looks good|approve[ds]?|suggest(?:ed|ion|ions)?|audit(?:ed)?|findings?|severity|must-fix)\b/gi,
  },
  {
    intent: "designing",
    weight: 2,
    pattern:
      /\b(?:architectur\w+|design(?:ed|ing|s)?|proposals?|RFC|diagrams?|data model|components?|layers?|interfaces? between|modules?|abstractions?|invariants?|state machines?|principles?|requirements?|sketch|pattern|boundar(?:y|ies))\b/gi,
  },
  {
    intent: "configuring",
    weight: 2,
    pattern:
      /\b(?:config(?:ur\w+|s)?|settings?|environment variables?|env vars?|\.env|install(?:ed|ing|ation|s)?|set ?up|docker(?:file)?|nginx|systemd|launchd|deploy\w*|credentials?|api keys?|yaml|toml|tsconfig|package\.json|brew|apt|npm i)\b/gi,
  },
  {
    intent: "implementing",
    weight: 2,
    pattern:
      /\b(?:implement\w*|add(?:ed|s|ing)? (?:a|an|the|support)|creat(?:e|ed|es|ing) (?:a|an|the)|wr(?:ite|ote|itten) (?:a|an|the)|refactor\w*|functions?|class(?:es)?|methods?|endpoints?|feature|build(?:s|ing)? (?:a|an|the)|unit tests?|exported|returns)\b/gi,
  },
  {
    intent: "discussing",
    weight: 1.5,
    pattern:
      /\b(?:think|thoughts?|opinion|wonder|maybe|perhaps|question|what do you|how about|meeting|discuss\w*|talk(?:ed|ing)?|agree|thanks|hello|hi)\b|\?/gi,
  },
];

export function intentOf({ kind, text, contentType }: Reading, found: Found): Intent {
  if (kind === "trace") return "debugging";
  if (kind === "data") return "configuring";
  const words = text.length / 6;
  const scores = new Map<Intent, number>([["discussing", 2 + Math.min(2, words / 300)]]);
  const add = (intent: Intent, weight: number): void => void scores.set(intent, (scores.get(intent) ?? 0) + weight);
  // Prose is judged by its sentences: words like "function" in its code blocks say what it shows, not what it does.
  const said = kind === "prose" ? found.sentences.map((sentence) => sentence.text).join("\n") : (found.comment ?? "");
  // In a long text a word or two of any kind is to be expected.
  const expected = Math.max(1, said.length / 700);
  for (const { intent, pattern, weight } of cues) {
    const count = (said.match(pattern) ?? []).length;
    add(intent, weight * Math.min(3, count) * Math.min(1, count / expected));
  }
  if (kind === "code") add("implementing", found.defined.length > 0 ? 9 : 6);
  if (kind === "code" && /^(?:npm|bun|brew|apt|sudo|docker|systemctl|export )/m.test(text)) add("configuring", 9);
  if (kind === "code" && /\.(?:toml|ya?ml|json|env)\b/.test(text) && found.defined.length === 0) add("configuring", 3);
  if (/diff|code/.test(contentType)) add("implementing", 2);
  if (found.trace !== null) add("debugging", 6);
  return [...scores].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

/** From 1 to 10 in halves: what decides, warns or defines is worth more than what greets. */
export function importanceOf(reading: Reading, found: Found, intent: Intent): number {
  const { kind, text, headings, contentType } = reading;
  const expected = Math.max(1, text.length / 2_000);
  const count = (pattern: RegExp): number => Math.min(3, (text.match(pattern) ?? []).length / expected);
  const letters = [...text].length;
  let points = 2.5 + Math.min(2, Math.log2(1 + letters / 150) * 0.6);
  points +=
    count(/\b(?:decided|decision|must|never|always|required|breaking change|deprecated|invariant|guarantee[sd]?)\b/gi) *
    0.5;
  points +=
    count(
      /\b(?:security|vulnerab\w+|data loss|corrupt\w*|critical|urgent|production|outage|incident|deadlock|leak(?:s|ed)?|root cause)\b/gi,
    ) * 0.6;
  points +=
    Math.min(1, headings.length * 0.2) +
    Math.min(1, found.deps.length * 0.2) +
    Math.min(1.5, found.defined.length * 0.25);
  points += {
    deciding: 2,
    debugging: 1,
    designing: 1,
    reviewing: 0.5,
    implementing: 0.5,
    configuring: 0,
    discussing: -0.5,
  }[intent];
  if (kind === "trace") points += 0.5;
  if (kind === "data") points -= 0.5;
  if (letters < 80) points -= 1.5;
  if (
    /^\s*(?:ok(?:ay)?|yes|no|thanks?|thank you|hi|hello|sure|great|nice|cool|lgtm|done|continue|go on)\b[^\n]{0,40}$/i.test(
      text.trim().slice(0, 200),
    )
  )
    points -= 1;
  if (/whatsapp|telegram/.test(contentType)) points -= 0.5;
  return Math.min(10, Math.max(1, Math.round(points * 2) / 2));
}

export function epistemicOf({ kind, text }: Reading): Enrichment["epistemic_level"] {
  const count = (pattern: RegExp): number => (text.match(pattern) ?? []).length;
  const proven = count(
    /\b(?:verified|validated|confirmed|measured|reproduced|benchmark(?:s|ed)?|tests? pass(?:es|ed)?|all green|proven|proved|works now|\d+ pass(?:ed)?)\b|✅/gi,
  );
  const unsure = count(
    /\b(?:maybe|might|perhaps|probably|possibly|i think|i guess|i suspect|not sure|unclear|could be|seems? (?:like|to)|hypothes[ie]s|assum(?:e|ing|ption)|likely|what if|presumably)\b/gi,
  );
  if (proven > unsure) return "validated";
  return kind === "prose" && unsure > proven && unsure * 400 > text.length ? "hypothesis" : "substantiated";
}

export function debtOf({ text, headings }: Reading): Enrichment["debt_impact"] {
  // A document speaks of such things without doing them.
  const least = headings.length > 1 ? 1 + text.length / 2_000 : 1;
  const count = (pattern: RegExp): number => Math.floor((text.match(pattern) ?? []).length / least);
  const taken = count(
    /\b(?:TODO|FIXME|HACK)\b|\b(?:workaround|work around|temporar(?:y|ily)|quick(?: and dirty)? fix|for now|stopgap|band-?aid|kludge|hard-?coded|technical debt|tech debt|duct tape)\b/gi,
  );
  const paid = count(
    /\b(?:refactor(?:ed|ing|s)?|clean(?:ed|s)? ?up|simplif(?:y|ied|ies)|removed? (?:dead|unused|duplicate|obsolete|legacy)|dedup\w*|pa(?:y|id) (?:off|down)|migrated? away|resolved? the debt|got rid of)\b/gi,
  );
  if (taken === 0 && paid === 0) return "none";
  return paid > taken ? "resolution" : "introduction";
}

/** "Bun 1.4.5", "Python 3.12", "zod@4.6.7": the first name that stands with its version. */
export function versionOf(text: string): string | null {
  const named =
    /(?<![\w@/.-])(@?[A-Za-z][\w./-]{1,40}?)(?:@| v| version | )(\d{1,4}(?:\.\d{1,4}){1,2}(?:[-+][\w.]{1,20})?)(?![\d.%]|\.\d| ?(?:%|ms|s|x|kB|KB|MB|GB|cm|mm|seconds|minutes|hours|million|times|and|to|or)\b)/g;
  for (const [, name = "", version = ""] of text.matchAll(named)) {
    if (
      !/^(?:apache|[al]?gpl|mpl|cc|real|spec|semver|default|release|mit|bsd|is|are|was|at|in|of|to|by|from|and|or|about|than|the|a|an|over|under|with|for|section|chapter|figure|table|step|page|least|most|only|takes?|between|up|version|as|like|level|after|before|since|until|near|around|some|until|line)$/i.test(
        name,
      )
    )
      return `${name} ${version}`.slice(0, limits.versionScope);
  }
  return null;
}
