/** A dry run: how many chunks would be asked about, and by which backend. It only reads, and makes no journal. */

import { noMemory } from "../backends/concessions.ts";
import { openProblem } from "../store/database.ts";
import { openForReading } from "../store/read-only.ts";
import { openTarget } from "../store/target.ts";
import { countBacklog } from "./backlog.ts";
import type { RunParts } from "./daemon.ts";

export async function planEnrichment(parts: RunParts): Promise<void> {
  const { settings, shutdown, report, clock, random, chooseBackends } = parts;
  const waiting = { clock, random, timeoutMs: settings.lockTimeoutMs, signal: shutdown.stopping };
  const { file } = await openForReading(settings.paths.db, waiting);
  try {
    const target = openTarget(file);
    const { backends } = await chooseBackends(shutdown.stopping, noMemory);
    await Promise.all(backends.map(({ close }) => close?.(shutdown.aborting)));
    const [first] = backends;
    if (first === undefined) throw new Error("a run without a backend");
    const { name: backend, model } = first;
    const wanted = (await countBacklog(target, file.path, settings.selection, clock, shutdown.stopping)) ?? 0;
    const chunks = Math.min(settings.questionsMax, wanted);
    report.emit({ event: "run.planned", db: file.path, backend, model, chunks });
  } catch (error) {
    throw openProblem(error, file.path);
  } finally {
    file.close();
  }
}
