/** The ways in which small models give the right answer in the wrong form: each holds the whole of an enrichment. */

import type { Enrichment } from "../../src/core/enrichment.ts";

const plain = (one: Enrichment): string => JSON.stringify(one);
const pretty = (one: Enrichment): string => JSON.stringify(one, null, 2);
const example = '{"summary": "An example of the format.", "tags": ["x"], "importance": 3}';

/** As Python prints a dictionary, every string in single quotes. */
function python(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "string")
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value !== "object") return String(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${python(key)}: ${python(inner)}`)
    .join(", ")}}`;
}

/** Each field on a line of its own, put together from a writer of names and what stands between fields. */
const written = (one: Enrichment, name: (key: string) => string, end: string): string =>
  `{\n${Object.entries(one)
    .map(([key, value]) => `  ${name(key)}: ${JSON.stringify(value)}${end}`)
    .join("\n")}\n}`;

export const manners: Readonly<Record<string, (one: Enrichment) => string>> = {
  "as asked": plain,
  pretty,
  "in a fence": (one) => `\`\`\`json\n${pretty(one)}\n\`\`\``,
  "in a fence that nobody closed": (one) => `\`\`\`\n${plain(one)}`,
  "text around it": (one) => `Sure! It's {the} JSON:\n\n${plain(one)}\n\nLet me know {if} you "need" more.`,
  "after a thought": (one) => `<think>Is it ${example}? No {"wait.</think>\n${plain(one)}`,
  "after a thought that nobody began": (one) => `It is about {locks}.</think>${plain(one)}`,
  "in a thought that nobody ended": (one) => `<think>So I answer ${plain(one)}`,
  "an example before it": (one) => `Example: ${example}\nAnswer: ${plain(one)}`,
  "a whole draft before it": (one) => `${plain({ ...one, summary: "A draft." })}\nBetter:\n${plain(one)}`,
  "the form before it": (one) => `${plain({ ...one, summary: "<one to three sentences>" })}\n${plain(one)}`,
  "a remark with braces after it": (one) => `${plain(one)}\nNote: {"done": true} {"summary": "That was all."}`,
  wrapped: (one) => `{"enrichment": ${plain(one)}}`,
  "wrapped twice, with others": (one) => `{"status": "ok", "result": {"data": ${plain(one)}}, "error": null}`,
  "in a list": (one) => `[${pretty(one)}]`,
  "as a tool's call": (one) => `<tool_call>{"name": "describe", "arguments": ${plain(one)}}</tool_call>`,
  "braces doubled": (one) => `{${plain(one)}}`,
  "stray braces before it": (one) => `${"{ ".repeat(700)}${plain(one)}`,
  "a stray quote before it": (one) => `Use {" to begin: ${plain(one)}`,
  "commas too many": (one) =>
    written(one, JSON.stringify, ",")
      .replaceAll(/\](,?)\n/g, ",]$1\n")
      .replaceAll("[,]", "[]"),
  "commas forgotten": (one) => written(one, JSON.stringify, ""),
  "names without quotes": (one) => written(one, (key) => key, ","),
  "names in another case": (one) => written(one, (key) => `"${key.replaceAll("_", " ").toUpperCase()}"`, ","),
  "names in camel case": (one) =>
    written(one, (key) => `"${key.replace(/_./, (end) => end.charAt(1).toUpperCase())}"`, ","),
  comments: (one) => written(one, JSON.stringify, ", // of it").replace("{", "{ // the answer\n/* as\nasked */"),
  "as Python prints it": (one) => python(one),
  "numbers as text": (one) =>
    plain(one).replace(/"(importance|sentiment_score)":([^,]+)/g, (_, key, number) => `"${key}":"${number}"`),
  "fields that nobody asked for": (one) => JSON.stringify({ confidence: 0.9, ...one, nested: { summary: 1 } }),
  "its last bracket left out": (one) => pretty(one).slice(0, -1),
  "its last bracket left out, in a fence": (one) => `\`\`\`json\n${pretty(one).slice(0, -1)}\`\`\``,
};
