import { describe, expect, test } from "bun:test";
import type { ExtraField, ExtraKind, ExtraValue } from "../../src/core/extra.ts";
import { readReply } from "../../src/pipeline/reply.ts";
import { enrichment } from "../support/journal.ts";
import { manners } from "../support/manners.ts";

const fieldOf = (name: string, kind: ExtraKind, required = false): ExtraField => ({
  ...{ name, description: "d", required, kind },
});
const risk = fieldOf("risk", { type: "enum", values: ["low", "very high", "C", "C++"] });
const owner = fieldOf("owner_name", { type: "string", maxLength: 10 });
const score = fieldOf("score", { type: "number", min: 0, max: 10 });
const count = fieldOf("count", { type: "number", min: null, max: null });
const urgent = fieldOf("urgent", { type: "boolean" });
const teams = fieldOf("teams", { type: "string[]", maxLength: 8, maxItems: 2 });
const all = [risk, owner, score, count, urgent, teams];

const extraIn = (own: Readonly<Record<string, unknown>>, fields = all) => {
  const outcome = readReply(JSON.stringify({ ...enrichment, ...own }), fields);
  return outcome.ok ? outcome.value.extra : outcome.failure;
};

test("nothing asked for: an enrichment has none, whatever the reply says", () => {
  const outcome = readReply(JSON.stringify({ ...enrichment, extra: { risk: "low" } }));
  expect(outcome).toEqual({ ok: true, value: enrichment });
});

describe("each type, as models write it", () => {
  const said: readonly (readonly [field: ExtraField, value: unknown, taken: ExtraValue])[] = [
    [risk, "low", "low"],
    [risk, "Very-High", "very high"],
    [risk, "a very high risk", "very high"],
    [risk, "c++", "C++"],
    [risk, "C", "C"],
    [risk, "low or very high", null],
    [risk, "none", null],
    [risk, ["low"], "low"],
    [owner, " Ann\n Lee ", "Ann Lee"],
    [owner, "x".repeat(20), "x".repeat(10)],
    [owner, "<name>", null],
    [owner, "N/A", null],
    [owner, 7, "7"],
    [score, 3.5, 3.5],
    [score, "about 4", 4],
    [score, "8/20", 4],
    [score, 99, 10],
    [score, "many", null],
    [count, "12 of them", 12],
    [count, -1e6, -1e6],
    [urgent, true, true],
    [urgent, "Yes, very", true],
    [urgent, "no", false],
    [urgent, 0, false],
    [urgent, "perhaps", null],
    [teams, ["a", "b", "c"], ["a", "b"]],
    [teams, "a, b", ["a", "b"]],
    [teams, [], []],
  ];
  test.each(said.map((one) => [JSON.stringify([one[0].name, one[1]]), ...one] as const))(
    "%s",
    (_, field, value, taken) => {
      expect(extraIn({ [field.name]: value }, [field])).toEqual({ [field.name]: taken });
    },
  );
});

describe("wherever and however it stands", () => {
  const whole = { risk: "low", owner_name: "Ann", score: 3, count: 4, urgent: true, teams: ["a"] };
  test("in another case, with other signs, below extra, or not at all", () => {
    expect(extraIn({ Risk: "low", "owner-name": "Ann", SCORE: 3, count: 4, Urgent: true, Teams: ["a"] })).toEqual(
      whole,
    );
    expect(extraIn({ extra: whole })).toEqual(whole);
    expect(extraIn({ ...whole, extra: { risk: null } })).toEqual(whole);
    const none = { risk: null, owner_name: null, score: null, count: null, urgent: null, teams: null };
    expect(extraIn({})).toEqual(none);
  });
  test.each(Object.keys(manners))("%s", (name) => {
    const written = manners[name]?.({ ...enrichment, ...whole } as typeof enrichment) ?? "";
    expect(readReply(written, all)).toMatchObject({ ok: true, value: { extra: whole } });
  });
});

test("a required one that is missing, or says nothing, is told so that the model can mend it", () => {
  const must = { ...risk, required: true };
  expect(extraIn({}, [must])).toEqual({
    ...{ reason: "schema", detail: 'the field "risk" is missing, or not low, very high, C or C++' },
  });
  expect(extraIn({ risk: "dunno" }, [must])).toMatchObject({ reason: "schema" });
  expect(extraIn({ risk: "C" }, [must])).toEqual({ risk: "C" });
  expect(extraIn({ owner_name: "none" }, [{ ...owner, required: true }])).toEqual({ owner_name: "none" });
  expect(extraIn({ teams: [] }, [{ ...teams, required: true }])).toEqual({ teams: [] });
});
