/** The comment that says what code is for: the first one that is a sentence, without its marks. Pure. */

const noise =
  /copyright|licen[sc]ed?\b|spdx|all rights reserved|eslint|prettier|biome|@ts-|jshint|istanbul|#pragma|coding[:=]|vim:|#region|auto-?generated|do not edit|^!|^[=\-*#_ ]+$/i;

/** The first comment that is a sentence about the code: a doc comment before a line comment. */
export function commentIn(lines: readonly string[]): string | null {
  const comments = commentsIn(lines.slice(0, 400)).filter(({ text }) => isProse(text));
  return (comments.find(({ isDoc }) => isDoc) ?? comments[0])?.text ?? null;
}

function isProse(text: string): boolean {
  const words = text.match(/[\p{L}][\p{L}'’-]*/gu) ?? [];
  const marks = text.match(/[{};=<>()[\]|]/g) ?? [];
  return words.length >= 4 && marks.length <= words.length / 3 && !noise.test(text.slice(0, 200));
}

interface Comment {
  readonly text: string;
  readonly isDoc: boolean;
}

function commentsIn(lines: readonly string[]): readonly Comment[] {
  const comments: Comment[] = [];
  let block: { parts: string[]; end: RegExp; isDoc: boolean } | null = null;
  let run: string[] = [];
  const flush = (): void => {
    if (run.length > 0) comments.push({ text: tidy(run), isDoc: false });
    run = [];
  };
  for (const raw of lines) {
    const line = raw.replace(/^[+-](?=[\s\w/*#"])/, "").trim();
    if (block !== null) {
      const ends = block.end.test(line);
      block.parts.push(line.replace(block.end, ""));
      if (ends) {
        comments.push({ text: tidy(block.parts), isDoc: block.isDoc });
        block = null;
      }
      continue;
    }
    const single = /^(?:\/\/[/!]?|#(?![!include<])|--(?!-)|;;)\s?(.*)$/.exec(line);
    if (single !== null) {
      run.push(single[1] ?? "");
      continue;
    }
    flush();
    const opened = /^(?:\/\*\*?|"""|'''|r"""|<!--)(.*)$/.exec(line);
    if (opened === null) continue;
    const end = line.startsWith("/*") ? /\*\/.*$/ : line.startsWith("<") ? /-->.*$/ : /("""|''').*$/;
    const rest = opened[1] ?? "";
    const isDoc = !/^(?:\/\*(?!\*)|<!--)/.test(line);
    if (end.test(rest)) comments.push({ text: tidy([rest.replace(end, "")]), isDoc });
    else block = { parts: [rest], end, isDoc };
  }
  flush();
  return comments;
}

/** Up to the first tag, example or underlined heading: what follows describes parameters, not the whole. */
function tidy(parts: readonly string[]): string {
  const bare = parts.map((part) => part.replace(/^\s*\*+ ?/, "").replace(/^\s*\/\/[/!]? ?/, ""));
  const end = bare.findIndex(
    (part, index) => /^\s*(?:@\w+|:param|Args:|Returns:|Parameters|Example|```|[-=]{4,}$|>>>)/.test(part) && index >= 0,
  );
  const told = end < 0 ? bare : bare.slice(0, end);
  const blank = told.findIndex((part, index) => part.trim() === "" && told.slice(0, index).join("").trim() !== "");
  return (blank < 0 ? told : told.slice(0, blank))
    .join(" ")
    .replace(/\{@link(?:code|plain)? ([^{}]{1,200})\}/g, "$1")
    .replace(/[`]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
