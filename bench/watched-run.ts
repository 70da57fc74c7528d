/**
 * The whole run in a Bun process of its own, with a timer beside it, for what the binary cannot tell of itself:
 * `watched-run.ts DB URL PARALLEL`. Prints the longest time the event loop was not served, in milliseconds.
 */

import { watchLoop } from "../test/support/loop.ts";
import { startRun } from "../test/support/runner.ts";

const [db = "", url = "", parallel = "4"] = process.argv.slice(2);
const longestMs = watchLoop();
const { ending } = await startRun(db, url, { parallel: Number(parallel) }).result;
console.log(longestMs());
process.exit(ending.reason === "finished" ? 0 : 1);
