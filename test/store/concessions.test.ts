import { expect, test } from "bun:test";
import { keepConcession, knownConcessions } from "../../src/store/concessions.ts";
import { newJournal } from "../support/journal.ts";

const day = 24 * 3_600_000;

test("kept for one server and one model, once, and believed for thirty days", async () => {
  const { db, close } = await newJournal();
  for (const wallMs of [1_000, 2_000]) keepConcession(db, "http://a", "m", "think", wallMs);
  keepConcession(db, "http://a", "m", "schema", 5 * day);
  keepConcession(db, "http://a", null, "system_role", 1_000);
  expect(knownConcessions(db, "http://a", "m", 3_000)).toEqual(["schema", "think"]);
  expect(knownConcessions(db, "http://a", null, 3_000)).toEqual(["system_role"]);
  expect(knownConcessions(db, "http://b", "m", 3_000)).toEqual([]);
  expect(knownConcessions(db, "http://a", "m", 31 * day)).toEqual(["schema"]);
  close();
});
