import { expect, test } from "bun:test";
import { ollamaAddress } from "../../../src/backends/ollama/place.ts";

test.each([
  [null, "http://127.0.0.1:11434"],
  ["", "http://127.0.0.1:11434"],
  ["0.0.0.0", "http://0.0.0.0:11434"],
  ["0.0.0.0:8080", "http://0.0.0.0:8080"],
  [":8080", "http://127.0.0.1:8080"],
  ["localhost", "http://localhost:11434"],
  ["localhost/llm", "http://localhost:11434/llm"],
  ["::1", "http://[::1]:11434"],
  ["[::1]:8080", "http://[::1]:8080"],
  ["http://127.0.0.1", "http://127.0.0.1"],
  ["https://127.0.0.1:1/api/generate", "https://127.0.0.1:1/api/generate"],
  ["unix:/run/ollama.sock", "unix:/run/ollama.sock"],
  [" mac.local:1 ", "http://mac.local:1"],
])("OLLAMA_HOST=%p is %s", (text, expected) => {
  expect(ollamaAddress(text)).toBe(expected);
});
