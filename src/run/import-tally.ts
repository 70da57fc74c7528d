/** What an import has come to so far: counts, and the first of what could not be read. It reads and writes nothing. */

import { headOf } from "../core/points.ts";
import type { LeftOutRule } from "../import/left-out.ts";

export interface ImportCounts {
  readonly files: number;
  readonly added: number;
  readonly known: number;
  readonly bytes: number;
  /** What did not become a chunk, on purpose, by the rule. */
  readonly leftOut: Readonly<Partial<Record<LeftOutRule, number>>>;
  /** Kinds of records that are not known, the first hundred by name. */
  readonly unknown: Readonly<Record<string, number>>;
  /** Files by the encoding that they were converted from. */
  readonly converted: Readonly<Record<string, number>>;
  /** The first ones; `problemsTotal` counts all. */
  readonly problems: readonly Trouble[];
  readonly problemsTotal: number;
}

/** Something that could not be read. */
export interface Trouble {
  readonly file: string;
  /** Null: it is about the file as a whole. */
  readonly line: number | null;
  readonly reason: string;
}

export interface Tally {
  readonly now: () => ImportCounts;
  readonly first: () => Trouble | null;
  readonly trouble: (file: string, line: number | null, reason: string) => void;
  readonly unknown: (type: string) => void;
  readonly leaveOut: (rule: LeftOutRule) => void;
  readonly convert: (encoding: string) => void;
  readonly add: (more: Partial<Record<"files" | "added" | "known" | "bytes", number>>) => void;
}

const troublesKept = 100;
/** Kinds of unknown records that are told apart; a file of another program may have a new one on each line. */
const unknownKept = 100;
const unknownChars = 60;

export function createTally(): Tally {
  const counts = { files: 0, added: 0, known: 0, bytes: 0, problemsTotal: 0 };
  const converted: Record<string, number> = {};
  const problems: Trouble[] = [];
  const leftOut: Partial<Record<LeftOutRule, number>> = {};
  const unknown = new Map<string, number>();
  let first: Trouble | null = null;
  return {
    now: () => ({ ...counts, converted, leftOut, unknown: Object.fromEntries(unknown), problems }),
    first: () => first,
    trouble: (file, line, reason) => {
      const found = { file, line, reason };
      first ??= found;
      counts.problemsTotal++;
      if (problems.length < troublesKept) problems.push(found);
    },
    unknown: (type) => {
      const short = headOf(type.toWellFormed(), unknownChars);
      const name = unknown.has(short) || unknown.size < unknownKept ? short : "others";
      unknown.set(name, (unknown.get(name) ?? 0) + 1);
    },
    leaveOut: (rule) => {
      leftOut[rule] = (leftOut[rule] ?? 0) + 1;
    },
    convert: (encoding) => {
      converted[encoding] = (converted[encoding] ?? 0) + 1;
    },
    add: ({ files = 0, added = 0, known = 0, bytes = 0 }) => {
      counts.files += files;
      counts.added += added;
      counts.known += known;
      counts.bytes += bytes;
    },
  };
}
