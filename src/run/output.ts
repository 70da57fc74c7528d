/** Standard output and error: whole writes with backpressure, and a reader that went away is an end, not an error. */

import { createConsola } from "consola";

let stdoutClosed = false;
let listening = false;

/** Writes to stdout and waits until it is taken; false once the reader has gone (`| head`), after which nothing is written. */
export function writeOut(text: string): Promise<boolean> {
  listen();
  if (stdoutClosed) return Promise.resolve(false);
  return new Promise((resolve) => {
    process.stdout.write(text, (error) => {
      if (error) stdoutClosed = true;
      resolve(!stdoutClosed);
    });
  });
}

/** A closed pipe arrives as an event too, which would end the process when nobody listens; a run must outlive its reader. */
function listen(): void {
  if (listening) return;
  listening = true;
  process.stdout.on("error", () => {
    stdoutClosed = true;
  });
  process.stderr.on("error", () => {});
}

/** To the start of the line, and nothing left on it. */
export const wipe = "\r\u001b[2K";

/** A line of its own on stderr, as it is. */
export function writeErr(text: string): void {
  listen();
  process.stderr.write(text);
}

/** For people, on stderr only: consola would send its info lines to stdout, which belongs to what was asked for. */
export const log = createConsola({
  stdout: process.stderr,
  stderr: process.stderr,
  formatOptions: { date: false, colors: false },
});
