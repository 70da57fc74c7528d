/** The reply of a model as an enrichment, or why it is none. Pure. */

import { type Enrichment, enrichmentSchema } from "../core/enrichment.ts";
import { failed, type Outcome, type ReplyFault, success } from "../core/failure.ts";

export interface BadReply {
  readonly reason: ReplyFault;
  readonly detail: string;
}

export function readReply(text: string): Outcome<Enrichment, BadReply> {
  const from = text.indexOf("{");
  const to = text.lastIndexOf("}");
  if (from < 0 || to < from) return failed({ reason: "not_json", detail: "there is no JSON object in it" });
  let value: unknown;
  try {
    value = JSON.parse(text.slice(from, to + 1));
  } catch {
    return failed({ reason: "not_json", detail: "it is not valid JSON" });
  }
  const parsed = enrichmentSchema.safeParse(value);
  if (parsed.success) return success(parsed.data);
  return failed({ reason: "schema", detail: parsed.error.issues[0]?.message ?? "it does not fit" });
}
