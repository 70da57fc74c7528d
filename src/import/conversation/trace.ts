/** Stack traces inside a text, found line by line: where one starts, and where it ends. Pure. */

/** What is longer is no frame; it bounds the work at one line. */
const lineMax = 1_000;
/** Between the error's own line and its first frame, a message may go on for so many lines. */
const messageMax = 5;
/** So many frames one below the other are a trace, even where the error's line was not copied. */
const framesAlone = 3;

const error =
  /^\s*(?:Uncaught |Unhandled |\w*\[?(?:ERROR|FATAL)\]?:? |Exception in thread "[^"]*" |Caused by: )*(?:[\w$.]+[.:])?[\w$]*(?:Error|Exception|Warning|Fault|Throwable)\b/;
const frames: readonly RegExp[] = [
  // JavaScript, and C# after it: `at name (file:1:2)`, `at Name.Space.Method() in file:line 3`.
  /^\s*at (?:async |new )?\S.*(?::\d+:\d+\)?|<anonymous>\)|\(native\)|:line \d+)\s*$/,
  // The JVM.
  /^\s*at [\w$.<>/@-]+\([^()]*\)\s*$/,
  /^\s*File "[^"]+", line \d+/,
  /^\s*from \S+:\d+:in /,
  /^\s+\S+\.go:\d+(?: \+0x[0-9a-f]+)?\s*$/,
  // Rust.
  /^\s+\d+: (?:0x[0-9a-f]+ - )?(?:\S*::\S*|main|_start|rust_begin_unwind|__libc_start\w*)\s*$/,
  /^\s+at \.?\/\S+:\d+(?::\d+)?\s*$/,
];
const between = /^\s*(?:\.\.\. \d+ (?:more|common frames omitted)|Caused by: |Suppressed: |--- End of )/;
const python = /^(\s*)Traceback \(most recent call last\):\s*$/;
const pythonError = /^\s*[A-Za-z_][\w.]*(?:: .*|:?\s*)$/;
const chained = /^\s*(?:During handling of the above exception|The above exception was the direct cause)/;
const rustPanic = /^thread '[^']*'(?: \(\d+\))? panicked at /;
const goPanic = /^(?:panic|fatal error): /;
const goroutine = /^goroutine \d+ \[/;

/** The line behind the trace that starts at line `at`; null when none starts there. */
export function traceEnd(lines: readonly string[], at: number): number | null {
  const line = lines[at] ?? "";
  if (line.length > lineMax) return null;
  if (python.test(line)) return pythonEnd(lines, at);
  if (rustPanic.test(line)) return paragraphEnd(lines, at);
  if (goroutine.test(line) || (goPanic.test(line) && isNear(lines, at + 1, goroutine))) return goEnd(lines, at);
  const first = firstFrame(lines, at);
  return first === null ? null : framesEnd(lines, first);
}

function firstFrame(lines: readonly string[], at: number): number | null {
  const line = lines[at] ?? "";
  if (isFrame(line)) {
    for (let i = 1; i < framesAlone; i++) if (!isFrame(lines[at + i])) return null;
    return at;
  }
  if (!error.test(line)) return null;
  for (let i = at + 1; i <= at + messageMax; i++) if (isFrame(lines[i])) return i;
  return null;
}

function framesEnd(lines: readonly string[], first: number): number {
  let end = first + 1;
  for (; end < lines.length; end++) {
    const line = lines[end] ?? "";
    if (isFrame(line) || (line.length <= lineMax && between.test(line))) continue;
    // Source lines that some print below a frame.
    if (/^\s{4,}\S/.test(line) && isFrame(lines[end + 1])) continue;
    break;
  }
  return end;
}

/** With the traces that are chained to it. */
function pythonEnd(lines: readonly string[], at: number): number {
  for (let start = at; ; ) {
    const indent = python.exec(lines[start] ?? "")?.[1]?.length ?? 0;
    let end = start + 1;
    while (end < lines.length && indentOf(lines[end] ?? "") > indent) end++;
    if (end < lines.length && pythonError.test((lines[end] ?? "").slice(0, lineMax))) end++;
    const link = solidAt(lines, end);
    const next = solidAt(lines, link + 1);
    if (!chained.test(lines[link] ?? "") || !python.test(lines[next] ?? "")) return end;
    start = next;
  }
}

/** Goroutines follow one another, each behind a blank line. */
function goEnd(lines: readonly string[], at: number): number {
  for (let start = at; ; ) {
    const end = paragraphEnd(lines, start);
    if (!goroutine.test(lines[end + 1] ?? "")) return end;
    start = end + 1;
  }
}

function paragraphEnd(lines: readonly string[], at: number): number {
  let end = at + 1;
  while (end < lines.length && (lines[end] ?? "").trim() !== "") end++;
  return end;
}

function solidAt(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && (lines[at] ?? "").trim() === "") at++;
  return at;
}

const isNear = (lines: readonly string[], from: number, wanted: RegExp): boolean =>
  lines.slice(from, from + messageMax).some((line) => wanted.test(line));

function isFrame(line: string | undefined): boolean {
  return line !== undefined && line.length <= lineMax && frames.some((frame) => frame.test(line));
}

/** Blank lines are inside. */
function indentOf(line: string): number {
  const found = line.search(/\S/);
  return found < 0 ? Number.POSITIVE_INFINITY : found;
}
