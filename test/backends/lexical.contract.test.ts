/** The lexical backend keeps the contract of every backend. */

import { lexicalBackend } from "../../src/backends/lexical.ts";
import { systemClock } from "../../src/core/clock.ts";
import { describeBackendContract } from "./contract.ts";

describeBackendContract("lexical", () => ({ backend: lexicalBackend({ clock: systemClock }) }));
