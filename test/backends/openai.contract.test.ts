/** The openai backend keeps the contract, here against a scripted server; test/real/ has the real ones. */

import { answerWith, modelServer } from "../fixtures/model-server.ts";
import { openai } from "./asking.ts";
import { describeBackendContract } from "./contract.ts";

describeBackendContract("openai, a scripted server", async () => {
  const server = await modelServer((wire) => answerWith(wire, '{"summary": "a pool of connections", "importance": 5}'));
  return { backend: openai(server.url), stop: server.stop };
});
