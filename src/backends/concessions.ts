/** What a server is asked without, because it refused that part by name: found once, kept by whoever is given it. */

export interface Concessions {
  readonly made: () => ReadonlySet<string>;
  readonly make: (part: string) => void;
}

/** Keeps concessions longer than a backend lives; the journal does. */
export interface ConcessionMemory {
  readonly known: (url: string, model: string | null) => readonly string[];
  readonly keep: (url: string, model: string | null, part: string) => void;
}

export const noMemory: ConcessionMemory = { known: () => [], keep: () => {} };

/** Those of one server and one model: another model of the same server may have another template. */
export function concessionsOf(memory: ConcessionMemory, url: string, model: string | null): Concessions {
  const made = new Set(memory.known(url, model));
  return {
    made: () => made,
    make: (part) => {
      made.add(part);
      memory.keep(url, model, part);
    },
  };
}
