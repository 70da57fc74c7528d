/** The questions that a text answers, and the facts it states, in its own words where it has them. Pure. */

import { limits } from "../../core/enrichment.ts";
import type { Found } from "./found.ts";
import type { Reading } from "./reading.ts";
import { closed, isComplete, shortened } from "./sentences.ts";

/** Only what the text gives evidence for: a question that any text would answer helps nobody to find this one. */
export function queriesOf(reading: Reading, found: Found): readonly string[] {
  const raised = found.trace === null || found.trace.error === "" ? [] : [`What causes ${quoted(found.trace.error)}?`];
  const asked = [...raised, ...inHeadings(reading.headings), ...byKind(reading, found)];
  const flat = asked.map((query) =>
    shortened(
      query
        .replace(/\s+/g, " ")
        .replace(/[?!]{2,}$/, "?")
        .trim(),
      limits.resolvedQuery,
    ),
  );
  return [...new Set(flat)].slice(0, limits.queries);
}

const inHeadings = (headings: readonly string[]): readonly string[] =>
  headings.flatMap((heading) => {
    const task = /^(?:\d+[.)] )?how (?:to|do i|do you|can i) (.{3,120}?)[?:.]?$/i.exec(heading)?.[1];
    if (task !== undefined) return [`How to ${task}?`];
    const isAsked = /^(?:what|why|when|where|which|who|how|does|do|is|are|can|should)\b.{3,140}\?$/i.test(heading);
    return isAsked && heading.split(" ").length > 3 ? [heading] : [];
  });

function byKind({ kind }: Reading, found: Found): readonly string[] {
  const [main] = found.defined;
  if (kind === "code")
    return main === undefined
      ? []
      : [/^\p{Lu}\p{Ll}/u.test(main) || found.language?.tag === "sql" ? `What is ${main}?` : `What does ${main} do?`];
  if (kind === "data") {
    if (found.data === null || found.data.keys.length === 0) return [];
    return [found.data.name === "" ? "Which settings are there?" : `Which settings does ${found.data.name} have?`];
  }
  if (kind === "trace") return [];
  const asked = found.sentences.filter(({ text, passage }) => isQuestion(text) && passage.kind === "paragraph");
  return [...asked.slice(0, 2).map(({ text }) => text), ...definedSubject(found)];
}

const isQuestion = (text: string): boolean =>
  /^(?:what|why|when|where|which|who|how|does|do|is|are|can|could|should|would)\b.{8,200}\?$/i.test(text);
const quoted = (error: string): string => `"${shortened(error.replaceAll('"', "'"), 200)}"`;

/** "X is a …" answers what X is. */
function definedSubject({ sentences }: Found): readonly string[] {
  const subjects = sentences.slice(0, 4).flatMap(({ text, leans }) => {
    const [, subject = "", verb = ""] = defining.exec(text) ?? [];
    const bare = subject.replace(/^(?:The|An?) /, (article) => article.toLowerCase());
    return subject === "" || leans || pronoun.test(subject) ? [] : [`What ${verb.toLowerCase()} ${bare}?`];
  });
  return subjects.slice(0, 1);
}

const defining =
  /^((?:the |an? )?[\p{L}\p{N}@_./+#'-]+(?: [\p{L}\p{N}@_./+#'-]+){0,3}) (is|are) (?:an?|the|one|our)\b/iu;
const pronoun =
  /^(?:there|it|this|that|these|those|what|here|one|we|you|he|she|everything|nothing|all|why|when|where|which|who|how|whose|if)\b/i;

const factual =
  /\d|\b(?:is|are|means|must|never|always|only|requires?|supports?|returns?|defaults?|at most|at least|because|cannot|guarantees?|runs|uses|stores|decided|replaces?)\b/i;

/** Central sentences that can stand alone and say something that can be checked. */
export function factsOf(reading: Reading, found: Found): readonly string[] {
  if (reading.kind === "trace")
    return found.trace === null || found.trace.error === "" ? [] : [closed(shortened(found.trace.error, 300))];
  if (reading.kind !== "prose") return [];
  const best = found.sentences[0]?.score ?? 0;
  return found.sentences
    .filter(
      ({ text, leans, score }) =>
        !leans && isComplete(text) && !text.endsWith("?") && text.length <= 300 && score >= best * 0.06,
    )
    .filter(({ text, terms }) => factual.test(text) && terms.size >= 4)
    .slice(0, 5)
    .sort((a, b) => a.index - b.index)
    .map(({ text }) => text);
}
