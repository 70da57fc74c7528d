import { expect, test } from "bun:test";
import { pairsByPeople } from "../../bench/eval-pairs.ts";
import { readPairs } from "../../src/eval/pairs.ts";

test("pairs of what is installed: bounded, the same for the same seed, and good pairs for eval", () => {
  const wanted = { max: 24, seed: 1, chars: 700 };
  const pairs = pairsByPeople(wanted);
  expect(pairs).toHaveLength(24);
  expect(pairsByPeople(wanted)).toEqual(pairs);
  expect(pairsByPeople({ ...wanted, seed: 2 })).not.toEqual(pairs);
  for (const { text, reference } of pairs) {
    expect(text.length).toBeLessThanOrEqual(700);
    expect(text.toLowerCase()).not.toContain(reference.summary.toLowerCase());
  }
  // Of each kind as many. Commits are few in a shallow checkout, and Python packages only where other tests ran.
  const kinds = new Set(pairs.map(({ from }) => from.split(" ")[0]));
  for (const kind of ["npm", "bun", "node"]) expect(kinds).toContain(kind);
  expect(readPairs(pairs.map((pair) => JSON.stringify(pair)).join("\n"), "people.jsonl", 100)).toHaveLength(24);
});
