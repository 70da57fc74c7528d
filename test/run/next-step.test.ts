import { expect, test } from "bun:test";
import type { Failure } from "../../src/core/failure.ts";
import { stepFor } from "../../src/run/next-step.ts";

const detail = "…";
const rows: readonly (readonly [Failure, string | null])[] = [
  [{ kind: "unusable_reply", reason: "not_api", raw: "<html>", detail }, "not the API of a model server: check --url"],
  [{ kind: "unusable_reply", reason: "not_json", raw: "Well,", detail }, null],
  [{ kind: "bad_request", status: 302, detail: "redirects to /login" }, "the address of the API itself"],
  [{ kind: "bad_request", status: 400, detail }, null],
  [{ kind: "unreachable", reason: "refused", detail }, "start the model server"],
  [{ kind: "unreachable", reason: "tls", detail }, "NODE_EXTRA_CA_CERTS"],
  [{ kind: "unreachable", reason: "reset", detail }, null],
  [{ kind: "gone", detail: "not_installed: its command cannot be run (127)" }, "check --mlx-command"],
  [{ kind: "gone", detail: "flags_refused: error: unrecognized arguments: --port 1 | more" }, "too old an mlx-lm"],
  [{ kind: "gone", detail: "exited: exit code 1" }, null],
  [{ kind: "overloaded", status: 503, retryAfterMs: null, detail }, null],
];

test.each(rows)("%j: %p", (failure, step) => {
  const told = stepFor(failure);
  if (step === null) expect(told).toBeNull();
  else expect(told).toContain(step);
});
