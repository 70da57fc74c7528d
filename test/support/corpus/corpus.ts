/**
 * A made conversation with every kind of record that its program writes, and what is to become of it: chunks by content
 * type, what is left out by rule, and what is unknown. The same seed gives the same text.
 */

import type { Random } from "../../../src/core/clock.ts";
import { diceOf } from "../../../src/core/dice.ts";

export interface Counts {
  readonly chunks?: Readonly<Record<string, number>>;
  readonly leftOut?: Readonly<Record<string, number>>;
  readonly unknown?: Readonly<Record<string, number>>;
}

/** What is said, at a place in the conversation. */
export interface Scene {
  readonly at: number;
  readonly dice: Random;
  /** Some sentences, of no more than a thousand characters. */
  readonly words: () => string;
  readonly uuid: (n: number) => string;
  readonly time: () => string;
}

export interface Kind {
  readonly name: string;
  readonly make: (scene: Scene) => object;
  readonly gives: Counts;
}

export interface Made {
  readonly records: readonly object[];
  readonly expected: Required<Counts>;
}

/** Each kind once and then any, up to so many records. */
export function makeRecords(kinds: readonly Kind[], seed: number, total: number): Made {
  const dice = diceOf(seed);
  const sums = {
    chunks: new Map<string, number>(),
    leftOut: new Map<string, number>(),
    unknown: new Map<string, number>(),
  };
  const records: object[] = [];
  while (records.length < Math.max(total, kinds.length)) {
    const at = records.length;
    const kind = kinds[at < kinds.length ? at : Math.floor(dice() * kinds.length)];
    if (kind === undefined) break;
    records.push(kind.make(sceneAt(seed, at, dice)));
    for (const name of ["chunks", "leftOut", "unknown"] as const)
      for (const [key, n] of Object.entries(kind.gives[name] ?? {}))
        sums[name].set(key, (sums[name].get(key) ?? 0) + n);
  }
  const { chunks, leftOut, unknown } = sums;
  const expected = {
    chunks: Object.fromEntries(chunks),
    leftOut: Object.fromEntries(leftOut),
    unknown: Object.fromEntries(unknown),
  };
  return { records, expected };
}

const vocabulary =
  "the a one lamp tower keeper turns waits reads writes slowly quickly clock hour server winter summer because while but and after before each log line frame sensor cache value test function module name number lock queue retry answer question".split(
    " ",
  );

function sceneAt(seed: number, at: number, dice: Random): Scene {
  const word = (): string => vocabulary[Math.floor(dice() * vocabulary.length)] ?? "lamp";
  const sentence = (): string => `${Array.from({ length: 4 + Math.floor(dice() * 9) }, word).join(" ")}.`;
  const digits = (n: number, length: number): string => n.toString(16).padStart(length, "0");
  return {
    ...{ at, dice },
    words: () => Array.from({ length: 1 + Math.floor(dice() * 8) }, sentence).join(dice() < 0.3 ? "\n\n" : " "),
    uuid: (n) => `${digits(seed, 8)}-0000-4000-8000-${digits(at * 16 + n, 12)}`,
    time: () => new Date(Date.UTC(2026, 0, 1) + at * 1_000).toISOString(),
  };
}

export const jsonLines = (records: readonly object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join("");

export const code = "```ts\nexport function keeper(hour: number): boolean {\n  return hour >= 18 || hour < 6;\n}\n```";
export const shortCode = "```sh\nmake test\n```";
export const trace =
  'Traceback (most recent call last):\n  File "/srv/tower/lamp.py", line 4, in <module>\n    turn(None)\nTypeError: no hour';
export const blob = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB".repeat(20);
