/** What `--url` may be: the base of a server, its `/v1`, or the whole path of its chat endpoint. Pure. */

import { Problem } from "../core/problem.ts";

export interface Address {
  readonly chatUrl: string;
  readonly modelsUrl: string;
  readonly hostname: string;
  readonly port: number;
  /** True for whatever is not certainly this machine, so that a doubt never lets text leave it unsanitized. */
  readonly isRemote: boolean;
}

const chatPath = "/chat/completions";
const otherEndpoints = /\/(?:completions|models|embeddings|responses|api\/generate|api\/chat|api\/tags|health)$/;

/** Throws a Problem of kind `usage` whose next step is an address that would do. */
export function parseAddress(text: string): Address {
  const url = parseUrl(text.trim());
  const path = url.pathname.replace(/\/+$/, "");
  if (!path.endsWith(chatPath) && otherEndpoints.test(path)) {
    throw refuse("this is another endpoint of the server", text, `give its base: ${url.origin}`);
  }
  const base = basePath(path);
  return {
    chatUrl: `${url.origin}${base}${chatPath}${url.search}`,
    modelsUrl: `${url.origin}${base}/models${url.search}`,
    hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? defaultPort(url) : Number(url.port),
    isRemote: !isThisMachine(url.hostname),
  };
}

function parseUrl(text: string): URL {
  const example = "write it like http://127.0.0.1:8080";
  if (text === "") throw refuse("the address of the server is empty", "--url", example);
  if (!/^https?:\/\//i.test(text)) {
    const named = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
    throw refuse("the address is not http or https", text, named ? example : `write http://${text}`);
  }
  const url = URL.parse(text);
  if (url === null) throw refuse("the address cannot be read", text, example);
  // The address is shown and logged, a key must never be: so it is refused here, and not repeated.
  if (url.username !== "" || url.password !== "") {
    throw refuse("the address has a user name or password in it", url.host, "give the key by its own setting");
  }
  return url;
}

/** `/v1` is what every OpenAI-compatible server has; a version that is already there is kept. */
function basePath(path: string): string {
  if (path.endsWith(chatPath)) return path.slice(0, -chatPath.length);
  return /\/v\d+(?:beta\d*|alpha\d*)?(?:\/openai)?$/.test(path) ? path : `${path}/v1`;
}

const defaultPort = (url: URL): number => (url.protocol === "https:" ? 443 : 80);

/** `hostname` as URL normalises it (127.1 is 127.0.0.1 by then). A server bound to 0.0.0.0 prints that as its address. */
function isThisMachine(hostname: string): boolean {
  if (/^127\.\d+\.\d+\.\d+$/.test(hostname)) return true;
  if (/^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(hostname)) return true;
  return ["localhost", "localhost.", "[::1]", "0.0.0.0", "[::]"].includes(hostname);
}

const refuse = (what: string, where: string, next: string): Problem => new Problem("usage", what, where, next);
