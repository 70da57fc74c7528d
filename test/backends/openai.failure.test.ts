/** The openai backend fails in every way of the suite, and in those of server-sent events. */

import { openaiDialect } from "../fixtures/dialect.ts";
import { done, finish, json, token } from "../fixtures/model-server.ts";
import { describeFailures, endsIn, plain, streamOf } from "./failures.ts";

const stream = streamOf(openaiDialect);

describeFailures(openaiDialect, [
  ["a stream without its end", stream(token("half")), { kind: "unreachable", reason: "reset" }],
  ["a stream that is ended in an event", endsIn(openaiDialect, 'data: {"ch'), { kind: "unreachable", reason: "reset" }],
  ["an event cut in its middle", stream('data: {"choices":[{"del\n\n', done), { reason: "not_api" }],
  ["an end without any text", stream(finish("stop"), done), { reason: "empty" }],
  ["an error event", stream('event: error\ndata: {"message":"context size exceeded"}\n\n'), { kind: "too_large" }],
  ["an error as a whole answer", plain(json(200, { error: { code: 503, message: "x" } })), { kind: "overloaded" }],
]);
