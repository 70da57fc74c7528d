/** Damages a text as disks, editors and other programs do: each mutation is one of the ways, chosen by dice. */

import type { Random } from "../../src/core/clock.ts";

type Mutation = (bytes: Buffer, dice: Random) => Buffer;

const pick = (dice: Random, below: number): number => Math.floor(dice() * below);
const newline = 10;

function cutOff(bytes: Buffer, dice: Random): Buffer {
  return bytes.subarray(0, pick(dice, bytes.length + 1));
}

function flip(bytes: Buffer, dice: Random): Buffer {
  const changed = Buffer.from(bytes);
  for (let i = 0; i <= pick(dice, 20) && changed.length > 0; i++) {
    const at = pick(dice, changed.length);
    changed[at] = dice() < 0.5 ? pick(dice, 256) : (changed[at] ?? 0) ^ (1 << pick(dice, 8));
  }
  return changed;
}

/** Leaves out, doubles or swaps a line, or a part where there are no lines. */
function lines(bytes: Buffer, dice: Random): Buffer {
  const at = pick(dice, bytes.length + 1);
  const start = bytes.lastIndexOf(newline, Math.max(0, at - 1)) + 1;
  const found = bytes.indexOf(newline, at);
  const end = found < 0 ? bytes.length : found + 1;
  const [before, line, after] = [bytes.subarray(0, start), bytes.subarray(start, end), bytes.subarray(end)];
  const how = dice();
  if (how < 0.4) return Buffer.concat([before, after]);
  if (how < 0.8) return Buffer.concat([before, line, line, after]);
  return Buffer.concat([after, line, before]);
}

function insert(bytes: Buffer, dice: Random): Buffer {
  const at = pick(dice, bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), intruder(dice), bytes.subarray(at)]);
}

function intruder(dice: Random): Buffer {
  const size = 1 + pick(dice, dice() < 0.1 ? 200_000 : 2_000);
  const all: readonly (() => Buffer)[] = [
    () => Buffer.alloc(size),
    () => Buffer.alloc(size, 0xff),
    () => Buffer.from("\r\n".repeat(size)),
    () => Buffer.from("[".repeat(size)),
    () => Buffer.from(`{"a":`.repeat(size)),
    () => Buffer.from('"'),
    () => Buffer.from("\\"),
    () => Buffer.from("\\ud800"),
    () => Buffer.from("\uFEFF\u2028😀".repeat(3)),
    () => Buffer.from("x".repeat(size)),
    () => Buffer.from("```\n"),
    () => Buffer.from("</system-reminder><system-reminder>"),
  ];
  return all[pick(dice, all.length)]?.() ?? Buffer.alloc(0);
}

/** A value of another type, anywhere in one of the JSON values. */
function retype(bytes: Buffer, dice: Random): Buffer {
  const texts = bytes.toString("utf8").split("\n");
  const at = pick(dice, texts.length);
  const whole = texts.length > 1 && !bytes.subarray(0, 2).equals(Buffer.from("[\n"));
  try {
    const value: unknown = JSON.parse(whole ? (texts[at] ?? "") : bytes.toString("utf8"));
    const changed = JSON.stringify(changeIn(value, dice));
    if (!whole) return Buffer.from(changed);
    texts[at] = changed;
    return Buffer.from(texts.join("\n"));
  } catch {
    return flip(bytes, dice);
  }
}

function changeIn(value: unknown, dice: Random): unknown {
  if (typeof value !== "object" || value === null || dice() < 0.15) return strange(dice);
  const keys = Object.keys(value);
  const key = keys[pick(dice, keys.length)];
  if (key === undefined) return strange(dice);
  if (dice() < 0.1 && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  const inner = changeIn(Reflect.get(value, key), dice);
  return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner };
}

function strange(dice: Random): unknown {
  const deep = (levels: number): unknown => Array.from({ length: levels }).reduce<unknown>((inner) => [inner], null);
  const all: readonly unknown[] = [
    ...[null, true, 0, -1.5, 1e308, "", "x", "\u0000", "\ud800", [], {}, [[]], [null], [1, "a", {}]],
    ...["2026-13-45T99:99:99Z", 1e20, "x".repeat(5_000), { text: 1 }, { type: "text" }, { type: "text", text: {} }],
    ...["constructor", "__proto__", "toString", "user", "assistant", "response_item", deep(pick(dice, 3_000))],
  ];
  return all[pick(dice, all.length)];
}

/** What readers decide by, with a word that they do not expect. */
function rename(bytes: Buffer, dice: Random): Buffer {
  const text = bytes.toString("utf8");
  const found = [...text.matchAll(/"(type|role|content_type|sender|parent|current_node|record_type)":\s*"[^"]*"/g)];
  const match = found[pick(dice, found.length)];
  if (match === undefined) return flip(bytes, dice);
  const words = ["constructor", "__proto__", "toString", "hasOwnProperty", "user", "message", "event_msg", "text", ""];
  const word = words[pick(dice, words.length)];
  return Buffer.from(
    `${text.slice(0, match.index)}"${match[1]}":"${word}"${text.slice(match.index + match[0].length)}`,
  );
}

/** The beginning of one and the end of another. */
const splice =
  (other: Buffer): Mutation =>
  (bytes, dice) =>
    Buffer.concat([bytes.subarray(0, pick(dice, bytes.length + 1)), other.subarray(pick(dice, other.length + 1))]);

/** One to four mutations, one on the other. */
export function mutate(bytes: Buffer, other: Buffer, dice: Random): Buffer {
  const all: readonly Mutation[] = [
    cutOff,
    flip,
    flip,
    lines,
    lines,
    insert,
    retype,
    retype,
    rename,
    rename,
    splice(other),
  ];
  let changed = bytes;
  for (let i = 0; i <= pick(dice, 4); i++) changed = all[pick(dice, all.length)]?.(changed, dice) ?? changed;
  return changed;
}
