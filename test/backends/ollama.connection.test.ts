/** The ollama backend keeps its connection as the suite says. */

import { ollamaDialect } from "../fixtures/dialect.ts";
import { describeConnections } from "./connections.ts";

describeConnections(ollamaDialect);
