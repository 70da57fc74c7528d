/** A real model server as a child: started, known by its port, its log kept, gone at the end whatever it is doing. */

import { pythonEnv } from "./python.ts";

export interface RealServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** SIGKILL, as of an out-of-memory killer; resolves when it is gone. May be called again. */
  readonly stop: () => Promise<void>;
  /** What it has written so far, both streams. */
  readonly log: () => string;
}

const startTimeoutMs = 90_000;

/**
 * `command` prints `{"port": N}` on a line when it listens, and ends when its stdin is closed, so that it never outlives
 * us. `isReady` is asked again until it is true.
 */
export async function startServer(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  isReady: (url: string) => Promise<boolean>,
): Promise<RealServer> {
  const child = Bun.spawn([...command], {
    env: { ...pythonEnv(), ...environment },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  let log = "";
  const keep = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) log += decoder.decode(bytes, { stream: true });
  };
  void keep(child.stdout);
  void keep(child.stderr);
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await child.exited;
  };
  const deadlineMs = performance.now() + startTimeoutMs;
  for (;;) {
    // Not at the start of a line: what the server itself logs may stand before it.
    const port = Number(/\{"port": (\d+)\}/.exec(log)?.[1] ?? 0);
    const url = `http://127.0.0.1:${port}`;
    if (port > 0 && (await isReady(url))) return { url, port, pid: child.pid, stop, log: () => log };
    if (child.exitCode !== null || child.signalCode !== null || performance.now() > deadlineMs) {
      await stop();
      throw new Error(`${command.join(" ")} did not start (${child.signalCode ?? child.exitCode}):\n${log}`);
    }
    await Bun.sleep(25);
  }
}
