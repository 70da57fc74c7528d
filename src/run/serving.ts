/** The status page over the databases of a run, in its process or alone. */

import { isLoopback, type Serving, servePage } from "../page/serve.ts";
import { openPageData, type PageDataParts } from "./page-data.ts";

export interface ServingParts extends Omit<PageDataParts, "signal"> {
  readonly hostname: string;
  readonly port: number;
  readonly portsMax: number;
  /** Gives secrets. */
  readonly token: () => string;
  readonly signal: AbortSignal;
  /** Who actions are said to come from. */
  readonly askedBy: string;
}

export interface PageServing {
  /** With the token in it where one is needed. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export function startPage(parts: ServingParts): PageServing {
  const { clock, hostname, port, portsMax, signal, askedBy, token } = parts;
  const data = openPageData(parts);
  const accessToken = isLoopback(hostname) ? null : token();
  const serving: Serving = servePage({
    ...{ data, clock, signal, hostname, port, portsMax, askedBy, accessToken },
    pageToken: token(),
  });
  return {
    url: accessToken === null ? serving.url : `${serving.url}?token=${accessToken}`,
    stop: async () => {
      await serving.stop();
      data.close();
    },
  };
}
