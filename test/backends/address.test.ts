import { describe, expect, test } from "bun:test";
import { chatUrl, modelsUrl, ownUrl, parseAddress } from "../../src/backends/address.ts";
import type { Problem } from "../../src/core/problem.ts";
import { refusal } from "../support/refusal.ts";

const chat = "/v1/chat/completions";
const accepted: readonly (readonly [string, string, boolean])[] = [
  ["http://127.0.0.1:8080", `http://127.0.0.1:8080${chat}`, false],
  ["http://127.0.0.1:8080/", `http://127.0.0.1:8080${chat}`, false],
  ["  http://127.0.0.1:8080/v1  ", `http://127.0.0.1:8080${chat}`, false],
  ["http://127.0.0.1:8080/v1/", `http://127.0.0.1:8080${chat}`, false],
  ["http://127.0.0.1:8080/v1/chat/completions", `http://127.0.0.1:8080${chat}`, false],
  ["http://127.0.0.1:8080/v1/chat/completions/", `http://127.0.0.1:8080${chat}`, false],
  ["HTTP://LOCALHOST:1234", `http://localhost:1234${chat}`, false],
  ["http://[::1]:8080/v1", `http://[::1]:8080${chat}`, false],
  ["http://[::1]/v1", `http://[::1]${chat}`, false],
  ["http://[::ffff:127.0.0.1]:9", `http://[::ffff:7f00:1]:9${chat}`, false],
  ["http://127.1:9", `http://127.0.0.1:9${chat}`, false],
  ["http://127.9.8.7", `http://127.9.8.7${chat}`, false],
  ["http://0.0.0.0:8000", `http://0.0.0.0:8000${chat}`, false],
  ["https://api.groq.com/openai/v1", `https://api.groq.com/openai${chat}`, true],
  ["https://llm.example.org/team/", `https://llm.example.org/team${chat}`, true],
  ["https://example.org/v1beta/openai", "https://example.org/v1beta/openai/chat/completions", true],
  ["https://example.org/v1?api-version=2", `https://example.org${chat}?api-version=2`, true],
  ["http://192.168.1.5:8080", `http://192.168.1.5:8080${chat}`, true],
  ["http://127.0.0.1.example.org", `http://127.0.0.1.example.org${chat}`, true],
  ["http://localhost.example.org", `http://localhost.example.org${chat}`, true],
  ["http://mac.local:8080", `http://mac.local:8080${chat}`, true],
  ["http://[fe80::1]:8080", `http://[fe80::1]:8080${chat}`, true],
];

const refused: readonly (readonly [string, RegExp])[] = [
  ["", /127\.0\.0\.1/],
  ["localhost:8080", /http:\/\/localhost:8080/],
  ["127.0.0.1:8080/v1", /http:\/\/127\.0\.0\.1:8080\/v1/],
  ["ftp://example.org", /127\.0\.0\.1/],
  ["http://", /127\.0\.0\.1/],
  ["http://127.0.0.1:99999", /127\.0\.0\.1/],
  ["http://[::1", /127\.0\.0\.1/],
  ["unix:llm.sock", /unix:\/path/],
  ["unix://host/llm.sock", /unix:\/path/],
  ["http+unix://run%2Fllm.sock", /http\+unix:\/\/%2F/],
  ["http+unix://%zz", /http\+unix:\/\/%2F/],
  ["http://127.0.0.1:8080/v1/models", /http:\/\/127\.0\.0\.1:8080$/],
  ["http://127.0.0.1:8080/v1/completions", /http:\/\/127\.0\.0\.1:8080$/],
];

describe("the address of a server", () => {
  test.each(accepted)("%s asks %s", (text, expected, isRemote) => {
    const address = parseAddress(text);
    expect(chatUrl(address)).toBe(expected);
    expect(modelsUrl(address)).toBe(expected.replace("/chat/completions", "/models"));
    expect(address.isRemote).toBe(isRemote);
  });

  test.each([
    ["http://127.0.0.1:11434", "http://127.0.0.1:11434/api/tags", false],
    ["http://127.0.0.1:11434/api", "http://127.0.0.1:11434/api/tags", true],
    ["http://127.0.0.1:11434/api/generate", "http://127.0.0.1:11434/api/tags", true],
    ["http://127.0.0.1:11434/api/chat/", "http://127.0.0.1:11434/api/tags", true],
    ["http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/api/tags", false],
    ["http://127.0.0.1/llm/v1", "http://127.0.0.1/llm/api/tags", false],
    ["http://127.0.0.1/llm/api/chat", "http://127.0.0.1/llm/api/tags", true],
    ["http://[::1]:11434/api/chat?x=1", "http://[::1]:11434/api/tags?x=1", true],
  ])("%s has a path of its own at %s", (text, expected, saysOllama) => {
    const address = parseAddress(text);
    expect(ownUrl(address, "/api/tags")).toBe(expected);
    expect(address.saysOllama).toBe(saysOllama);
  });

  test.each([
    ["unix:/run/llm.sock", "/run/llm.sock", `http://localhost${chat}`],
    ["unix:///run/llm.sock", "/run/llm.sock", `http://localhost${chat}`],
    ["unix:/run/a b/llm.sock", "/run/a b/llm.sock", `http://localhost${chat}`],
    ["http+unix://%2Frun%2Fllm.sock", "/run/llm.sock", `http://localhost${chat}`],
    ["http+unix://%2Frun%2Fllm.sock/llm/v1/", "/run/llm.sock", `http://localhost/llm${chat}`],
    ["http+unix:///run/llm.sock", "/run/llm.sock", `http://localhost${chat}`],
  ])("%s is a socket, and so on this machine", (text, socket, expected) => {
    const address = parseAddress(text);
    expect(address).toMatchObject({ socket, isRemote: false, shown: `unix:${socket}` });
    expect(chatUrl(address)).toBe(expected);
  });

  test("the host and port to connect to have no brackets, and the port of the scheme where none is named", () => {
    expect(parseAddress("http://[::1]/v1")).toMatchObject({ hostname: "::1", port: 80 });
    expect(parseAddress("https://example.org")).toMatchObject({ hostname: "example.org", port: 443 });
    expect(parseAddress("http://localhost:8080")).toMatchObject({ hostname: "localhost", port: 8080 });
  });

  test.each(refused)("%p is refused, with an address that would do", (text, next) => {
    expect(problemOf(text)).toMatchObject({ kind: "usage", next: expect.stringMatching(next) });
  });

  test("a password in it is refused, and not repeated", () => {
    const problem = problemOf("http://someone:hunter2@127.0.0.1:8080");
    expect(JSON.stringify({ ...problem, message: problem.message })).not.toContain("hunter2");
  });
});

const problemOf = (text: string): Problem => refusal(() => parseAddress(text), text);
