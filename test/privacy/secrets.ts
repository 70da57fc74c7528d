/** Made-up secrets in the forms of the services that give them out: of their length, or cut where people cut them. */

import fc from "fast-check";

const lower = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const alnum = lower + lower.toUpperCase() + digits;
const word = `${alnum}_`;
const dashed = `${word}-`;
const hex = "0123456789abcdef";
const base64 = `${alnum}+/`;

/** Random signs, so that no two are alike and none is a word. */
const run = (signs: string, min: number, max = min): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...signs), minLength: min, maxLength: max });
const after = (prefix: string, signs: string, min: number, max = min): fc.Arbitrary<string> =>
  run(signs, min, max).map((rest) => prefix + rest);
const joined = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc.tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part))).map((all) => all.join(""));

/** Wherever they stand, whatever is around them. */
export const knownSecrets: Readonly<Record<string, fc.Arbitrary<string>>> = {
  anthropic: joined("sk-ant-api03-", run(dashed, 93), "AA"),
  "anthropic, cut": after("sk-ant-api03-", dashed, 20, 60),
  "openai project": joined("sk-proj-", run(dashed, 74), "T3BlbkFJ", run(dashed, 74)),
  "openai, older": joined("sk-", run(alnum, 20), "T3BlbkFJ", run(alnum, 20)),
  openrouter: after("sk-or-v1-", hex, 64),
  "aws key id": after("AKIA", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
  "aws session key id": joined("ASIA", run("234567", 1), run("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 15)),
  github: fc.constantFrom("ghp_", "gho_", "ghu_", "ghs_", "ghr_").chain((prefix) => after(prefix, alnum, 36)),
  "github, cut": after("ghp_", alnum, 16, 30),
  "github, fine": joined("github_pat_", run(alnum, 22), "_", run(alnum, 59)),
  gitlab: after("glpat-", dashed, 20),
  "slack bot": joined("xoxb-", run(digits, 12), "-", run(digits, 12), "-", run(alnum, 24)),
  stripe: fc.constantFrom("sk_live_", "rk_live_", "sk_test_").chain((prefix) => after(prefix, alnum, 24, 99)),
  "google api": after("AIza", dashed, 35),
  "google access": after("ya29.", dashed, 60, 120),
  "google client": after("GOCSPX-", dashed, 28),
  huggingface: after("hf_", alnum, 34),
  groq: after("gsk_", alnum, 52),
  xai: after("xai-", alnum, 80),
  replicate: after("r8_", alnum, 37),
  npm: after("npm_", alnum, 36),
  pypi: after("pypi-AgEIcHlwaS5vcmc", dashed, 80, 120),
  docker: after("dckr_pat_", dashed, 27),
  digitalocean: after("dop_v1_", hex, 64),
  sendgrid: joined("SG.", run(dashed, 22), ".", run(dashed, 43)),
  telegram: joined(run("123456789", 10), ":AA", run(dashed, 33)),
  discord: joined("M", run(alnum, 25), ".", run(alnum, 6), ".", run(alnum, 38)),
  databricks: after("dapi", hex, 32),
  vault: after("hvs.", dashed, 95),
  linear: after("lin_api_", alnum, 40),
  notion: joined("ntn_", run(digits, 11), run(alnum, 35)),
  figma: after("figd_", dashed, 40),
  supabase: after("sbp_", hex, 40),
  tailscale: joined("tskey-auth-", run(alnum, 12), "-", run(alnum, 32)),
  jwt: joined("eyJ", run(alnum, 33), ".eyJ", run(alnum, 60), ".", run(dashed, 43)),
  "jwt, cut": after("eyJ", alnum, 40),
  "private key": joined(
    "-----BEGIN RSA PRIVATE KEY-----\n",
    fc.array(run(base64, 64), { minLength: 3, maxLength: 12 }).map((lines) => lines.join("\n")),
    "\n",
    run(base64, 20),
    "==\n-----END RSA PRIVATE KEY-----",
  ),
  "private key, in one line": joined(
    "-----BEGIN PRIVATE KEY-----\\n",
    run(base64, 64),
    "\\n",
    run(base64, 64),
    "\\n-----END PRIVATE KEY-----\\n",
  ),
  "private key, cut": joined("-----BEGIN OPENSSH PRIVATE KEY-----\n", run(base64, 64), "\n", run(base64, 30)),
};

export interface Said {
  readonly secret: string;
  readonly text: string;
}

const mixed = (min: number, max: number): fc.Arbitrary<string> =>
  joined(run(alnum, min - 2, max - 2), run(lower, 1), run(digits, 1));
const said = (before: string, secret: fc.Arbitrary<string>, behind = ""): fc.Arbitrary<Said> =>
  secret.map((one) => ({ secret: one, text: `${before}${one}${behind}` }));

/** Secrets that only what is before them shows. */
export const labelledSecrets: Readonly<Record<string, fc.Arbitrary<Said>>> = {
  "password in code": said('const password = "', mixed(10, 24), '";'),
  "password in JSON": said('{"db_password": "', mixed(10, 24), '"}'),
  "password in YAML": said("password: ", mixed(10, 24)),
  "password with signs": said(
    "PASSWORD='",
    mixed(10, 20).map((one) => `${one}!$x`),
    "'",
  ),
  "password in words": said("the password is `", mixed(12, 24), "`"),
  "environment variable": said("export API_KEY=", mixed(24, 40)),
  "api key in code": said('apiKey: "', mixed(24, 40), '",'),
  "aws secret": said("aws_secret_access_key = ", mixed(40, 40)),
  "client secret": said('client_secret="', mixed(24, 40), '"'),
  token: said("token=", mixed(24, 40)),
  "uuid as a key": said(
    "EXA_API_KEY=",
    joined("a", run(hex, 7), "-", run(hex, 4), "-4", run(hex, 3), "-8", run(hex, 3), "-", run(hex, 12)),
  ),
  "slack webhook": said(
    "https://hooks.slack.com/services/",
    joined("T", run(alnum, 9), "/B", run(alnum, 9), "/", run(alnum, 24)),
  ),
  bearer: said("Authorization: Bearer ", mixed(24, 60)),
  "bearer alone": said("with bearer ", mixed(24, 60)),
  basic: said("authorization: Basic ", mixed(24, 40)),
  postgres: said("postgres://admin:", mixed(8, 20), "@db.internal:5432/app"),
  "postgres with signs": said(
    "postgresql://admin:",
    mixed(8, 20).map((one) => `${one}/@?`),
    "@db.internal/app",
  ),
  redis: said("redis://:", mixed(8, 20), "@127.0.0.1:6379/0"),
  "basic auth": said("https://bob:", mixed(8, 20), "@example.com/repo.git"),
};
