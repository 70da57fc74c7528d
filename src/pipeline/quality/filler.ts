/** Whether a summary opens with filler: words about the text or its writer, where the substance should stand. Pure. */

import { openings, unspacedOpenings } from "./filler-openings.ts";

/** As far as an opening can reach. */
const openingMax = 160;
/** Quotes, bullets, emphasis, and "Summary" of a heading are no part of what is said. */
const before = /^[\s"'“”«»*_#>`-]+/;

let pattern: RegExp | null = null;

/** One expression for all: it is anchored, so that each alternative fails at its first letters. */
function fillerPattern(): RegExp {
  if (pattern !== null) return pattern;
  const spaced = openings.flatMap(({ alone, subjects, verbs }) => [
    ...alone.map((opening) => `${opening}(?![\\p{L}\\p{M}-])`),
    `(?:${subjects.join("|")}) (?:${verbs.join("|")})(?![\\p{L}\\p{M}])`,
  ]);
  const anySpace = spaced.join("|").replaceAll("…", "(?:\\p{L}+ ){0,3}");
  const anyRun = anySpace.replaceAll(" ?", "\\s*").replaceAll(" ", "\\s+");
  pattern = new RegExp(`^(?:${anyRun}|${unspacedOpenings.join("|")})`, "u");
  return pattern;
}

export function fillerIn(summary: string): string | null {
  const opening = summary.slice(0, openingMax).toLowerCase().replace(before, "");
  const [found] = fillerPattern().exec(opening) ?? [];
  return found === undefined ? null : found.trim();
}
