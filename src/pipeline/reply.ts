/** The reply of a model as an enrichment, or why it is none: chooses the object that is meant, and holds it to the schema. Pure. */

import { type Enrichment, enrichmentSchema } from "../core/enrichment.ts";
import type { ExtraField } from "../core/extra.ts";
import { failed, type Outcome, type ReplyFault, success } from "../core/failure.ts";
import { extraIn, extraOf } from "./extra.ts";
import { enrichmentOf, type Fields, fieldNames, fieldsOf } from "./fields.ts";
import { type Found, objectsIn } from "./json.ts";
import { asItIs, type Scrub, scrubValues } from "./scrub-json.ts";
import { saysSomething } from "./values.ts";

export interface BadReply {
  readonly reason: ReplyFault;
  /** What is wrong with it, as it is said to the model when it is asked again. */
  readonly detail: string;
}

interface Candidate {
  readonly fields: Fields;
  readonly object: Found["object"];
  readonly isWhole: boolean;
}

/** In UTF-16 units. Backends stop a reply before it is so long; of what is longer the end is read, in bounded time. */
const textMax = 300_000;

/** `extras`: the fields of people's own that were asked for as well. `scrub`: takes secrets out of each text. */
export function readReply(
  whole: string,
  extras: readonly ExtraField[] = [],
  scrub: Scrub = asItIs,
): Outcome<Enrichment, BadReply> {
  const text = whole.slice(-textMax);
  if (text.trim() === "") return failed({ reason: "empty", detail: "it is empty" });
  const found = afterThought(text, objectsIn(text));
  if (found.length === 0) return failed({ reason: "not_json", detail: "there is no valid JSON object in it" });
  const candidates = found.map(({ object, isWhole }) => ({ fields: fieldsOf(object), object, isWhole }));
  const best = chosen(candidates);
  if (best === null) return failed(whatIsWrong(candidates));
  const parsed = enrichmentSchema.safeParse(enrichmentOf(scrubValues(best.fields, scrub)));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return failed({ reason: "schema", detail: `${issue?.path.join(".")}: ${issue?.message}` });
  }
  if (extras.length === 0) return success(parsed.data);
  const extra = extraOf(scrubValues(extraIn(best.object, extras), scrub), extras);
  if (!extra.ok) return failed({ reason: "schema", detail: extra.failure });
  return success({ ...parsed.data, extra: extra.value });
}

/** A thought holds drafts and examples. Its end is a mark only where it is not part of an answer about such marks. */
function afterThought(text: string, found: readonly Found[]): readonly Found[] {
  const end = text.lastIndexOf("</think>");
  const isQuoted = found.some((object) => object.start < end && end < object.end);
  return end < 0 || isQuoted ? found : found.filter(({ start }) => start > end);
}

/** The last one, for examples come first; but not a lesser one behind it, such as a note of the model about its answer. */
function chosen(candidates: readonly Candidate[]): Candidate | null {
  const plausible = candidates.filter(
    // What has all fields and lacks but a bracket is whole; what lacks fields as well was cut.
    ({ fields, isWhole }) => saysSomething(fields.get("summary")) && (isWhole || fields.size === fieldNames.length),
  );
  const most = plausible.reduce((size, { fields }) => Math.max(size, fields.size), 0);
  return plausible.findLast(({ fields }) => fields.size * 2 >= most) ?? null;
}

function whatIsWrong(candidates: readonly Candidate[]): BadReply {
  const isCut = candidates.some(({ fields, isWhole }) => fields.has("summary") && !isWhole);
  if (isCut) return { reason: "not_json", detail: "the JSON object stops before its end" };
  const isMissing = !candidates.some(({ fields }) => fields.has("summary"));
  return { reason: "schema", detail: `the field "summary" is ${isMissing ? "missing" : "empty"}` };
}
