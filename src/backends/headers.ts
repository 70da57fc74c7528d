/** The headers of every question: JSON, and the key where there is one. Pure. */

import { Problem } from "../core/problem.ts";

export function headersOf(apiKey: string | null): Record<string, string> {
  if (apiKey === null) return { "content-type": "application/json" };
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    const what = "the key has a space, a line break or a letter in it that no header can carry";
    throw new Problem("config", what, "the API key", "copy it again, without quotes and line breaks");
  }
  return { "content-type": "application/json", authorization: `Bearer ${apiKey}` };
}
