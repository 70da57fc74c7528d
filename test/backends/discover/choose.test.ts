import { describe, expect, test } from "bun:test";
import { choose } from "../../../src/backends/discover/choose.ts";
import type { FoundModel, FoundServer } from "../../../src/backends/discover/identify.ts";

const model = (name: string, changes: Partial<FoundModel> = {}): FoundModel => ({
  ...{ name, isForChat: true, isLoaded: false, isElsewhere: false },
  ...changes,
});
const server = (kind: FoundServer["kind"], port: number, ...models: FoundModel[]): FoundServer => ({
  ...{ kind, url: `http://127.0.0.1:${port}`, version: kind === "Ollama" ? "0.17.4" : null, isLoading: false, models },
});

const llama = server("llama-server", 8080, model("/models/a.gguf", { isLoaded: null }));
const mlx = server("mlx_lm.server", 8080, model("mlx/other"), model("mlx/bge-small", { isForChat: false }));
const ollama = server("Ollama", 11434, model("qwen3:8b"), model("llama3.2:latest", { isLoaded: true }));
const studio = server("LM Studio", 1234, model("gemma"), model("embed", { isForChat: false, isLoaded: true }));
const embedding = model("nomic-embed-text", { isForChat: false });

const choosing = (wanted: string | null = null, isAppleSilicon = false) => ({
  ...{ modelFor: () => wanted, isAppleSilicon },
});

/** `url model`, or what was passed over. */
function chosen(servers: FoundServer[], wanted: string | null = null, isAppleSilicon = false): string {
  const made = choose(servers, choosing(wanted, isAppleSilicon));
  return made.ok ? `${made.choice.server.kind} ${made.choice.model}` : made.passed.join("; ");
}

describe("which server", () => {
  test.each([
    ["Ollama before others", [llama, ollama, studio], false, "Ollama llama3.2:latest"],
    ["others in the order of their places", [llama, studio], false, "llama-server null"],
    ["mlx before Ollama on Apple silicon", [mlx, ollama], true, "mlx_lm.server null"],
    ["and after it elsewhere", [mlx, ollama], false, "Ollama llama3.2:latest"],
    ["the next, where the first only embeds", [server("Ollama", 11434, embedding), studio], false, "LM Studio gemma"],
    ["none of nobody", [], false, ""],
  ])("%s", (_, servers, isAppleSilicon, expected) => {
    expect(chosen(servers, null, isAppleSilicon)).toBe(expected);
  });

  test("none, and each is named with its reason", () => {
    const away = server("Ollama", 11434, model("k2:cloud", { isElsewhere: true }));
    expect(chosen([server("vLLM", 8000, embedding), server("LM Studio", 1234), away])).toBe(
      "Ollama 0.17.4 at http://127.0.0.1:11434: only models that run on other machines; " +
        "vLLM at http://127.0.0.1:8000: only models that embed; LM Studio at http://127.0.0.1:1234: no model",
    );
  });
});

describe("which model", () => {
  test("one that is loaded, else the first for chat; never one that embeds or runs elsewhere", () => {
    expect(chosen([ollama])).toBe("Ollama llama3.2:latest");
    expect(chosen([studio])).toBe("LM Studio gemma");
    expect(chosen([server("Ollama", 1, model("x:cloud", { isElsewhere: true }), embedding, model("y"))])).toBe(
      "Ollama y",
    );
  });

  test("the one that was asked for decides between servers", () => {
    expect(chosen([studio, ollama], "gemma")).toBe("LM Studio gemma");
    expect(chosen([studio, ollama], "llama3.2")).toBe("Ollama llama3.2");
    expect(chosen([mlx], "mlx/other")).toBe("mlx_lm.server mlx/other");
    expect(chosen([llama], "whatever")).toBe("llama-server whatever");
  });

  test("one that nobody has is told with its remedy", () => {
    expect(chosen([ollama], "phi4")).toContain('no phi4 ("ollama pull phi4" gets it)');
    expect(chosen([server("Ollama", 1, model("big", { isElsewhere: true }))], "big")).toContain(
      "only on another machine",
    );
  });

  test("none is named to a server that has only one, or would drop it", () => {
    expect(chosen([llama])).toBe("llama-server null");
    expect(chosen([mlx])).toBe("mlx_lm.server null");
    expect(chosen([server("llama-server", 8080)])).toBe("llama-server null");
  });
});

test("a server that still loads is taken, and said to load", () => {
  const made = choose([{ ...llama, models: [], isLoading: true }], choosing());
  expect(made.ok && made.choice.reason).toBe("llama-server at http://127.0.0.1:8080, which still loads its model");
});

test("a model that is called by its path is shown by its file", () => {
  const made = choose([llama], choosing());
  expect(made.ok && made.choice.reason).toBe("llama-server at http://127.0.0.1:8080, with a.gguf");
});

test("the reason is one line: what, where, with which model, and what was passed over", () => {
  const made = choose([llama, server("vLLM", 8000, embedding), ollama], choosing());
  expect(made.ok && made.choice.reason).toBe(
    "Ollama 0.17.4 at http://127.0.0.1:11434, with llama3.2:latest, which is loaded " +
      "(before llama-server at http://127.0.0.1:8080; not vLLM at http://127.0.0.1:8000: only models that embed)",
  );
});
