/** The only place where children are started. None outlives what it was started for. */

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
