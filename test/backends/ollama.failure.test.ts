/** The ollama backend fails in every way of the suite, and in those of lines of JSON and of Ollama's own words. */

import { ollamaDialect } from "../fixtures/dialect.ts";
import { json } from "../fixtures/model-server.ts";
import { describeFailures, endsIn, plain, streamOf } from "./failures.ts";

const { token, end, error, refusal } = ollamaDialect;
const stream = streamOf(ollamaDialect);
/** As server/routes.go and server/sched.go of Ollama 0.17.4 word them. */
const says = (status: number, words: string) => plain(refusal(status, words));

describeFailures(ollamaDialect, [
  ["a stream that ends in order, without done", stream(token("half")), { reason: "cut", raw: "half" }],
  ["a stream that ends in order, before anything", stream(""), { kind: "unreachable", reason: "reset" }],
  ["a stream that is ended in a line", endsIn(ollamaDialect, '{"model":"m","mes'), { kind: "unreachable" }],
  ["a line cut in its middle", stream('{"model":"m","mes\n', end()), { reason: "not_api" }],
  ["an error as a whole answer", plain(json(200, { error: "x" })), { kind: "server_error" }],
  [
    "a runner that died",
    stream(token("{"), error("an error was encountered while running the model", 0)),
    { kind: "server_error" },
  ],
  [
    "a missing model",
    says(404, "model 'm' not found"),
    { kind: "model_missing", detail: `model 'm' not found: get it with "ollama pull m"` },
  ],
  ["a model that only embeds", says(400, '"m" does not support chat'), { kind: "bad_request" }],
  [
    "a full queue",
    says(503, "server busy, please try again. maximum pending requests exceeded"),
    { kind: "overloaded" },
  ],
  [
    "too little memory",
    says(500, "model requires more system memory (5.6 GiB) than is available"),
    { kind: "server_error" },
  ],
]);
