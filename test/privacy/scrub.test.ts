import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { labelled } from "../../src/privacy/labelled.ts";
import { scrub } from "../../src/privacy/scrub.ts";
import { secretKinds } from "../../src/privacy/secret-kinds.ts";
import { writtenByPeople } from "../support/human-corpus.ts";
import { knownSecrets, labelledSecrets } from "./secrets.ts";

const words = fc.string({ unit: fc.constantFrom(..."abc XYZ019.,:;-_=/\"'\n(){}é中🔑"), maxLength: 30 });
const anyText = fc.oneof(words, fc.string({ unit: "grapheme", maxLength: 30 }));

/** So much of a secret in one piece is of use to a thief. */
const pieceLength = 12;

/** The pieces of a secret that are more than the public form of it. */
function piecesOf(secret: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at + pieceLength <= secret.length; at++) {
    const piece = secret.slice(at, at + pieceLength);
    if (!/(?:BEGIN|END)|PRIVATE|KEY-|https?:|slack\.com|services|^-----/.test(piece)) pieces.push(piece);
  }
  return pieces;
}

describe("a secret is taken out wherever it stands", () => {
  for (const [name, secrets] of Object.entries(knownSecrets))
    test(name, () => {
      fc.assert(
        fc.property(anyText, secrets, anyText, (before, secret, behind) => {
          const { text, kinds } = scrub(`${before}${secret}${behind}`);
          expect(kinds.length).toBeGreaterThan(0);
          expect(piecesOf(secret).filter((piece) => text.includes(piece))).toEqual([]);
        }),
        { numRuns: 200 },
      );
    });
  for (const [name, secrets] of Object.entries(labelledSecrets))
    test(name, () => {
      fc.assert(
        fc.property(words, secrets, words, (before, { secret, text: said }, behind) => {
          const { text } = scrub(`${before} ${said} ${behind}`);
          expect(text).not.toContain(secret);
          expect(text).toMatch(/\[redacted:\w+\]/);
        }),
        { numRuns: 200 },
      );
    });
});

test("a form that stands inside another by chance, or across its end, leaves no rest of either", () => {
  const line = "abCD0123".repeat(8);
  const key = ["-----BEGIN RSA PRIVATE KEY-----", `${line.slice(0, 40)}eyJ${line.slice(43)}`, line, line, "ab=="];
  const rows = [
    [`${key.join("\n")}\n-----END RSA PRIVATE KEY-----`, "private_key"],
    [`1111111111:AAIza${"b1".repeat(16)}`, "telegram"],
    [`hvs.${"c2".repeat(30)}AKIA${"D3".repeat(8)}${"e4".repeat(9)}`, "vault"],
    [`AKIA${"A2".repeat(6)}A3TB${"5C".repeat(10)}`, "aws"],
  ] as const;
  for (const [secret, kind] of rows)
    expect(scrub(`it is ${secret} here`)).toEqual({ text: `it is [redacted:${kind}] here`, kinds: [kind] });
});

test("what stands around it stays, and a second time finds nothing", () => {
  const rows = [
    ["the token ghp_abcdefghij0123456789abcdefghij012345 was revoked", "the token [redacted:github] was revoked"],
    ['password = "hunter2xyz"; port = 1', 'password = "[redacted:assignment]"; port = 1'],
    ["postgres://admin:s3cr3tpw@db:5432/app", "postgres://admin:[redacted:connection]@db:5432/app"],
    ["curl -H 'Authorization: Bearer abcdef0123456789'", "curl -H 'Authorization: Bearer [redacted:authorization]'"],
    ["AKIAIOSFODNN7EXAMPLE and AKIAIOSFODNN7EXAMPLE", "[redacted:aws] and [redacted:aws]"],
  ] as const;
  for (const [text, clean] of rows) {
    expect(scrub(text).text).toBe(clean);
    expect(scrub(clean)).toEqual({ text: clean, kinds: [] });
  }
  expect(scrub(rows[4][0]).kinds).toEqual(["aws", "aws"]);
});

test("what is none stays", () => {
  const harmless = [
    "The task-management-system-for-teams has a disk-usage-report.",
    "password: required, token: string, secret: process.env.SECRET_KEY_2",
    "max_tokens: 1024, tokens_in = 123456789012, primary key: user_id",
    "postgres://user:password@localhost/test and https://unpkg.com/pkg@1.0.0/dist/index.js",
    "https://example.com:8080/path@v2, git@github.com:owner/repo.git",
    "the password is hashed with bcrypt; a bearer token is sent with each request",
    "commit 9f8e7d6c5b4a39281706f5e4d3c2b1a0f9e8d7c6 fixes 550e8400-e29b-41d4-a716-446655440000",
    "const token = await getToken(user); const password = readPassword(prompt);",
    "password = config.database.password and api_key = self.settings.api_key",
    "Detects -----BEGIN PRIVATE KEY----- headers and warns about them.",
    "src/backends/openai.ts, sk-learn, key-value, hf_hub_download, npm_config_registry, gsk_",
    "it laughs_and_smiles_and_cries; highs_and_lows_of_the_year",
    'placeholder: API_KEY="your-api-key-here-1234" and token=<TOKEN>',
    "EURASIAN ASIAPACIFIC",
    "sha256:9f8e7d6c5b4a39281706f5e4d3c2b1a0f9e8d7c69f8e7d6c5b4a39281706f5e4",
  ];
  for (const text of harmless) expect(scrub(text)).toEqual({ text, kinds: [] });
});

test("fewer than one in a thousand summaries that people wrote is a false alarm", () => {
  const written = writtenByPeople();
  const alarms = written.flatMap(({ from, summary, tags }) =>
    [summary, ...tags].filter((text) => scrub(text).kinds.length > 0).map((text) => `${from}: ${scrub(text).text}`),
  );
  console.log(`secrets in what people wrote: ${alarms.length} of ${written.length}\n${alarms.join("\n")}`);
  expect(alarms.length / written.length).toBeLessThan(0.001);
});

test("a megabyte takes time in proportion, whatever is in it", () => {
  const heads = [...secretKinds, ...labelled].flatMap(({ hints }) => hints);
  const all = ["password=", "password = '", "postgres://a:", "://", "Bearer ", "api_key-", "Version: ", "key_key-"];
  const parts = [
    ...new Set([
      ...heads,
      ...all,
      "sk-ant-",
      "-----BEGIN PRIVATE KEY-----\n",
      "eyJ.",
      "SG.a",
      "MAAAAAAAAAAAAAAAAAAAAAAAA.",
      "glpat-",
      "A",
    ]),
  ];
  const pem = "-----BEGIN PRIVATE KEY-----";
  const texts = [
    ...parts.map((part) => part.repeat(Math.ceil(1e6 / part.length))),
    `${pem} ${"Version: ".repeat(1e5)}`,
    `${pem}${" ".repeat(1e6)}`,
    `${pem}${"\\n".repeat(5e5)}`,
    `${pem}\n${"A".repeat(1e6)}`,
    `password${" ".repeat(1e6)}=`,
  ];
  const slow = texts.flatMap((text) => {
    const usage = process.cpuUsage();
    scrub(text);
    const { user } = process.cpuUsage(usage);
    return user > 1_500_000 ? [`${JSON.stringify(text.slice(0, 40))}: ${user} µs`] : [];
  });
  expect(slow).toEqual([]);
}, 120_000);
