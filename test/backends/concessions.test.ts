import { expect, test } from "bun:test";
import { type ConcessionMemory, concessionsOf } from "../../src/backends/concessions.ts";

function memory(): ConcessionMemory {
  const kept = new Map<string, string[]>();
  const at = (url: string, model: string | null): string => `${url} ${model}`;
  return {
    known: (url, model) => kept.get(at(url, model)) ?? [],
    keep: (url, model, part) => void kept.set(at(url, model), [...(kept.get(at(url, model)) ?? []), part]),
  };
}

const [ours, theirs] = [{ type: "object" }, { type: "object", properties: { mine: {} } }];

test("are kept for one server and one model, from one backend to the next", () => {
  const kept = memory();
  concessionsOf(kept, "http://a", "m").make("system_role", ours);
  expect([...concessionsOf(kept, "http://a", "m").madeFor(theirs)]).toEqual(["system_role"]);
  expect([...concessionsOf(kept, "http://a", null).madeFor(ours)]).toEqual([]);
  expect([...concessionsOf(kept, "http://b", "m").madeFor(ours)]).toEqual([]);
});

test("a schema that was refused is one schema", () => {
  const kept = memory();
  concessionsOf(kept, "http://a", "m").make("response_format", theirs);
  const next = concessionsOf(kept, "http://a", "m");
  expect([...next.madeFor({ ...theirs })]).toEqual(["response_format"]);
  expect([...next.madeFor(ours)]).toEqual([]);
  expect([...next.madeFor(null)]).toEqual([]);
});
