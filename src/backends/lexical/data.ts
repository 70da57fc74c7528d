/** What settings and records hold: their format, their keys, and the name and description they give themselves. Pure. */

export interface Data {
  readonly format: string;
  readonly keys: readonly string[];
  readonly name: string;
  readonly description: string;
}

export function dataOf(text: string, lines: readonly string[]): Data {
  const json = /^\s{0,99}[[{]/.test(text);
  const pairs = lines.flatMap((line) => {
    const match =
      /^(\s{0,20})(?:- )?(?:export )?["']?([\p{L}@_$][\w$@./-]{0,60})["']?\s?[:=]\s?["']?(.{0,300}?)["']?,?$/u.exec(
        line,
      );
    return match === null ? [] : [{ depth: match[1]?.length ?? 0, key: match[2] ?? "", value: match[3] ?? "" }];
  });
  const inline =
    json && pairs.length < 2
      ? [...text.matchAll(/"([^"\n]{1,60})"\s{0,9}:/g)].slice(0, 60).map(([, key = ""]) => key)
      : [];
  const shallow = Math.min(...pairs.map(({ depth }) => depth));
  const top = pairs.filter(({ depth }) => depth === shallow);
  const of = (...names: string[]): string => {
    const value = top.find(({ key }) => names.includes(key.toLowerCase()))?.value ?? "";
    return /\p{L}/u.test(value) && !/^[[{|>]/.test(value) ? value : "";
  };
  const sections = lines.flatMap((line) => /^\s*\[+([\w. "/-]{1,60})\]+\s*$/.exec(line)?.[1] ?? []);
  const keys = sections.length > 1 ? sections : [...top.map(({ key }) => key), ...inline];
  return {
    format: formatOf(json, lines),
    keys: [...new Set(keys)],
    name: of("name", "title", "id"),
    description: of("description", "summary"),
  };
}

function formatOf(json: boolean, lines: readonly string[]): string {
  if (json) return "JSON";
  if (lines.some((line) => /^\[+[\w. "-]+\]+\s*$/.test(line))) return "Settings";
  if (lines.filter((line) => /^(?:export )?[A-Z][A-Z0-9_]*=/.test(line)).length > 1) return "Environment settings";
  return lines.some((line) => /^\s*- |^[\w-]+:\s*$/.test(line)) ? "YAML" : "Settings";
}
