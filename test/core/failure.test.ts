import { expect, test } from "bun:test";
import { type Failure, policyOf, stopsRun } from "../../src/core/failure.ts";

const unreachable = (reason: Extract<Failure, { kind: "unreachable" }>["reason"]): Failure => ({
  ...{ kind: "unreachable", reason, detail: "x" },
});

test("a certificate that is not trusted ends a run that has had no answer; a server that is gone is waited for", () => {
  expect(stopsRun(unreachable("tls"), false)).toBeTrue();
  expect(stopsRun(unreachable("tls"), true)).toBeFalse();
  for (const reason of ["refused", "dns", "reset", "network"] as const) {
    expect(stopsRun(unreachable(reason), false)).toBeFalse();
    expect(policyOf(unreachable(reason)).opensBreaker).toBeTrue();
  }
});

test("a page in place of an answer is the server's fault", () => {
  const reply = (reason: "not_api" | "not_json"): Failure => ({ kind: "unusable_reply", reason, detail: "x", raw: "" });
  expect(policyOf(reply("not_api"))).toMatchObject({ opensBreaker: true, blamesChunk: "while_others_succeed" });
  expect(policyOf(reply("not_json"))).toMatchObject({ opensBreaker: false, blamesChunk: "yes" });
});
