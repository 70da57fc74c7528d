/** The entry: hands the command line to its command, waits until its output is taken, and ends with its code. */

import { exitCodeOf } from "./cli/exit.ts";
import { runMain } from "./cli/root.ts";

process.exit(await exitCodeOf(() => runMain(process.argv.slice(2))));
