/** A choice of backend as a run makes it, with nothing installed and nobody there but what a test puts there. */

import { systemClock as clock } from "../../src/core/clock.ts";
import { Problem } from "../../src/core/problem.ts";
import type { BackendSettings, Surroundings } from "../../src/run/choose-backend.ts";
import { chooseBackend } from "../../src/run/choose-backend.ts";
import type { MlxSettings } from "../../src/run/mlx.ts";
import { question } from "../backends/asking.ts";
import { modelServer } from "../fixtures/model-server.ts";
import { pretend, type Sayings } from "../fixtures/servers.ts";
import { temporaryFolder } from "../support/folder.ts";

const stops: (() => unknown)[] = [];
/** After each test: the servers of this file's users end with it. */
export const stopAll = (): void => {
  for (const stop of stops.splice(0)) stop();
};

export function there(sayings: Sayings, head?: Record<string, string>): string {
  const server = pretend(sayings, head);
  stops.push(server.stop);
  return server.url;
}

/** A port that was free a moment ago. */
export async function nobody(): Promise<string> {
  const server = await modelServer(() => {});
  server.stop();
  return server.url;
}

const signal = new AbortController().signal;
export const folder = temporaryFolder();
/** Nothing is installed on such a PATH. */
export const mlxSettings: MlxSettings = {
  ...{
    command: null,
    port: null,
    stallMs: null,
    loadMs: 1_000,
    pauseMs: 100,
    pauseMaxMs: 60_000,
    windowMs: 600_000,
    graceMs: 5_000,
    restartsMax: 0,
    recycleTokens: 1_000,
  },
  ...{ folder: () => folder, env: { PATH: "/nowhere", HOME: folder } },
};
export const starting: Surroundings["starting"] = {
  ...{ warmUp: question("warm up"), parallel: 1, random: () => 0, report: () => {} },
};
export const unnamed = { url: null, model: null };

/** A busy machine may take longer to say who is there than a person would wait. */
const patient = { ...clock, sleep: (ms: number, ended?: AbortSignal) => clock.sleep(ms * 4, ended) };

export async function settingsWith(changes: Partial<BackendSettings>): Promise<BackendSettings> {
  return {
    ...{ backend: "auto", url: null, model: null, apiKey: null },
    named: { ollama: { ...unnamed, url: await nobody() }, openai: unnamed },
    timeouts: { connectMs: 10_000, firstTokenMs: 1_000, progressMs: 1_000, totalMs: 1_000 },
    mlx: mlxSettings,
    ...changes,
  };
}

export async function choose(changes: Partial<BackendSettings>, around: Partial<Surroundings> = {}) {
  const told: string[] = [];
  const tell = (line: string): void => void told.push(line);
  const { name, pinnedModel, place, close } = await chooseBackend(await settingsWith(changes), {
    ...{ clock: patient, signal, tell, starting, otherUrls: [] },
    ...around,
  });
  await close?.(signal);
  return { name, model: pinnedModel, url: place?.url, told };
}

export async function problemOf(choosing: Promise<unknown>): Promise<Problem> {
  const error = await choosing.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Problem) return error;
  throw new Error(`no problem: ${error}`);
}

export const ollamaAt = (url: string, model: string | null = null) => ({ ollama: { url, model }, openai: unnamed });
