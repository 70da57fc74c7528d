/** `enrichd demo`: the whole job on bundled text in a temporary database, with whatever backend is there. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import architecture from "../../ARCHITECTURE.md" with { type: "text" };
import contributing from "../../CONTRIBUTING.md" with { type: "text" };
import readme from "../../README.md" with { type: "text" };
import { systemClock, systemRandom } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import { promptOf } from "../pipeline/prompts.ts";
import { type BackendSettings, chooseBackend, type Surroundings } from "../run/choose-backend.ts";
import { type RunParts, runEnrichment } from "../run/daemon.ts";
import { installCommands } from "../run/find-backend.ts";
import { importSources } from "../run/importing.ts";
import { warmUpOf } from "../run/mlx-probe.ts";
import { log, writeOut } from "../run/output.ts";
import { readStats } from "../run/read-stats.ts";
import { openOwn } from "../store/own.ts";
import { type Call, command } from "./command.ts";
import opticks from "./demo/opticks.md" with { type: "text" };
import { samplesText } from "./demo/samples.ts";
import { finish, listenFor, reportFor, surroundings } from "./run.ts";
import { backendSettings, parallelOf, runSettings } from "./run-settings.ts";
import { styleOf } from "./stats.ts";
import { statsText } from "./stats-text.ts";
import { signatures } from "./table.ts";

const documents = [
  ["newton/opticks.md", opticks],
  ["enrichd/CONTRIBUTING.md", contributing],
  ["enrichd/ARCHITECTURE.md", architecture],
  ["enrichd/README.md", readme],
] as const;

/** A model takes seconds for an answer, and whoever looks on wants to see the end. */
const questionsMax = 8;
const shownMax = 4;

export const demoCommand = command({ ...signatures.demo, run: runDemo });

async function runDemo(call: Call): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "enrichd-demo-"));
  try {
    return await demoIn(folder, call);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function demoIn(folder: string, { settings, env }: Call): Promise<number> {
  const clock = systemClock;
  const shutdown = listenFor(settings);
  try {
    const paths = { db: join(folder, "demo.db"), journal: null };
    await importDocuments(paths.db, shutdown.stopping);
    const [report, prompt] = [reportFor(settings), promptOf()];
    const starting = {
      ...{ random: systemRandom, report: report.emit, warmUp: warmUpOf(prompt) },
      parallel: parallelOf(settings),
    };
    const backend = await backendOrLexical(backendSettings(settings, env), {
      ...surroundings(settings),
      signal: shutdown.stopping,
      starting,
    });
    const limit = backend.name === "lexical" ? Number.POSITIVE_INFINITY : questionsMax;
    const parts: RunParts = {
      settings: { ...runSettings(settings, paths, clock.wallMs()), questionsMax: limit, pauseFile: null },
      chooseBackends: async () => ({ backends: [backend], labels: [backend.name], missing: [] }),
      ...{ prompt, shutdown, report, clock, random: systemRandom },
    };
    const code = await finish(report, shutdown, () => runEnrichment(parts));
    await writeOut(await samplesText(paths.db, shownMax));
    const stats = await readStats({ paths, clock, random: systemRandom });
    await writeOut(statsText(stats, clock.wallMs(), styleOf(settings)));
    log.info("That was all temporary. On text of your own: enrichd import PATH, then enrichd run");
    return code;
  } finally {
    shutdown.close();
  }
}

async function importDocuments(db: string, stopping: AbortSignal): Promise<void> {
  const waiting = { clock: systemClock, random: systemRandom, timeoutMs: 10_000 };
  const file = await openOwn(db, waiting);
  try {
    const sources = documents.map(([name, text]) => ({ kind: "text", name, format: "markdown", text }) as const);
    const { added } = await importSources({
      ...{ file, sources, format: null, project: null, source: null, fieldNames: { id: null, text: null } },
      ...{ strict: true, waiting, stopping },
    });
    log.info(`${added} chunks of ${documents.length} documents, in a temporary database`);
  } finally {
    file.close();
  }
}

/** Only here is `lexical` taken unasked: whoever tries enrichd out shall see something in any case. */
async function backendOrLexical(settings: BackendSettings, around: Surroundings) {
  try {
    return await chooseBackend(settings, around);
  } catch (error) {
    if (!(error instanceof Problem && error.kind === "no_backend")) throw error;
    log.info(`No model server answers here: the built-in lexical backend does it. For a model: ${installCommands[0]}`);
    return chooseBackend({ ...settings, backend: "lexical" }, around);
  }
}
