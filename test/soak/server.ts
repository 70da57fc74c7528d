/**
 * The model server of the soak, as a process of its own, started by us or by the run's supervisor:
 *
 *   bun test/soak/server.ts LOG MANNER_FILE NAME … --port N …
 *
 * It adds a line to the log for its start (`p`), each question (`q`) and each whole good answer (`a`, just before it), so
 * that what it was asked outlives it. Its manner is what the file says at the time.
 */

import { appendFileSync, readFileSync } from "node:fs";
import { manners, startModelServer } from "../fixtures/describing-server.ts";

const [log = "", mannerFile = "", name = "", ...flags] = process.argv.slice(2);
const port = Number(flags[flags.indexOf("--port") + 1] ?? 0);
const note = (what: string, of: string | number): void => appendFileSync(log, `${what} ${name} ${of}\n`);
const latencyAt = flags.indexOf("--latency");
const latencyMs = latencyAt < 0 ? 60 : Number(flags[latencyAt + 1]);

note("p", process.pid);
const server = await startModelServer({
  ...{ port, latencyMs, model: name, slowMs: 400 },
  chunkOf: (question) => {
    const text = /<(chunk-[0-9a-f]{8})>\n([\s\S]*)\n<\/\1>/.exec(question)?.[2] ?? question;
    note("q", String(Bun.hash(text)));
    return text;
  },
  onAnswered: (text) => note("a", String(Bun.hash(text))),
});
setInterval(() => {
  const wanted = readFileSync(mannerFile, "utf8").trim();
  server.manner = manners.find((each) => each === wanted) ?? "well";
}, 10);
process.stdout.write(`{"port": ${server.port}}\n`);
process.stderr.write(`Starting httpd at 127.0.0.1 on port ${server.port}...\n`);
