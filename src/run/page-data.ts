/** What the page shows, read from target and journal: opened when first asked for, and anew when they are others. */

import { statSync } from "node:fs";
import type { ChunkPage, FileView, Mark, Overview, PageData, Range, Series, StatsView, Totals } from "../page/data.ts";
import { ranges } from "../page/data.ts";
import { headlineOf } from "../page/headline.ts";
import type { Prompt } from "../pipeline/prompt.ts";
import type { Connection } from "../store/database.ts";
import { journalPath } from "../store/journal.ts";
import { lastRequests, pauseOf } from "../store/requests.ts";
import { eventsSince, type KeptEvent, runNow, runsWithServer } from "../store/run-now.ts";
import { firstSlotMs, type QuestionTotal, questionTotals, seriesOf, spans } from "../store/slots.ts";
import { type ChunkFilter, type ListedChunk, listStretch } from "../store/target/list.ts";
import { cachedStats } from "./cached-stats.ts";
import { etaOf } from "./eta.ts";
import { livingRuns } from "./living-runs.ts";
import type { ReadParts } from "./open-to-read.ts";
import { readBackends } from "./page-backends.ts";
import { readChunk } from "./page-chunk.ts";
import { readDescriptions } from "./page-descriptions.ts";
import { readFailures, retryFrom } from "./page-failures.ts";
import { pageFiles } from "./page-files.ts";
import { askRuns } from "./page-requests.ts";
import type { Stats } from "./stats.ts";

const rowsOfPage = 50;
/** A look at the table ends after this, in milliseconds, and says that there may be more. */
const lookMs = 60;
const pointsOfRange = 120;
const marksMax = 200;
const hourMs = 3_600_000;

export interface PageDataParts extends ReadParts {
  /** With which questions are shown. */
  readonly prompt: Prompt;
  /** The register of model servers; null where there can be none. */
  readonly registerFile: string | null;
  /** Where BrainLayer asks for a pause; null where that cannot be known. */
  readonly pauseFile: string | null;
  readonly settings: PageData["settings"];
  readonly signal: AbortSignal;
}

export function openPageData(parts: PageDataParts): PageData & { readonly close: () => void } {
  const { paths, clock, random } = parts;
  const waiting = { clock, random, timeoutMs: 2_000 };
  const files = pageFiles(paths, waiting);
  const stats = cachedStats({ paths, clock, random }, files.version);

  async function overview(): Promise<Overview> {
    const journal = await files.journal();
    const now = clock.wallMs();
    const { value, agoMs } = await stats.latest();
    const run = journal === null ? null : runNow(journal.db);
    const pause = journal === null ? null : pauseOf(journal.db);
    const alive = journal === null ? [] : (await livingRuns(journal)).alive;
    const isLive = run?.state === "running" && alive.includes(run.id);
    return {
      headline: headlineOf(run, isLive, pause),
      ...{
        stats: value === null ? null : viewOf(value),
        countedAgoMs: agoMs,
        isPaused: pause !== null,
        canRestart: journal !== null && runsWithServer(journal.db, alive).length > 0,
      },
      eta: value === null || journal === null ? null : etaView(journal, alive, value.remaining, now),
      requests: journal === null ? [] : lastRequests(journal.db, 5),
      files: [fileView("database", paths.db), fileView("journal", paths.journal ?? journalPath(paths.db))].filter(
        (file) => file !== null,
      ),
    };
  }

  async function series(range: Range): Promise<Series> {
    const journal = await files.journal();
    const toMs = clock.wallMs();
    const first = journal === null ? null : firstSlotMs(journal.db);
    const lengthS = ranges[range] ?? Math.max(3_600, (toMs - (first ?? toMs)) / 1_000);
    const span = lengthS > ranges["1h"] ? spans.coarse : spans.fine;
    const stepS = Math.ceil(lengthS / pointsOfRange / span) * span;
    const fromMs = toMs - lengthS * 1_000;
    const points = journal === null ? [] : seriesOf(journal.db, fromMs, stepS);
    const events = journal === null ? [] : eventsSince(journal.db, fromMs, marksMax);
    return { ...{ range, stepS, fromMs, toMs, points }, marks: events.map(markOf) };
  }

  async function totals(): Promise<Totals> {
    const journal = await files.journal();
    const all = journal === null ? [] : questionTotals(journal.db);
    const [hour] = journal === null ? [] : seriesOf(journal.db, clock.wallMs() - hourMs, spans.coarse * 6).slice(-1);
    const sum = (of: (one: QuestionTotal) => number): number => all.reduce((total, one) => total + of(one), 0);
    return {
      questions: all,
      ...{
        tokensIn: sum((t) => t.tokensIn),
        tokensOut: sum((t) => t.tokensOut),
        tokensCached: sum((t) => t.tokensCached),
      },
      ...{ p50Ms: hour?.p50Ms ?? null, p95Ms: hour?.p95Ms ?? null },
    };
  }

  async function chunks(filter: ChunkFilter, before: number | null): Promise<ChunkPage> {
    const rows: ListedChunk[] = [];
    const untilMs = clock.nowMs() + lookMs;
    let next = before;
    do {
      const from = next;
      const stretch = await files.readTarget((db, columns) =>
        listStretch(db, columns, filter, from, rowsOfPage - rows.length),
      );
      rows.push(...stretch.rows);
      next = stretch.next;
    } while (next !== null && rows.length < rowsOfPage && clock.nowMs() < untilMs);
    return { rows, next, isComplete: next === null || rows.length === rowsOfPage };
  }

  return {
    ...{ overview, totals, series, chunks },
    chunk: (id) => readChunk(parts, id, parts.prompt),
    failures: (kind, offset) => readFailures(parts, kind, offset),
    descriptions: () => readDescriptions(files),
    backends: () => readBackends(files, parts.registerFile, stats.current(), waiting),
    retry: (wanted) => retryFrom(parts, wanted),
    stats: () => stats.current(),
    settings: parts.settings,
    act: (action, askedBy) => askRuns(files, { clock, random, timeoutMs: 5_000 }, action, askedBy),
    close: files.close,
  };
}

/** The page takes names as they come. */
const viewOf = (stats: Stats): StatsView => ({
  ...{ ...stats, counts: { ...stats.counts } },
  latest_run: stats.latest_run === null ? null : { ...stats.latest_run },
});

/** As `stats` reckons it, by the counts that are shown. */
function etaView(journal: Connection, alive: readonly number[], remaining: number, nowMs: number): Overview["eta"] {
  const eta = etaOf(journal, alive, remaining, nowMs);
  if (eta === null) return null;
  return { seconds: eta.seconds, basis: `at ${eta.answersPerHour.toLocaleString("en-US")} answers an hour` };
}

function fileView(what: FileView["what"], path: string): FileView | null {
  const bytesOf = (name: string): number | undefined => statSync(name, { throwIfNoEntry: false })?.size;
  const bytes = bytesOf(path);
  return bytes === undefined ? null : { what, path, bytes, walBytes: bytesOf(`${path}-wal`) ?? 0 };
}

function markOf({ atMs, event, data }: KeptEvent): Mark {
  const said = ["backend", "from", "to", "cause", "action", "asked_by", "waited_ms"].filter((key) => key in data);
  return { atMs, event, text: `${event} ${said.map((key) => `${key}: ${String(data[key])}`).join(", ")}`.trim() };
}
