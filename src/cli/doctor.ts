/** `enrichd doctor`: looks at everything that a run stands on, and says what is wrong and what to do. It only reads. */

import { existsSync } from "node:fs";
import { parseAddress } from "../backends/address.ts";
import type { FoundServer } from "../backends/discover/identify.ts";
import { lookAround, ollamaUrl, otherUrls } from "../backends/discover/look.ts";
import { systemClock, systemRandom } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import { version } from "../core/version.ts";
import { chooseBackends } from "../run/choose-fallback.ts";
import type { Standing } from "../run/doctor/backends.ts";
import { exitCodeOfFindings, type Findings, findingsOf } from "../run/doctor/finding.ts";
import { examineMlx, withoutStarting } from "../run/doctor/mlx.ts";
import { type DoctorParts, examine } from "../run/doctor.ts";
import { warmUpOf } from "../run/mlx-probe.ts";
import { writeOut } from "../run/output.ts";
import { type Call, command } from "./command.ts";
import { configFindings, environmentFindings, shownSettings } from "./doctor-settings.ts";
import { doctorText } from "./doctor-text.ts";
import { databasePath, ownDatabase, pauseFile } from "./paths.ts";
import { backendSettings, fallbacksOf, isAppleSilicon, isOn, promptOf, textOf } from "./run-settings.ts";
import { type Env, readSettings, type Settings } from "./settings.ts";
import { every, signatures } from "./table.ts";

export const doctorCommand = command({ ...signatures.doctor, toleratesConfig: true, run: runDoctor });

async function runDoctor({ settings: own, line, env }: Call): Promise<number> {
  const { settings, problems, configPath } = readSettings(line, every, every, env);
  const known = findingsOf("database");
  const parts: DoctorParts = {
    ...{ db: findDatabase(settings, env, known), journal: textOf(settings, "journal"), pauseFile: pauseFile(env) },
    config: { path: configPath, hasKey: hasKeyIn(configPath, settings) },
    known: [
      ...configFindings(configPath, configPath !== null && existsSync(configPath), problems),
      ...environmentFindings(env, every),
      ...known.all,
    ],
    mlx: () => examineMlx(backendSettings(settings, env), isAppleSilicon, systemClock),
    choose: (signal) => choose(settings, env, signal),
    look: (signal) => look(settings, env, signal),
    prompt: () => promptOf(settings),
    ...{ asks: !isOn(own, "no-question"), clock: systemClock, random: systemRandom },
  };
  const findings = await examine(parts);
  const code = exitCodeOfFindings(findings);
  const shown = shownSettings(settings, every);
  const generated_at = new Date(systemClock.wallMs()).toISOString();
  const report = { schema: "enrichd.doctor/1", version, generated_at, exit_code: code, findings, settings: shown };
  await writeOut(isOn(own, "json") ? `${JSON.stringify(report)}\n` : doctorText(findings, shown));
  return code;
}

async function choose(settings: Settings, env: Env, signal: AbortSignal): Promise<Standing> {
  const starting = { random: systemRandom, report: () => {}, warmUp: warmUpOf(promptOf(settings)), parallel: 1 };
  const around = { clock: systemClock, signal, starting, isAppleSilicon };
  const { wanted, reason } = await withoutStarting(backendSettings(settings, env), around);
  if (wanted === null) return { backends: [], missing: [], reason };
  return { ...(await chooseBackends(wanted, fallbacksOf(settings), around)), reason };
}

async function look(settings: Settings, env: Env, signal: AbortSignal): Promise<readonly FoundServer[]> {
  const { url, named } = backendSettings(settings, env);
  const urls = [url, named.openai.url, named.ollama.url, ollamaUrl, ...otherUrls].filter((place) => place !== null);
  const places = new Map(urls.map((place) => [parseAddress(place).shown, place]));
  return lookAround({ urls: [...places.values()], clock: systemClock, signal });
}

function findDatabase(settings: Settings, env: Env, known: Findings): DoctorParts["db"] {
  try {
    const path = databasePath(settings, env);
    const named = settings.get("db")?.from;
    const place = path === ownDatabase(env, process.platform) ? "our own place for it" : "BrainLayer's place for it";
    return { path, foundBy: named ?? place };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    known.fail("found", error);
    return null;
  }
}

function hasKeyIn(configPath: string | null, settings: Settings): boolean {
  const secrets = Object.entries(every).filter(([, flag]) => flag.secret === true);
  return secrets.some(([name]) => settings.get(name)?.from === configPath);
}
