/** Whether a symbol that a model names stands in the text: by its name, however it is decorated. Pure. */

import type { Subject } from "./subject.ts";

/** What models put around a name: quotes, marks of Markdown, a sentence's punctuation. */
const around = /^[\s`'"*([{<]+|[\s`'"*)\]}>,;:.!?]+$/g;
const callPart = /\s*\([^()]*\)?$/;
/** Between the parts of a qualified name or path. */
const separator = /[./\\#]|::|->/;

export const occursIn = (symbol: string, subject: Subject): boolean =>
  subject.text.includes(symbol) ||
  formsOf(symbol.toLowerCase()).some((form) => subject.lower.includes(form) || inWhole(form, subject));

/** Asked of very long texts only: `whole` is not worked out for others. */
const inWhole = (form: string, subject: Subject): boolean =>
  subject.lower.length < subject.text.length && subject.whole.includes(form);

/** The name as it is said, without its call, and the last part of it that is a name of its own. */
function formsOf(symbol: string): string[] {
  const bare = symbol.replace(around, "").replace(/\s+/g, " ");
  const name = bare.replace(callPart, "");
  const last = name.split(separator).findLast((part) => part !== "") ?? "";
  return [symbol, bare, name, ...(last.length > 2 ? [last] : [])].filter((form) => form !== "");
}
