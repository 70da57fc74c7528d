/** What went wrong, and where, from a stack trace or a log. Pure. */

export interface Trace {
  /** The error's own line, as a sentence's beginning: `TypeError: x is not a function`. */
  readonly error: string;
  /** The error's class, where it has one. */
  readonly name: string | null;
  /** `parse (src/reply.ts:12)`, of the frame nearest to the error that is not a library's. */
  readonly place: string | null;
  readonly functions: readonly string[];
}

const named =
  /^(?:\[\w{1,20}\] )?(?:Uncaught |Unhandled |Caused by: |Exception in thread "[^"]{0,80}" |E {1,7})?((?:[\w$]{1,60}[.:]{1,2}){0,8}[\w$]{0,60}(?:Error|Exception|Warning|Interrupt|Exit|Panic|Fault))(?: \[\w+\])?(?:: ?(.*))?$/;
const panics = /^(?:thread '[^']{0,80}' panicked at (.{1,300})|panic: (.{1,300}))$/;
const marked =
  /(?:^|[\s\]])(?:error|fatal|fail(?:ed|ure)?|critical|err!?|E)(?:\[\w+\])?\s?[:\]]\s*(\S.*)$|\b(?:error|fatal|failed|exception|denied|refused|timed out|not found|cannot|unable)\b/i;

const library =
  /node_modules|site-packages|node:|internal\/|\/lib\/(?:python|rustlib)|<frozen|\/rustc\/|panicking\.rs|^(?:javax?|jdk|sun|kotlin|scala)\b/;

export function traceOf(lines: readonly string[]): Trace {
  const texts = lines.map((line) => line.trim());
  const python = texts.some((line) => line.startsWith("Traceback "));
  const { at, ...error } = errorOf(texts, python);
  const frames = texts.flatMap((line, index) => frameOf(line).map((found) => ({ ...found, index })));
  const own = frames.filter(({ path }) => !library.test(path));
  // Python puts the frame nearest to the error last, the others right after it.
  const after = own.find(({ index }) => index >= at) ?? own[0] ?? frames[0];
  const place = python ? (own.at(-1) ?? frames.at(-1)) : after;
  return {
    ...error,
    place: place === undefined ? null : placeOf(place),
    functions: [...new Set(frames.map(({ name }) => name).filter((name) => name !== ""))].slice(0, 8),
  };
}

function errorOf(texts: readonly string[], python: boolean): Pick<Trace, "error" | "name"> & { readonly at: number } {
  const errors = texts.flatMap((line, index) => {
    const match = named.exec(line);
    if (match?.[1] === undefined) return [];
    return [
      { name: match[1], message: match[2] || (texts[index + 1] ?? ""), cause: line.startsWith("Caused by"), at: index },
    ];
  });
  const found = errors.findLast(({ cause }) => cause) ?? (python ? errors.at(-1) : errors[0]);
  if (found !== undefined) {
    const short = found.name.split(/[.:]+/).at(-1) ?? found.name;
    const message = /^at |^File "/.test(found.message) ? "" : found.message;
    return { error: message === "" ? short : `${short}: ${message}`, name: short, at: found.at };
  }
  const index = texts.findIndex((line) => panics.test(line));
  if (index >= 0) {
    const [, where, what] = panics.exec(texts[index] ?? "") ?? [];
    // Since 1.73 Rust puts the message on the next line.
    const message = what ?? (where?.endsWith(":") === true ? (texts[index + 1] ?? "") : (where ?? ""));
    return { error: `panic: ${message}`, name: "panic", at: index };
  }
  const line =
    texts.findLast((text) => marked.exec(text)?.[1] !== undefined) ?? texts.find((text) => marked.test(text));
  return {
    error: (line ?? texts.find((text) => text !== "") ?? "").replace(/^[\d:.,TZ /[\]-]{8,40}\s/, ""),
    name: null,
    at: 0,
  };
}

interface Frame {
  readonly name: string;
  readonly file: string;
  readonly line: string;
  /** File and full name, by which a library is known. */
  readonly path: string;
}

function frameOf(line: string): readonly Frame[] {
  const script =
    /^at (?:async )?(?:(?:new )?([\w$.<>[\] #]{1,160}?) )?\(?((?:file:\/\/)?[^()\s]{1,300}?):(\d+)(?::\d+)?\)?$/.exec(
      line,
    );
  if (script !== null) return [frame(script[1], script[2], script[3])];
  const python = /^File "([^"]{1,300})", line (\d+)(?:, in (.{1,100}))?$/.exec(line);
  if (python !== null) return [frame(python[3], python[1], python[2])];
  const java = /^at ([\w$.<>/]{1,300})\(([\w$]{1,100}\.\w{1,10}):(\d+)\)$/.exec(line);
  if (java !== null) return [frame(java[1]?.split(".").slice(-2).join("."), java[2], java[3], java[1])];
  const plain =
    /^(?:--> |at |thread '[^']{0,80}' panicked at )?((?:[\w.@-]{0,60}\/){0,12}[\w.-]{1,80}\.\w{1,5}):(\d+)(?::\d+)?\b/.exec(
      line,
    );
  return plain === null ? [] : [frame("", plain[1], plain[2])];
}

const frame = (name = "", file = "", line = "", path = file): Frame => ({
  name: /anonymous|<module>|^Object\.|^Module\./.test(name) ? "" : name.trim(),
  file: file.replace(/^file:\/\//, ""),
  line,
  path,
});

function placeOf({ name, file, line }: Frame): string {
  const short = file.split("/").slice(-2).join("/");
  return name === "" ? `${short}:${line}` : `${name} (${short}:${line})`;
}
