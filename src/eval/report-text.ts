/** An evaluation for people: a table of candidates, and what each has over the first, in Markdown that is aligned. Pure. */

import { resamples } from "./bootstrap.ts";
import { comparedFields } from "./fields.ts";
import type { Compared } from "./report.ts";
import type { Difference } from "./scores.ts";

export function evaluationText(compared: readonly Compared[], seed: number): string {
  const asked = compared.filter(({ scores }) => scores !== null);
  if (asked.length === 0) return "nothing was answered\n";
  const [first, ...others] = asked;
  const fields = fieldsOf(asked);
  const parts = [
    table(
      headOf(fields),
      asked.map((one) => rowOf(one, fields)),
    ),
  ];
  const differing = others.filter(({ differences }) => differences.length > 0);
  if (first !== undefined && differing.length > 0)
    parts.push(
      `Against ${nameOf(first)}, on the same texts; the interval holds 95 % of ${resamples.toLocaleString("en-US")} resamples (seed ${seed}):`,
      table(
        ["candidate", "of", "difference", "interval", "verdict"],
        differing.flatMap((one) => one.differences.map((difference) => differenceRow(one, difference))),
      ),
    );
  else if (others.length > 0) parts.push("Too few texts for a comparison: five at the least.");
  return `${parts.join("\n\n")}\n`;
}

type Fields = typeof comparedFields;

/** Fields of which some reference says something. */
const fieldsOf = (asked: readonly Compared[]): Fields =>
  comparedFields.filter(({ field }) => asked.some(({ scores }) => scores?.fields[field] !== undefined));

function headOf(fields: Fields): string[] {
  return [
    ...["candidate", "texts", "valid at first", "valid", "filler"],
    ...fields.map(({ title }) => title),
    ...["s a text", "tokens in", "tokens out"],
  ];
}

function rowOf(one: Compared, compared: Fields): string[] {
  const { scores } = one;
  if (scores === null) throw new Error("a row without scores");
  const fields = compared.map(({ field }) => {
    const score = scores.fields[field];
    if (score === undefined) return "";
    const along = score.correlation == null ? "" : ` (r ${signed(score.correlation, 2)})`;
    return `${score.value.toFixed(score.measure === "mean_difference" ? 2 : 3)}${along}`;
  });
  const counts = [scores.tokensIn, scores.tokensOut].map((tokens) => (tokens === null ? "" : tokens.toFixed(0)));
  return [
    ...[nameOf(one), `${scores.asked}`, percent(scores.validFirstShare), percent(scores.validShare)],
    ...[percent(scores.fillerShare), ...fields, seconds(scores.durationMs.mean), ...counts],
  ];
}

function differenceRow(one: Compared, { of, difference, low, high, isClear, isBetter }: Difference): string[] {
  const shown = (value: number): string => (of === "duration_ms" ? `${signed(value / 1_000, 3)} s` : signed(value, 3));
  const title = comparedFields.find(({ field }) => field === of)?.title ?? titles[of as keyof typeof titles];
  const verdict = isClear ? (isBetter ? "better" : "worse") : "no clear difference";
  return [nameOf(one), title, shown(difference), `${shown(low)} to ${shown(high)}`, verdict];
}

const titles = { valid_first: "valid at first", filler: "filler", duration_ms: "time a text" } as const;

/** A model may be called by the path of its file. */
const nameOf = ({ candidate: { backend, model, prompt } }: Compared): string =>
  [backend, model.split(/[/\\]/).at(-1) ?? "", prompt].filter((part) => part !== null && part !== "").join(" ");

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
const signed = (value: number, digits: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;
const seconds = (ms: number): string => (ms / 1_000).toFixed(ms < 1_000 ? 3 : 1);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const isText = (i: number): boolean => i === 0 || /[a-z]$/.test(rows[0]?.[i] ?? "");
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (isText(i) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (isText(i) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}
