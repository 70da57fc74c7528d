/** The ollama backend keeps the contract, here against a scripted server. */

import { answerIn, ollamaDialect } from "../fixtures/dialect.ts";
import { modelServer } from "../fixtures/model-server.ts";
import { ollama } from "./asking.ts";
import { describeBackendContract } from "./contract.ts";

describeBackendContract("ollama, a scripted server", async () => {
  const onGet = ollamaDialect.onGet(["scripted"]);
  const answer = '{"summary": "a pool of connections", "importance": 5}';
  const server = await modelServer((wire) => answerIn(ollamaDialect, wire, answer), { onGet });
  return { backend: ollama(server.url, { model: "scripted" }), stop: server.stop };
});
