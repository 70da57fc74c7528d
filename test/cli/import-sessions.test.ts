import { describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openOwn } from "../../src/store/own.ts";
import { everything, openTarget } from "../../src/store/target.ts";
import { agentHome } from "../support/agent-home.ts";
import { waiting } from "../support/journal.ts";
import { jsonLines } from "../support/json-lines.ts";

const main = join(import.meta.dir, "../../src/main.ts");

async function enrichd(home: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = Bun.spawn([process.execPath, main, ...args], {
    ...{ env: { HOME: home, PATH: process.env["PATH"] ?? "", ...env }, cwd: home },
    ...{ stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { out, err, code };
}

const report = async (home: string, args: readonly string[], env: Record<string, string> = {}) => {
  const { out, err, code } = await enrichd(home, ["import", ...args, "--json"], env);
  expect([code, err.includes("could not be read")]).toEqual([0, false]);
  return JSON.parse(out);
};

const inBoth = { files: 5, chunks_added: 24, chunks_known: 0, problems_total: 0 };

describe("the sessions of agents", () => {
  test("by flag, from below HOME; again, nothing is new", async () => {
    const home = agentHome();
    const first = await report(home, ["--claude-code", "--codex"]);
    expect(first).toMatchObject(inBoth);
    expect(first.left_out).toMatchObject({ sidechain: 2, tool_output: 8, compact_summary: 2 });
    expect(first.unknown_records).toMatchObject({ "moon-phase": 1, moon_phase: 1 });
    expect(await report(home, ["--claude-code", "--codex"])).toMatchObject({ chunks_added: 0, chunks_known: 24 });
    // By their folders, they are the same chunks; an archived session and a copy of one as well.
    const archived = join(home, ".codex/archived_sessions/rollout.jsonl");
    mkdirSync(dirname(archived));
    copyFileSync(join(home, ".codex/sessions/2025/10/29/rollout-2025-10-29T00-00-00-019a2d7a.jsonl"), archived);
    expect(await report(home, ["--codex", ".claude/projects"])).toMatchObject({ chunks_added: 1, chunks_known: 29 });
  });

  test("by where the variables say they are", async () => {
    const home = agentHome();
    const env = { CLAUDE_CONFIG_DIR: join(home, ".claude"), CODEX_HOME: join(home, ".codex"), HOME: "/nonexistent" };
    expect(await report(home, ["--claude-code", "--codex", "--db", "a.db"], env)).toMatchObject(inBoth);
  });

  test("where there are none: what to do, and no database is made", async () => {
    const home = agentHome();
    for (const name of [".claude", ".codex"]) rmSync(join(home, name), { recursive: true });
    for (const [flag, place, variable] of [
      ["--claude-code", ".claude/projects", "CLAUDE_CONFIG_DIR"],
      ["--codex", ".codex/sessions", "CODEX_HOME"],
    ] as const) {
      const { out, err, code } = await enrichd(home, ["import", flag, "--db", "a.db"]);
      expect([out, code]).toEqual(["", 66]);
      expect(err).toContain(join(home, place));
      expect(err).toContain(`enrichd import FOLDER, or set ${variable}`);
    }
    expect(await Bun.file(join(home, "a.db")).exists()).toBeFalse();
    const { err, code } = await enrichd(home, ["import", "--codex", "--db", "a.db"], { HOME: "" });
    expect([code, err.includes("HOME is not set")]).toEqual([78, true]);
  });

  test("the summary says what was left out, and names no command to the terminal", async () => {
    const home = agentHome();
    const file = join(home, "one.jsonl");
    const odd = { type: "\u001b[31mred", sessionId: "s", uuid: "u" };
    writeFileSync(
      file,
      `${readFileSync(join(home, ".claude/projects/C--Users-grace-tiles/7a1e7f7c-2f6b-4a1c-8b3a-0a1b2c3d4e5f.jsonl"), "utf8")}${JSON.stringify(odd)}\n`,
    );
    const { err } = await enrichd(home, ["import", file]);
    expect(err).toContain("3 chunks new");
    expect(err).toContain("left out by rule: 1 bookkeeping, 1 meta, 1 tool_call, 1 tool_output\n");
    expect(err).toContain("records of unknown kinds: 1 ?[31mred\n");
  });
});

describe("the history of repositories", () => {
  const git = (root: string, ...args: readonly string[]): void => {
    const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    if (!Bun.spawnSync(["git", "-C", root, ...who, ...args]).success) throw new Error(`git ${args.join(" ")} failed`);
  };

  test("of one and of another, by flag; beside a path", async () => {
    const home = agentHome();
    for (const name of ["lamp", "tower"]) {
      mkdirSync(join(home, name));
      git(join(home, name), "init", "-q");
      git(join(home, name), "commit", "-q", "--allow-empty", "-m", `${name}: the first commit`);
    }
    const flags = ["--git", "lamp", "--git", join(home, "tower"), "--git", "lamp", ".codex"];
    expect(await report(home, flags)).toMatchObject({ files: 5, chunks_added: 13, chunks_known: 0 });
    const { out } = await enrichd(home, ["export", "--all"]);
    const rows = jsonLines(out);
    expect(rows.filter(({ source }) => source === "git")).toMatchObject([
      { content: "lamp: the first commit", project: "lamp", content_type: "commit" },
      { content: "tower: the first commit", project: "tower", content_type: "commit" },
    ]);
  });

  test("no repository, no folder, no git: what to do, and no database is made", async () => {
    const home = agentHome();
    const rows = [
      [".codex", {}, 65, "name the folder of a repository"],
      ["none", {}, 66, "there is no such folder"],
      [".codex", { PATH: "/nonexistent" }, 66, "install git"],
    ] as const;
    for (const [path, env, code, words] of rows) {
      const found = await enrichd(home, ["import", "--git", path, "--db", "a.db"], env);
      expect([found.out, found.code]).toEqual(["", code]);
      expect(found.err).toContain(words);
    }
    expect(await Bun.file(join(home, "a.db")).exists()).toBeFalse();
  });
});

test("run takes them by source, project, type and time", async () => {
  const home = agentHome();
  const session = { sessionId: "live", cwd: "/home/ada/code/fresh", isSidechain: false, version: "2.1.37" };
  const timestamp = new Date(Date.now() - 3_600_000).toISOString();
  const say = (type: string, at: number, text: string): string =>
    `${JSON.stringify({ ...session, type, uuid: `fresh-${at}`, timestamp, message: { role: type, content: text } })}\n`;
  const long = "so that there is more than fifty characters to describe in it.";
  const file = join(home, ".claude/projects/fresh.jsonl");
  writeFileSync(file, [say("user", 1, `First words, ${long}`), say("assistant", 2, `An answer, ${long}`)].join(""));
  await report(home, ["--claude-code", "--codex"]);
  const planned = async (...flags: readonly string[]): Promise<number> => {
    const { out, err } = await enrichd(home, ["run", "--backend", "lexical", "--dry-run", "--json", ...flags]);
    const event = out.split("\n").find((line) => line.includes('"run.planned"'));
    return event === undefined ? Number.NaN : (JSON.parse(event).chunks ?? err);
  };
  expect(await planned("--recent", "24h")).toBe(2);
  expect(await planned("--project", "tide-tables")).toBe(3);
  expect(await planned("--source", "codex_cli")).toBe(10);
  expect(await planned("--content-type", "stack_trace")).toBe(2);
  const { out, code } = await enrichd(home, ["run", "--backend", "lexical", "--source", "claude_code", "--json"]);
  expect(code).toBe(0);
  expect(out.split("\n").filter((line) => line.includes('"chunk.enriched"'))).toHaveLength(14);
});

test("a question is shown what was said before it and after it", async () => {
  const home = agentHome();
  await report(home, ["--claude-code", "--db", "a.db"]);
  const file = await openOwn(join(home, "a.db"), waiting);
  try {
    const target = openTarget(file);
    const chunk = target.chunkById("5f0c1d00-0000-4000-8000-000000000011", everything)?.chunk;
    if (chunk === undefined) throw new Error("no such chunk");
    expect([chunk.contentType, chunk.project]).toEqual(["user_message", "weather-station"]);
    expect(target.context(chunk).map(({ contentType, position }) => [position, contentType])).toEqual([
      [2, "assistant_text"],
      [3, "ai_code"],
      [5, "stack_trace"],
    ]);
  } finally {
    file.close();
  }
});
