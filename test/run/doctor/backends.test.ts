import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { lexicalBackend } from "../../../src/backends/lexical.ts";
import { openaiBackend } from "../../../src/backends/openai.ts";
import { systemClock } from "../../../src/core/clock.ts";
import { Problem } from "../../../src/core/problem.ts";
import { promptOf } from "../../../src/pipeline/prompts.ts";
import type { BackendSettings } from "../../../src/run/choose-backend.ts";
import { examineBackends } from "../../../src/run/doctor/backends.ts";
import { exitCodeOfFindings, type Finding, findingsOf } from "../../../src/run/doctor/finding.ts";
import { examineDisk, examinePause, examinePermissions } from "../../../src/run/doctor/machine.ts";
import { examineMlx, withoutStarting } from "../../../src/run/doctor/mlx.ts";
import { warmUpOf } from "../../../src/run/mlx-probe.ts";
import { type Manner, startModelServer } from "../../fixtures/describing-server.ts";
import { temporaryFolder } from "../../support/folder.ts";

const folder = temporaryFolder();

const levels = (findings: readonly Finding[]) => Object.fromEntries(findings.map(({ check, level }) => [check, level]));
const bad = (findings: readonly Finding[]) => findings.filter(({ level }) => level !== "ok");

const looking = { prompt: () => promptOf(), look: async () => [], clock: systemClock };

describe("backends", () => {
  const examineAt = async (url: string, asks: boolean) => {
    const timeouts = { connectMs: 2_000, firstTokenMs: 2_000, progressMs: 2_000, totalMs: 2_000 };
    const options = { name: "openai", url, model: null, apiKey: null, thinking: false, timeouts };
    const backend = { ...openaiBackend({ ...options, clock: systemClock }), place: { url, reason: null } };
    return examineBackends({
      ...looking,
      choose: async () => ({ backends: [backend], missing: [], reason: null }),
      asks,
    });
  };
  const examine = async (manner: Manner, asks = true) => {
    const server = await startModelServer({ manner });
    const findings = await examineAt(server.url, asks);
    server.stop();
    return { finding: findings.at(-1), questions: server.counts.questions };
  };
  const rows: readonly (readonly [Manner, Finding["level"], string])[] = [
    ["well", "ok", "60 out"],
    ["poison", "warning", "unusable_reply"],
    ["401", "error", "unauthorized"],
    ["500", "error", "server_error"],
    ["hang", "error", "timeout"],
  ];
  for (const [manner, level, says] of rows)
    test(`one that answers ${manner}`, async () => {
      const { finding } = await examine(manner);
      expect(finding).toMatchObject({ check: "question", level, what: expect.stringContaining(says) });
    });

  test.each([["well"], ["page"]] satisfies [Manner][])("%s: found only where a model server is", async (manner) => {
    const server = await startModelServer({ manner });
    const all = await examineAt(server.url, true);
    server.stop();
    expect(levels(all)).toEqual(manner === "well" ? { found: "ok", question: "ok" } : { question: "error" });
    if (manner === "page") expect(all[0]?.next).toContain("not the API of a model server: check --url");
    // Nobody listens there any more.
    const gone = await examineAt(server.url, true);
    expect(levels(gone)).toEqual({ question: "error" });
    expect(gone[0]?.next).toContain("start the model server");
    const unasked = await examineAt(server.url, false);
    expect([levels(unasked), exitCodeOfFindings(unasked)]).toEqual([{ found: "error" }, 69]);
  });

  test("not asked, none there, and one without a model", async () => {
    expect(await examine("well", false)).toMatchObject({ finding: { check: "found", level: "ok" }, questions: 0 });
    const problem = new Problem("no_backend", "none answers", "127.0.0.1", "start one");
    const refused = await examineBackends({ ...looking, asks: true, choose: () => Promise.reject(problem) });
    expect([refused.length, exitCodeOfFindings(refused)]).toEqual([1, 69]);
    const backends = [lexicalBackend({ clock: systemClock })];
    const missing = [{ label: "openai", problem }];
    const fallback = await examineBackends({
      ...looking,
      asks: true,
      choose: async () => ({ backends, missing, reason: null }),
    });
    expect(fallback.map(({ check, level }) => [check, level])).toEqual([
      ["found", "warning"],
      ["found", "ok"],
      ["question", "ok"],
    ]);
  });
});

