/** Which backend a run gets by name, and on Apple silicon, over servers that really listen. */

import { afterEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConcessionMemory } from "../../src/backends/concessions.ts";
import { llamaServer, mlxHead, mlxServer, ollamaServer } from "../fixtures/servers.ts";
import { choose, folder, mlxSettings, ollamaAt, problemOf, stopAll, there, unnamed } from "./choosing.ts";

afterEach(stopAll);

describe("auto on Apple silicon", () => {
  const around = { isAppleSilicon: true };
  /** A folder with a config is a model that is on the disk; the command is not run before the first question. */
  const onDisk = join(folder, "model");
  mkdirSync(onDisk);
  writeFileSync(join(onDisk, "config.json"), "{}");
  const mlx = { ...mlxSettings, command: `"${process.execPath}"` };

  test("a running mlx_lm.server comes first, as mlx", async () => {
    const [ollama, server] = [there(ollamaServer({ name: "a" })), there(mlxServer(), mlxHead)];
    const chosen = await choose({ named: ollamaAt(ollama) }, { ...around, otherUrls: [server] });
    expect(chosen).toMatchObject({ name: "mlx", model: null, url: server });
    expect(await choose({ named: ollamaAt(ollama) }, { otherUrls: [server] })).toMatchObject({ name: "ollama" });
  });

  test("mlx-lm that is installed comes before Ollama, with a model that is on the disk", async () => {
    const named = ollamaAt(there(ollamaServer({ name: "a" })));
    const wanted = { named, mlx, model: onDisk };
    const chosen = await choose({ ...wanted, named: { ...named, openai: unnamed } }, around);
    expect(chosen).toMatchObject({ name: "mlx", model: onDisk, url: null });
    expect(chosen.told[0]).toContain("mlx-lm is installed");
    expect(await choose({ named, mlx }, around)).toMatchObject({ name: "ollama" });
    expect(await choose({ named, model: "a" }, around)).toMatchObject({ name: "ollama" });
  });

  test("and also where a model has to be downloaded, when nobody else is there", async () => {
    expect(await choose({ mlx }, around)).toMatchObject({ name: "mlx", url: null });
    expect((await problemOf(choose({ mlx }))).kind).toBe("no_backend");
  });
});

describe("a backend by its name", () => {
  test("ollama, by the name of its host, with the model that it has", async () => {
    const url = there(ollamaServer({ name: "nomic-embed-text" }, { name: "a" }));
    const chosen = { name: "ollama", model: "a", url };
    expect(await choose({ backend: "ollama", named: ollamaAt(url.replace("http://", "")) })).toMatchObject(chosen);
    expect(await choose({ backend: "ollama", url: `${url}/api/generate` })).toMatchObject(chosen);
    expect(await choose({ backend: "ollama", url, model: "b" })).toMatchObject({ model: "b", told: [] });
  });

  test("ollama that is not there, or has nothing", async () => {
    const gone = await problemOf(choose({ backend: "ollama" }));
    expect(gone).toMatchObject({ kind: "no_backend", next: expect.stringContaining("ollama serve") });
    const empty = await problemOf(choose({ backend: "ollama", url: there(ollamaServer()) }));
    expect(empty).toMatchObject({ kind: "no_backend", next: expect.stringContaining("ollama pull") });
    const remote = await problemOf(choose({ backend: "ollama", named: ollamaAt("llm.example.org:11434") }));
    expect(remote.kind).toBe("config");
  });

  test("openai does not take an Ollama, but says that one is there", async () => {
    const ollama = there(ollamaServer({ name: "a" }));
    const problem = await problemOf(choose({ backend: "openai" }, { otherUrls: [ollama] }));
    expect(problem.message).toContain("--backend ollama");
    expect(await choose({ backend: "openai", url: ollama, model: "a" })).toMatchObject({ name: "openai", model: "a" });
  });
});

test("what is remembered of a server is asked for by its place and the model", async () => {
  const asked: unknown[] = [];
  const memory: ConcessionMemory = {
    known: (...place) => {
      asked.push(place);
      return [];
    },
    keep: () => {},
  };
  const url = there(llamaServer);
  await choose({ backend: "openai", url: `${url}/v1`, model: "m" }, { memory });
  await choose({ backend: "openai", url }, { memory });
  expect(asked).toEqual([
    [url, "m"],
    [url, null],
  ]);
});
