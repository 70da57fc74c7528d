/**
 * `import --watch`: what is new in the files goes in until a stop. The truth is in looking: each file once a second, the
 * folders now and then; notices of the system only make it look at once. What has been read is written before it sleeps.
 */

import { dirname } from "node:path";
import { type FileLook, isSameLook, lookAt } from "../import/file.ts";
import { type Input, inputsOf } from "../import/input.ts";
import { listenForChanges } from "../import/notices.ts";
import { growing } from "../import/piece.ts";
import { openProblem } from "../store/database.ts";
import { findInputs } from "./find-inputs.ts";
import type { ImportCounts } from "./import-tally.ts";
import { createImporter, renamedInput } from "./importer.ts";
import type { ImportOptions, ImportResult } from "./importing.ts";

export interface WatchOptions extends ImportOptions {
  /** What was there is in. */
  readonly onCaughtUp: (counts: ImportCounts) => void;
  /** After each round in which something was read. */
  readonly onRound: (counts: ImportCounts) => void;
  /** For tests: where the system gives no notices. */
  readonly listen?: typeof listenForChanges;
}

interface Followed {
  readonly input: Input;
  /** As it was before it was last read. */
  look: FileLook | null;
  /** It has changed, at that time, and may still be written to. */
  changed: { readonly look: FileLook; readonly atMs: number } | null;
}

/** How often each file is looked at; more seldom where that would take more than this share of the time. */
const lookMs = 1_000;
const lookShare = 1 / 50;
/** How long a text must have been as it is. */
const quietMs = 800;
/** Going through folders is dear: at most so often, and at most this share of the time. */
const walkMs = 5_000;
const walkShare = 1 / 800;
/** Where something new was noticed. */
const walkGapMs = 100;
const noticedShare = 1 / 20;
/** Notices come in swarms. */
const gapMs = 50;
/** A renamed file is followed while its writer may not have noticed. */
const renamedMs = 600_000;

export async function watchSources(options: WatchOptions): Promise<ImportResult> {
  const { stopping, waiting, file } = options;
  const { clock } = waiting;
  const importer = createImporter(options);
  const { tally } = importer;
  const finder = findInputs({
    ...{ sources: options.sources.filter(({ kind }) => kind === "path"), format: options.format },
    findings: { report: (path, reason) => tally.trouble(path, null, reason), leaveOut: tally.leaveOut },
    wallMs: clock.wallMs,
  });
  const followed = new Map<string, Followed>();
  const noticed = new Set<string>();
  let wake = new AbortController();
  const notices = (options.listen ?? listenForChanges)((path) => {
    noticed.add(path);
    wake.abort();
  });
  let [nextLookMs, nextWalkMs, soonestWalkMs, roundMs] = [0, 0, 0, 0];
  let isWalkWanted = false;
  let hasRead = false;
  /** Of what a round or a walk took, the part that was reading. */
  let readingMs = 0;

  async function read(one: Followed, look: FileLook | null): Promise<void> {
    one.look = look;
    one.changed = null;
    hasRead = true;
    const startedMs = clock.nowMs();
    for (const path of await importer.read(one.input, growing.has(one.input.format)))
      if (!followed.has(path)) followed.set(path, { input: renamedInput(one.input, path), look: null, changed: null });
    readingMs += clock.nowMs() - startedMs;
  }

  async function check(path: string, one: Followed): Promise<void> {
    const look = lookAt(path);
    const isOld = look !== null && path !== one.input.name && clock.wallMs() - look.changedMs > renamedMs;
    if (look === null || (isOld && isSameLook(look, one.look))) {
      followed.delete(path);
      finder.forget(path);
    } else if (isSameLook(look, one.look)) one.changed = null;
    // A text that is being written would become chunks of its halves.
    else if (growing.has(one.input.format)) await read(one, look);
    else if (!isSameLook(look, one.changed?.look ?? null)) one.changed = { look, atMs: clock.nowMs() };
    else if (clock.nowMs() - (one.changed?.atMs ?? 0) >= quietMs) await read(one, look);
  }

  async function walk(): Promise<void> {
    const startedMs = clock.nowMs();
    readingMs = 0;
    for (const input of finder.next()) {
      if (importer.isOver()) return;
      const path = input.path ?? input.name;
      if (followed.has(path)) continue;
      const one: Followed = { input, look: null, changed: null };
      followed.set(path, one);
      await read(one, lookAt(path));
    }
    const tookMs = clock.nowMs() - startedMs - readingMs;
    notices.follow(new Set([...finder.folders(), ...[...followed.keys()].map((path) => dirname(path))]));
    soonestWalkMs = clock.nowMs() + Math.max(walkGapMs, tookMs / noticedShare);
    nextWalkMs = clock.nowMs() + (finder.isSoon() ? lookMs : Math.max(walkMs, tookMs / walkShare));
    isWalkWanted = false;
  }

  async function round(): Promise<void> {
    roundMs = clock.nowMs();
    const isLook = roundMs >= nextLookMs;
    const paths = isLook ? [...followed.keys()] : [...noticed];
    isWalkWanted ||= [...noticed].some((path) => !followed.has(path) && finder.mayLeadTo(path));
    noticed.clear();
    hasRead = false;
    readingMs = 0;
    for (const path of paths) {
      const one = followed.get(path);
      if (one !== undefined && !stopping.aborted) await check(path, one);
    }
    const now = clock.nowMs();
    if (isLook) nextLookMs = roundMs + Math.max(lookMs, (now - roundMs - readingMs) / lookShare);
    if (now >= nextWalkMs || (isWalkWanted && now >= soonestWalkMs)) await walk();
    await importer.write();
    if (hasRead) options.onRound(tally.now());
  }

  async function rest(): Promise<void> {
    const wanted = isWalkWanted ? Math.min(nextWalkMs, soonestWalkMs) : nextWalkMs;
    const untilMs = Math.min(nextLookMs, wanted) - clock.nowMs();
    if (noticed.size === 0) await clock.sleep(Math.max(untilMs, 0), AbortSignal.any([wake.signal, stopping]));
    const sinceMs = clock.nowMs() - roundMs;
    if (sinceMs < gapMs) await clock.sleep(gapMs - sinceMs, stopping);
    wake = new AbortController();
  }

  try {
    // What is no file can be read once only.
    const once = options.sources.filter(({ kind }) => kind !== "path");
    for (const input of inputsOf(once, options.format, { report: () => {}, leaveOut: () => {} }))
      await importer.read(input, false);
    await round();
    if (!stopping.aborted) options.onCaughtUp(tally.now());
    while (!importer.isOver()) {
      await rest();
      if (!stopping.aborted) await round();
    }
    await importer.write();
  } catch (error) {
    if (stopping.aborted && error === stopping.reason) return { ...tally.now(), stopped: true };
    throw openProblem(error, file.path);
  } finally {
    notices.close();
  }
  return { ...tally.now(), stopped: stopping.aborted };
}
