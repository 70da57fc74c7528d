/** The version of this program: package.json's, put in by the bundler, so that source and binary cannot disagree. */

import { version as packageVersion } from "../../package.json" with { type: "json" };

export const version: string = packageVersion;
