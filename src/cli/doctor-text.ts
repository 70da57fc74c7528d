/** Findings for people: by area, one line each, and below what is not well what to do. Pure. */

import { plural } from "../core/format.ts";
import type { Finding } from "../run/doctor/finding.ts";
import type { ShownSetting } from "./doctor-settings.ts";

const marks = { ok: "✓", warning: "!", error: "✗" } as const satisfies Readonly<Record<Finding["level"], string>>;

export function doctorText(findings: readonly Finding[], settings: Readonly<Record<string, ShownSetting>>): string {
  const areas = [...new Set(findings.map(({ area }) => area))];
  const lines = areas.flatMap((area) => [
    area,
    ...findings.filter((finding) => finding.area === area).flatMap(linesOf),
    "",
  ]);
  const set = Object.entries(settings).filter(([, { from }]) => from !== null && from !== "default");
  const shown = set.map(
    ([name, { value, from }]) => `  ${name} = ${Array.isArray(value) ? value.join(", ") : value}   (${from})`,
  );
  const known = shown.length === 0 ? ["settings: all are defaults"] : ["settings (the others are defaults)", ...shown];
  return `${[...lines, ...known, "", summary(findings)].join("\n")}\n`;
}

function linesOf({ level, check, what, where, next }: Finding): string[] {
  const head = `  ${marks[level]} ${check.replaceAll("_", " ")}: ${what}`;
  if (level === "ok") return [next === null ? head : `${head} (${next})`];
  return [head, ...(where === null ? [] : [`      where: ${where}`]), `      next:  ${next}`];
}

function summary(findings: readonly Finding[]): string {
  const n = (level: Finding["level"]): number => findings.filter((finding) => finding.level === level).length;
  const [errors, warnings] = [n("error"), n("warning")];
  if (errors + warnings === 0) return "all is well";
  return `${plural(errors, "error")}, ${plural(warnings, "warning")}`;
}