describe("mlx", () => {
  const wanted = (over: object): BackendSettings => ({
    ...{ backend: "mlx", url: null, model: "some/model", apiKey: null },
    named: { ollama: { url: null, model: null }, openai: { url: null, model: null } },
    timeouts: { connectMs: 10_000, firstTokenMs: 1, progressMs: 1, totalMs: 1 },
    mlx: {
      ...{
        command: null,
        port: null,
        stallMs: null,
        loadMs: 1,
        pauseMs: 1,
        pauseMaxMs: 60_000,
        windowMs: 600_000,
        graceMs: 5_000,
        restartsMax: 1,
        recycleTokens: 1,
      },
      ...{ folder: () => folder, env: { PATH: "/none", HOME: folder } },
    },
    ...over,
  });

  const mlxOf = (settings: BackendSettings, isApple: boolean) => examineMlx(settings, isApple, systemClock);

  test("what would start it, and its model", async () => {
    expect(bad(await mlxOf(wanted({}), true))).toMatchObject([
      { level: "error", kind: "no_backend", next: "uv tool install mlx-lm" },
    ]);
    expect(bad(await mlxOf(wanted({ backend: "auto" }), true))).toEqual([]);
    const mlx = { ...wanted({}).mlx, command: `"${process.execPath}" thing` };
    const model = { check: "model", level: "warning", next: "hf download some/model" };
    expect(bad(await mlxOf(wanted({ mlx }), true))).toMatchObject([model]);
    const wrong = { ...mlx, command: "/no/such thing" };
    const launcher = { check: "launcher", where: "/no/such", next: expect.stringContaining("--mlx-command") };
    const named = { ...launcher, level: "error", kind: "no_backend" };
    expect(bad(await mlxOf(wanted({ mlx: wrong }), false))).toMatchObject([named, model]);
    const auto = wanted({ mlx: wrong, backend: "auto" });
    expect(bad(await mlxOf(auto, true))).toMatchObject([named, model]);
    // Nothing here would ever start it.
    expect(bad(await mlxOf(auto, false))).toMatchObject([{ ...launcher, level: "warning" }]);
  });

  test("what would start one is no error where somebody's runs already", async () => {
    const server = await startModelServer();
    expect(bad(await mlxOf(wanted({ url: server.url }), true))).toEqual([]);
    const mlx = { ...wanted({}).mlx, command: "/no/such" };
    expect(bad(await mlxOf(wanted({ url: server.url, mlx }), true))).toMatchObject([{ level: "warning" }]);
    server.stop();
    expect(bad(await mlxOf(wanted({ url: server.url }), true))).toMatchObject([{ level: "error" }]);
    expect(bad(await mlxOf(wanted({ url: "ftp://x" }), true))).toMatchObject([{ level: "error" }]);
  });

  test("a server that runs is asked, none is started", async () => {
    const server = await startModelServer();
    const around = {
      ...{ clock: systemClock, signal: new AbortController().signal, otherUrls: [] },
      starting: { random: Math.random, report: () => {}, warmUp: warmUpOf(promptOf()), parallel: 1 },
    };
    expect(await withoutStarting(wanted({ url: server.url }), around)).toMatchObject({
      wanted: { backend: "openai", url: server.url },
    });
    server.stop();
    expect(await withoutStarting(wanted({ url: "http://127.0.0.1:9" }), around)).toMatchObject({ wanted: null });
    const examined = { ...looking, asks: true };
    const none = { backends: [], missing: [], reason: "it is started" };
    expect(await examineBackends({ ...examined, choose: async () => none })).toMatchObject([{ level: "ok" }]);
    let closed = 0;
    const starting = { ...lexicalBackend({ clock: systemClock }), close: async () => void closed++ };
    const findings = await examineBackends({
      ...examined,
      choose: async () => ({ backends: [starting], missing: [], reason: null }),
    });
    expect([findings.map(({ check }) => check), closed]).toEqual([["found"], 1]);
  });
});

test("disk, permissions, a pause", () => {
  expect(examineDisk([{ name: "the database", path: join(folder, "not/there/yet.db") }]).length).toBeGreaterThan(0);
  const config = join(folder, "config.toml");
  writeFileSync(config, "api_key = 'x'", { mode: 0o644 });
  const permissions = (hasKey: boolean) => bad(examinePermissions({ journal: null, config, hasKey }));
  expect([permissions(false), permissions(true)]).toMatchObject([
    [],
    [{ level: "warning", next: `chmod 600 '${config}'` }],
  ]);
  const sentinel = join(folder, "pause.sentinel");
  const pause = () => levels(examinePause(sentinel, 0));
  expect([examinePause(null, 0), pause()]).toEqual([[], { sentinel: "ok" }]);
  writeFileSync(sentinel, JSON.stringify({ labels: ["com.brainlayer.enrichment"] }));
  expect(pause()).toEqual({ sentinel: "warning" });
});

test("the code is that of the worst finding", () => {
  const found = findingsOf("database");
  const problem = (kind: Problem["kind"]) => new Problem(kind, "what", "where", "next");
  found.ok("a", "well");
  found.warn("b", "odd", null, "look");
  expect(exitCodeOfFindings(found.all)).toBe(0);
  for (const [kind, code] of [
    ["no_backend", 69],
    ["config", 78],
    ["permission", 77],
    ["bad_input", 65],
    ["locked", 65],
  ] as const) {
    found.fail("c", problem(kind));
    expect([kind, exitCodeOfFindings(found.all)]).toEqual([kind, code]);
  }
});
