import { beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { journalPath } from "../../src/store/journal.ts";
import { startModelServer } from "../fixtures/describing-server.ts";
import { type Alone, alone } from "../support/alone.ts";
import { temporaryFolder } from "../support/folder.ts";
import { runReadOnly } from "../support/read-only.ts";
import { newTarget, rowsOf } from "../support/target.ts";

let box: Alone;
beforeAll(() => {
  box = alone();
});

interface Told {
  readonly area: string;
  readonly check: string;
  readonly level: string;
  readonly next: string | null;
}
const badIn = (out: string): Told[] => JSON.parse(out).findings.filter(({ level }: Told) => level !== "ok");

test("all is well: every area is looked at, the model has described a text, nothing was changed", async () => {
  const server = await startModelServer();
  const db = newTarget(rowsOf(3));
  const before = readFileSync(db);
  const { code, out, err } = await box.run("doctor", "--db", db, "--url", server.url, "--json");
  expect([code, err, badIn(out)]).toEqual([0, "", []]);
  const report = JSON.parse(out);
  expect(report).toMatchObject({ schema: "enrichd.doctor/1", exit_code: 0 });
  const areas = ["config", "environment", "database", "journal", "backend", "disk", "permission", "pause"];
  expect([...new Set(report.findings.map(({ area }: Told) => area))]).toEqual(expect.arrayContaining(areas));
  // The second thread is in the binary.
  expect(report.findings.find(({ check }: Told) => check === "integrity").what).toContain("no damage");
  expect(report.settings.url).toEqual({ value: server.url, from: "--url" });
  expect(server.counts.answered).toBe(1);
  expect(readFileSync(db).equals(before)).toBeTrue();
  expect(existsSync(journalPath(db))).toBeFalse();
  const text = await box.run("doctor", "--db", db, "--url", server.url, "--no-question");
  expect([text.code, server.counts.answered]).toEqual([0, 1]);
  expect(text.out).toEndWith("all is well\n");
  server.stop();
});

test("much is wrong: all of it is told, each with its next step, and the code is that of the worst", async () => {
  const home = alone();
  mkdirSync(home.path(".config/enrichd"), { recursive: true });
  writeFileSync(home.path(".config/enrichd/config.toml"), 'paralel = 2\napi_key = "sesame"\n', { mode: 0o644 });
  writeFileSync(home.path("words.db"), "no database");
  const { code, out, err } = await home.run("doctor", "--db", "words.db", "--url", "http://127.0.0.1:9", "--json");
  expect([code, err]).toEqual([65, ""]);
  expect(badIn(out).map(({ area, check, level }) => [area, check, level])).toEqual([
    ["config", "setting", "error"],
    ["database", "open", "error"],
    ["backend", "question", "error"],
    ["permission", "config", "warning"],
  ]);
  for (const { next } of badIn(out)) expect(next).toBeTruthy();
  expect(out).not.toContain("sesame");
  const text = await home.run("doctor", "--db", "words.db", "--backend", "lexical");
  expect([text.code, text.out]).toEqual([65, expect.stringContaining("2 errors, 1 warning")]);
});

test("an mlx command that cannot be started: doctor and a run say so at once, and what to check", async () => {
  const db = newTarget(rowsOf(1));
  const mlx = ["--db", db, "--backend", "mlx", "--model", "x/y"];
  const hint = "check --mlx-command";
  for (const command of [
    ["--mlx-command", "/no/such"],
    ["--mlx-command", "words.txt"],
  ] as const) {
    writeFileSync(box.path("words.txt"), "no program");
    const doctor = await box.run("doctor", ...mlx, ...command, "--json");
    expect([doctor.code, badIn(doctor.out)[0]]).toMatchObject([69, { area: "mlx", check: "launcher", level: "error" }]);
    expect(badIn(doctor.out)[0]?.next).toContain(hint);
    const { code, err } = await box.run("run", ...mlx, ...command);
    expect([code, err]).toEqual([69, expect.stringContaining(`next:  ${hint}`)]);
    expect(err).not.toContain("starting");
  }
  const inEnvironment = alone({ ENRICHD_MLX_COMMAND: "/no/such" });
  expect((await inEnvironment.run("doctor", ...mlx)).code).toBe(69);
  // What it is written in is missing, which only a start shows.
  writeFileSync(box.path("odd"), "#!/no/interpreter\n", { mode: 0o755 });
  const odd = await box.run("run", ...mlx, "--mlx-command", "./odd", "--mlx-restarts", "0");
  expect([odd.code, odd.err]).toEqual([69, expect.stringContaining(`next:  ${hint}`)]);
}, 60_000);

test("on a read-only mount: read all the same, and told that nothing can be written", async () => {
  const made = newTarget(rowsOf(2));
  const folder = join(temporaryFolder(), "mounted");
  mkdirSync(folder);
  const db = join(folder, basename(made));
  await Bun.write(db, Bun.file(made));
  const { code, out } = await runReadOnly(folder, "doctor", "--db", db, "--backend", "lexical", "--json");
  expect(code).toBe(77);
  expect(badIn(out).map(({ area, check }) => [area, check])).toEqual([
    ["database", "writable"],
    ["permission", "journal"],
  ]);
  expect(out).toContain("2 chunks, 2 pending");
  expect(readdirSync(folder)).toEqual([basename(made)]);
});
