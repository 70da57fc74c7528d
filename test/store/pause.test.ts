import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asksForPause, isPaused } from "../../src/store/pause.ts";
import { temporaryFolder } from "../support/folder.ts";
import { pythonEnv, venv } from "../support/python.ts";

const wallMs = Date.UTC(2026, 10, 24, 12);
const label = "com.brainlayer.enrichment";
const withEnd = (expires_at: unknown): string => JSON.stringify({ labels: [label], expires_at });

const rows: readonly (readonly [text: string, pauses: boolean])[] = [
  [JSON.stringify({ labels: [label] }), true],
  [JSON.stringify({ labels: ["com.brainlayer.drain", label] }), true],
  [JSON.stringify({ labels: ["com.brainlayer.drain"] }), false],
  [JSON.stringify({ labels: [] }), false],
  [JSON.stringify({ labels: label }), false],
  [JSON.stringify({ expires_at: "2027-01-01T00:00:00Z" }), false],
  [withEnd(null), true],
  [withEnd("2026-11-24T12:00:01Z"), true],
  [withEnd("2026-11-24T11:59:59Z"), false],
  [withEnd("2026-11-24T14:00:01.123456+02:00"), true],
  [withEnd("2026-11-24T13:59:59.123456+02:00"), false],
  [withEnd("2026-11-24T12:00:01"), true],
  [withEnd("2026-11-24T11:59:59"), false],
  [withEnd("2026-11-24 11:59:59+00:00"), false],
  [withEnd("2026-11-24 12:00:01.5"), true],
  [withEnd("2026-11-24"), false],
  [withEnd("2026-11-25"), true],
  [withEnd("soon"), true],
  [withEnd(""), true],
  [withEnd(1), true],
  ["", false],
  ["{}", false],
  ["[]", false],
  ["null", false],
  ['{"labels": ["com.brainlayer.enrich', false],
];

describe("a sentinel asks for a pause, or not", () => {
  for (const [text, pauses] of rows) test(text, () => expect(asksForPause(text, wallMs)).toBe(pauses));
});

test("BrainLayer's own code says the same of each", async () => {
  const python = await venv("requirements-brainlayer-2.txt");
  const script = `import json, sys, tempfile
from datetime import UTC, datetime
from pathlib import Path
from brainlayer.pause import pause_applies_to_label, pause_sentinel_state
now = datetime.fromtimestamp(${wallMs / 1000}, UTC)
said = []
for text in json.load(sys.stdin):
    path = Path(tempfile.mkdtemp()) / "pause.sentinel"
    path.write_text(text, encoding="utf-8")
    payload, active, _ = pause_sentinel_state(path, now)
    said.append(bool(active and pause_applies_to_label(payload, "${label}")))
print(json.dumps(said))`;
  const home = temporaryFolder();
  const child = Bun.spawn([python, "-c", script], {
    env: { ...pythonEnv(), HOME: home, XDG_DATA_HOME: home, TMPDIR: home },
    stdin: new Blob([JSON.stringify(rows.map(([text]) => text))]),
    stdout: "pipe",
    stderr: "inherit",
  });
  expect(JSON.parse(await child.stdout.text())).toEqual(rows.map(([, pauses]) => pauses));
}, 120_000);

test("no file, a folder, and bytes that are no text ask for nothing", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "folder"));
  writeFileSync(join(folder, "bytes"), Buffer.from([0xff, 0xfe, 0x00]));
  for (const name of ["absent", "folder", "bytes"]) expect(isPaused(join(folder, name), wallMs)).toBeFalse();
});
