/** What a server is asked without, because it refused that part by name: found once, kept by whoever is given it. */

import type { Question } from "./backend.ts";

type Schema = Question["schema"];

export interface Concessions {
  /** What to leave out of a question with this schema. */
  readonly madeFor: (schema: Schema | null) => ReadonlySet<string>;
  readonly make: (part: string, schema: Schema | null) => void;
}

/** Keeps concessions longer than a backend lives; the journal does. */
export interface ConcessionMemory {
  readonly known: (url: string, model: string | null) => readonly string[];
  readonly keep: (url: string, model: string | null, part: string) => void;
}

export const noMemory: ConcessionMemory = { known: () => [], keep: () => {} };

/** Those that are about one schema: a server may refuse somebody's own fields, and take ours. */
const ofSchema: ReadonlySet<string> = new Set(["response_format", "schema", "format"]);

/** Those of one server and one model: another model of the same server may have another template. */
export function concessionsOf(memory: ConcessionMemory, url: string, model: string | null): Concessions {
  const made = new Set(memory.known(url, model));
  return {
    madeFor: (schema) => {
      const mark = schema === null ? null : markOf(schema);
      return new Set([...made].flatMap((name) => partFor(name, mark)));
    },
    make: (part, schema) => {
      const name = ofSchema.has(part) && schema !== null ? `${part}#${markOf(schema)}` : part;
      made.add(name);
      memory.keep(url, model, name);
    },
  };
}

function partFor(name: string, mark: string | null): string[] {
  const [part = "", about] = name.split("#");
  return about === undefined || about === mark ? [part] : [];
}

const marks = new WeakMap<Schema, string>();

function markOf(schema: Schema): string {
  const mark = marks.get(schema) ?? Bun.hash(JSON.stringify(schema)).toString(36);
  marks.set(schema, mark);
  return mark;
}
