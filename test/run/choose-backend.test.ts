/** What `--backend auto` takes, over servers that really listen. */

import { afterEach, describe, expect, test } from "bun:test";
import { systemClock as clock } from "../../src/core/clock.ts";
import { llamaServer, lmStudio, ollamaServer, vllm } from "../fixtures/servers.ts";
import { choose, nobody, ollamaAt, problemOf, stopAll, there, unnamed } from "./choosing.ts";

afterEach(stopAll);

describe("auto", () => {
  test("takes what is there, and says so in one line", async () => {
    const [llama, ollama] = [there(llamaServer), there(ollamaServer({ name: "qwen3:8b", loaded: 4096 }))];
    expect(await choose({ named: ollamaAt(ollama) }, { otherUrls: [llama] })).toEqual({
      ...{ name: "ollama", model: "qwen3:8b", url: ollama },
      told: [
        `Backend ollama: Ollama 0.17.4 at ${ollama}, with qwen3:8b, which is loaded (before llama-server at ${llama})`,
      ],
    });
    expect(await choose({}, { otherUrls: [llama] })).toMatchObject({ name: "openai", model: null, url: llama });
  });

  test("takes a place that has a name before the usual ones", async () => {
    const [named, usual] = [there(vllm("a")), there(vllm("b"))];
    const places = { ollama: { ...unnamed, url: await nobody() }, openai: { url: `${named}/v1`, model: "mlx/x" } };
    expect(await choose({ named: places }, { otherUrls: [usual] })).toMatchObject({ model: "a", url: named });
  });

  test("takes Ollama's model by the name that is for Ollama", async () => {
    const ollama = there(ollamaServer({ name: "a" }, { name: "glm-4.7-flash:latest" }));
    expect(await choose({ named: ollamaAt(ollama, "glm-4.7-flash") })).toMatchObject({ model: "glm-4.7-flash" });
    expect(await choose({ named: ollamaAt(ollama, "b"), model: "a" })).toMatchObject({ model: "a" });
  });

  test("with an address, finds out who is there, and waits for whoever is not there yet", async () => {
    const ollama = there(ollamaServer({ name: "a" }));
    for (const path of ["", "/v1", "/api/generate", "/v1/chat/completions"]) {
      expect(await choose({ url: `${ollama}${path}` })).toMatchObject({ name: "ollama", model: "a", url: ollama });
    }
    const llama = there(llamaServer);
    expect(await choose({ url: `${llama}/v1` })).toMatchObject({ name: "openai", url: llama, told: [] });
    const url = await nobody();
    expect(await choose({ url })).toMatchObject({ name: "openai", url });
    expect(await choose({ url: `${url}/api/chat`, model: "m" })).toMatchObject({ name: "ollama", url });
  });

  test("a path of Ollama's own is a name: nobody else is taken there", async () => {
    const llama = there(llamaServer);
    for (const path of ["/api/generate", "/api/chat", "/api"]) {
      expect(await choose({ url: `${llama}${path}`, model: "m" })).toMatchObject({ name: "ollama", model: "m" });
      const { message, next } = await problemOf(choose({ url: `${llama}${path}` }));
      expect(message).toBe(`llama-server at ${llama} answers there, and no Ollama`);
      expect(next).toContain(`--url ${llama}`);
    }
    expect((await problemOf(choose({ url: llama, backend: "ollama" }))).next).toBe("use --backend openai");
  });

  test("nobody there: 69, with where it looked, what would help, and lexical", async () => {
    const problem = await problemOf(choose({}, { otherUrls: ["http://127.0.0.1:9"] }));
    expect(problem).toMatchObject({ kind: "no_backend", message: "no model server answers on this machine" });
    expect(problem.where).toContain("127.0.0.1:9");
    for (const words of ["--backend lexical", "ollama pull", "llama-server -hf"]) expect(problem.next).toContain(words);
  });

  test("servers that only embed are not taken, and named", async () => {
    const ollama = there(ollamaServer({ name: "nomic-embed-text", family: "nomic-bert" }));
    const studio = there(lmStudio({ id: "bge", type: "embeddings", state: "loaded" }));
    const { message } = await problemOf(choose({ named: ollamaAt(ollama) }, { otherUrls: [studio] }));
    expect(message).toContain(`Ollama 0.17.4 at ${ollama}: only models that embed`);
    expect(message).toContain(`LM Studio at ${studio}: only models that embed`);
  });

  test("never a remote one: neither by OLLAMA_HOST, nor by a model of Ollama's cloud, nor by --url", async () => {
    expect((await problemOf(choose({ named: ollamaAt("192.0.2.1") }))).kind).toBe("no_backend");
    const cloud = there(ollamaServer({ name: "k2:cloud" }, { name: "mine", remote_host: "https://ollama.com" }));
    expect((await problemOf(choose({ named: ollamaAt(cloud) }))).message).toContain("run on other machines");
    expect((await problemOf(choose({ named: ollamaAt(cloud), model: "mine" }))).message).toContain("another machine");
    expect((await problemOf(choose({ url: "http://192.0.2.1:1" }))).kind).toBe("config");
  });

  test("a port that accepts and says nothing holds up nobody", async () => {
    const silent = there({ "*": () => new Promise<Response>(() => {}) });
    const startMs = clock.nowMs();
    expect(await choose({}, { otherUrls: [silent, there(llamaServer)] })).toMatchObject({ name: "openai" });
    // Some 300 ms, four times that here; a busy machine may take its time.
    expect(clock.nowMs() - startMs).toBeLessThan(5_000);
    const { message } = await problemOf(choose({}, { otherUrls: [silent] }));
    expect(message).toContain(`${silent} is there and says nothing`);
  });
});
