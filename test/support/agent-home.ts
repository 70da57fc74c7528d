/** A HOME in which Claude Code and Codex have kept sessions: the fixtures, laid out as the programs do. */

import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryFolder } from "./folder.ts";

const fixtures = resolve(import.meta.dir, "../fixtures/conversations");
const folder = temporaryFolder();

const places: readonly (readonly [name: string, path: string])[] = [
  [
    "claude-code-2.1.jsonl",
    ".claude/projects/-home-ada-code-weather-station/0b9c1f9e-5d0e-4a54-9d61-3f0c8b7f2a11.jsonl",
  ],
  ["claude-code-1.0.jsonl", ".claude/projects/C--Users-grace-tiles/7a1e7f7c-2f6b-4a1c-8b3a-0a1b2c3d4e5f.jsonl"],
  ["codex-bare-2025.jsonl", ".codex/sessions/2025/08/18/rollout-2025-08-18T01-16-13-5973b6c0.jsonl"],
  ["codex-0.46.jsonl", ".codex/sessions/2025/10/29/rollout-2025-10-29T00-00-00-019a2d7a.jsonl"],
  ["codex-0.144.jsonl", ".codex/sessions/2026/07/13/rollout-2026-07-13T16-41-00-019f5c5a.jsonl"],
];

export function agentHome(): string {
  const home = mkdtempSync(join(folder, "home-"));
  layOutSessions(home);
  return home;
}

export function layOutSessions(home: string): void {
  for (const [name, path] of places) {
    mkdirSync(resolve(home, path, ".."), { recursive: true });
    copyFileSync(join(fixtures, name), join(home, path));
  }
  // What else lies there: an index, notes, and the output of tools.
  const project = join(home, ".claude/projects/-home-ada-code-weather-station");
  writeFileSync(join(project, "sessions-index.json"), '{"version":1,"entries":[]}');
  mkdirSync(join(project, "0b9c1f9e-5d0e-4a54-9d61-3f0c8b7f2a11", "tool-results"), { recursive: true });
  writeFileSync(join(project, "0b9c1f9e-5d0e-4a54-9d61-3f0c8b7f2a11", "tool-results", "a.txt"), "what a tool printed");
}

/** What docs/import.md talks of besides: data exports, a repository, a log and source code. */
export function layOutSources(home: string): void {
  for (const [name, path] of [
    ["claude-2025.json", "exports/claude/conversations.json"],
    ["chatgpt-2025.json", "exports/chatgpt/conversations.json"],
  ] as const) {
    mkdirSync(resolve(home, path, ".."), { recursive: true });
    copyFileSync(join(fixtures, name), join(home, path));
  }
  for (const path of ["logs", "src/project", "code/lighthouse"]) mkdirSync(join(home, path), { recursive: true });
  writeFileSync(join(home, "logs/app.jsonl"), '{"id":1,"text":"The lamp was lit."}\n');
  writeFileSync(join(home, "src/project/lamp.py"), "def keeper(hour):\n    return hour >= 18 or hour < 6\n");
  const git = (...args: readonly string[]): void => {
    const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    if (!Bun.spawnSync(["git", "-C", join(home, "code/lighthouse"), ...who, ...args]).success)
      throw new Error(`git ${args.join(" ")} failed`);
  };
  git("init", "-q");
  git("commit", "-q", "--allow-empty", "-m", "lamp: turn at six");
}
