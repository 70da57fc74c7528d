import { expect, test } from "bun:test";
import { isForChat } from "../../../src/backends/discover/model-use.ts";

test.each([
  ...["nomic-embed-text:latest", "mxbai-embed-large", "all-minilm:33m", "bge-m3", "BAAI/bge-reranker-v2-m3"],
  ...["snowflake-arctic-embed2", "intfloat/e5-mistral-7b-instruct", "text-embedding-nomic-embed-text-v1.5"],
  ...["qwen3-embedding:0.6b", "embeddinggemma", "jina-embeddings-v3", "Alibaba-NLP/gte-Qwen2-7B-instruct"],
  ...["openai/whisper-large-v3", "granite-embedding:278m", "paraphrase-multilingual", "hf.co/x/Qwen3-Reranker-4B-GGUF"],
])("%s is not for chat", (name) => {
  expect(isForChat({ name })).toBe(false);
});

test.each([
  ...["qwen2.5-coder:7b", "llama3.2", "gpt-oss:20b", "gemma3:4b", "glm-4.7-flash", "mistral-small", "phi4-mini"],
  ...["deepseek-r1:8b", "mlx-community/Qwen2.5-Coder-7B-Instruct-4bit", "SmolLM2-135M-Instruct.Q4_1.gguf"],
  ...["stablelm2", "LiquidAI/LFM2-1.2B", "minicpm-v", "granite4:tiny-h", "instructlab/merlinite", "Tulu-3.1"],
])("%s is for chat", (name) => {
  expect(isForChat({ name })).toBe(true);
});

test("what the server says comes before the name", () => {
  expect(isForChat({ name: "my-embed-explainer", type: "llm" })).toBe(true);
  expect(isForChat({ name: "mine", type: "embeddings" })).toBe(false);
  expect(isForChat({ name: "mine", family: "nomic-bert" })).toBe(false);
  expect(isForChat({ name: "mine", family: "qwen2" })).toBe(true);
});
