/**
 * The least that a client can do: asks what the lines of a file say, `parallel` at a time, and reads each answer to its
 * end. It parses nothing and keeps nothing: what it reaches is the server's own ceiling.
 *
 *   bun bench/bare-loop.ts URL BODIES PARALLEL [MAX]
 */

const [url = "", path = "", parallel = "1", max = "Infinity"] = process.argv.slice(2);
const lines = (await Bun.file(path).text()).split("\n").filter((line) => line !== "");
const bodies = lines.slice(0, Number(max));
let next = 0;

async function work(): Promise<void> {
  for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
    const headers = { "content-type": "application/json" };
    const address = `${url}/v1/chat/completions`;
    const response = await fetch(address, { method: "POST", headers, body, timeout: false, proxy: false });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${response.status}: ${answer}`);
  }
}

await Promise.all(Array.from({ length: Number(parallel) }, work));
