/** The only place where children are started. None outlives what it was started for. */

import { closeSync, constants, openSync, rmSync } from "node:fs";
import guard from "./guard.sh" with { type: "text" };

/** What a short command says on stdout; null where there is no such command, it fails, or it takes too long. */
export async function outputOf(command: readonly string[], timeoutMs: number): Promise<string | null> {
  try {
    const child = Bun.spawn([...command], {
      ...({ stdin: "ignore", stdout: "pipe", stderr: "ignore" } as const),
      ...({ timeout: timeoutMs, killSignal: "SIGKILL" } as const),
    });
    const output = await child.stdout.text();
    return (await child.exited) === 0 ? output : null;
  } catch {
    return null;
  }
}

export interface GroupParts {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where the pipe is made by which all who need the group hold it. */
  readonly pipe: string;
  /** What the group writes is added here. */
  readonly log: string;
  /** Between SIGTERM and SIGKILL, once nobody holds it any more. */
  readonly graceMs: number;
}

/** A command and all its children, led by the guard: a process group and session of its own. */
export interface Group {
  /** Of the guard, and so of the group. */
  readonly pid: number;
  readonly exited: Promise<void>;
  /** The writing end of the pipe: the group ends when nobody has one, however they lost it. */
  readonly hold: number;
}

/**
 * The guard is POSIX sh, not this binary again: 1 MB instead of 50, and the same under `bun test`. It reads a named pipe,
 * so that other runs can hold the group as well. Throws where the command or the pipe cannot be.
 */
export async function startGroup({ command, environment, pipe, log, graceMs }: GroupParts): Promise<Group> {
  rmSync(pipe, { force: true });
  const made = await outputOf(["mkfifo", "-m", "600", pipe], 5_000);
  if (made === null) throw new Error(`no named pipe can be made at ${pipe}`);
  const ends = openEnds(pipe);
  let output: number | null = null;
  try {
    output = openSync(log, "a", 0o600);
    const grace = String(graceMs / 1_000);
    const child = Bun.spawn(["/bin/sh", "-c", guard, "enrichd-guard", pipe, grace, ...command], {
      detached: true,
      ...{ stdin: ends.read, stdout: output, stderr: output },
      env: { ...process.env, ...environment },
    });
    return { pid: child.pid, exited: child.exited.then(() => {}), hold: ends.write };
  } catch (error) {
    closeSync(ends.write);
    rmSync(pipe, { force: true });
    throw error;
  } finally {
    closeSync(ends.read);
    if (output !== null) closeSync(output);
  }
}

/**
 * Both ends before there is a reader, so that there is no moment in which a kill of ours leaves the guard waiting for a
 * first writer. Opening to read blocks without a writer, and to write fails without a reader: hence the third.
 */
function openEnds(pipe: string): { read: number; write: number } {
  const first = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const write = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    return { read: openSync(pipe, constants.O_RDONLY), write };
  } finally {
    closeSync(first);
  }
}

/** Holds a group that another run has started; null when its guard is gone, or about to go. */
export function holdGroup(pipe: string): number | null {
  try {
    return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

/** A guard takes its pipe away itself, unless it was killed. */
export const discardPipe = (pipe: string): void => rmSync(pipe, { force: true });

export const releaseGroup = (hold: number): void => closeSync(hold);

/** False when nothing is left of it. */
export function signalGroup(pid: number, signal: "SIGTERM" | "SIGKILL" | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** Starts a command that is on its own from then on, such as one that opens a browser; false where there is none. */
export function started(command: readonly string[]): boolean {
  try {
    Bun.spawn([...command], { stdin: "ignore", stdout: "ignore", stderr: "ignore", detached: true }).unref();
    return true;
  } catch {
    return false;
  }
}

/** How much of what a command says on stderr is kept: the end has the cause. */
const causeChars = 2_000;

/** A command whose output may be of any size; it is started when it is read, and ended when the reader has enough. */
export async function* readFrom(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  failed: (cause: string) => Error,
): AsyncGenerator<Uint8Array> {
  const child = Bun.spawn([...command], {
    ...({ stdin: "ignore", stdout: "pipe", stderr: "pipe", killSignal: "SIGKILL" } as const),
    env: { ...process.env, ...environment },
  });
  let cause = "";
  // Read to its end as well: a full pipe would stop the command.
  const listening = (async () => {
    const decoder = new TextDecoder();
    for await (const bytes of child.stderr)
      cause = (cause + decoder.decode(bytes, { stream: true })).slice(-causeChars);
  })();
  try {
    yield* child.stdout;
    await listening;
    if ((await child.exited) !== 0) throw failed(cause.trim());
  } finally {
    child.kill();
  }
}
