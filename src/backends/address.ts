/** What `--url` may be: the base of a server, a version of its API, a whole path, or a Unix socket. Pure. */

import { Problem } from "../core/problem.ts";

export interface Address {
  /** Where the server is, without the path of an API, for people. */
  readonly shown: string;
  /** `scheme://host:port` and the prefix of a proxy, without a slash at the end: what a server's own paths go behind. */
  readonly base: string;
  /** The same with `/v1`, or the version that was named. */
  readonly versioned: string;
  readonly query: string;
  /** The path that was named is Ollama's own. */
  readonly saysOllama: boolean;
  readonly hostname: string;
  readonly port: number;
  /** The path of a Unix socket; null for TCP. */
  readonly socket: string | null;
  /** True for whatever is not certainly this machine, so that a doubt never lets text leave it unsanitized. */
  readonly isRemote: boolean;
}

const chatPath = "/chat/completions";
const ollamaPath = /\/api(?:\/(?:chat|generate|tags|ps|version))?$/;
const versionPath = /\/v\d+(?:beta\d*|alpha\d*)?(?:\/openai)?$/;
const otherEndpoints = /\/(?:completions|models|embeddings|responses|health)$/;

/** Throws a Problem of kind `usage` whose next step is an address that would do. */
export function parseAddress(text: string): Address {
  const { url, socket } = readUrl(text.trim());
  const origin = socket === null ? url.origin : "http://localhost";
  const place = (prefix: string): string => (socket === null ? `${url.origin}${prefix}` : `unix:${socket}`);
  const path = url.pathname.replace(/\/+$/, "");
  const saysOllama = ollamaPath.test(path);
  if (!path.endsWith(chatPath) && otherEndpoints.test(path)) {
    throw refuse("this is another endpoint of the server", text, `give its base: ${place("")}`);
  }
  const named = path.endsWith(chatPath) ? path.slice(0, -chatPath.length) : path.replace(ollamaPath, "");
  const prefix = named.replace(versionPath, "");
  // A path that ends in the chat endpoint is taken at its word, with whatever stands before it.
  const version = named !== prefix || path.endsWith(chatPath) ? named : `${prefix}/v1`;
  return {
    shown: place(prefix),
    base: `${origin}${prefix}`,
    versioned: `${origin}${version}`,
    query: url.search,
    saysOllama,
    hostname: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? defaultPort(url) : Number(url.port),
    socket,
    isRemote: socket === null && !isThisMachine(url.hostname),
  };
}

export const chatUrl = ({ versioned, query }: Address): string => `${versioned}${chatPath}${query}`;
export const modelsUrl = ({ versioned, query }: Address): string => `${versioned}/models${query}`;
/** `path` is one of the server's own, outside the API of OpenAI: `/api/tags`, `/health`. */
export const ownUrl = ({ base, query }: Address, path: string): string => `${base}${path}${query}`;

/** How fetch gets there: this machine is never asked through a proxy, which Bun would use for loopback too. */
export const route = ({ socket, isRemote }: Address): { proxy?: false; unix?: string } => ({
  ...(isRemote ? {} : { proxy: false as const }),
  ...(socket === null ? {} : { unix: socket }),
});

function readUrl(text: string): { url: URL; socket: string | null } {
  const example = "write it like http://127.0.0.1:8080";
  if (text === "") throw refuse("the address of the server is empty", "--url", example);
  if (/^(?:http\+)?unix:/i.test(text)) return readSocket(text);
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
  return { url, socket: null };
}

/** `unix:/path/to.sock`, as curl and Docker write it; `http+unix://%2Fpath%2Fto.sock/v1`, where a path may follow. */
function readSocket(text: string): { url: URL; socket: string } {
  const example = "write it like unix:/path/to.sock";
  const encoded = /^http\+unix:\/\/([^/?#]+)(.*)$/i.exec(text);
  if (encoded !== null) {
    const url = URL.parse(`http://localhost${encoded[2] ?? ""}`);
    const socket = decoded(encoded[1] ?? "");
    if (url !== null && socket?.startsWith("/")) return { url, socket };
    throw refuse("the path of the socket cannot be read", text, "write it like http+unix://%2Fpath%2Fto.sock/v1");
  }
  const socket = text.replace(/^(?:http\+)?unix:(?:\/\/)?/i, "");
  if (socket.startsWith("/")) return { url: new URL("http://localhost/"), socket };
  throw refuse("the path of a socket starts at the root", text, example);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

const defaultPort = (url: URL): number => (url.protocol === "https:" ? 443 : 80);

/** `hostname` as URL normalises it (127.1 is 127.0.0.1 by then). A server bound to 0.0.0.0 prints that as its address. */
function isThisMachine(hostname: string): boolean {
  if (/^127\.\d+\.\d+\.\d+$/.test(hostname)) return true;
  if (/^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(hostname)) return true;
  return ["localhost", "localhost.", "[::1]", "0.0.0.0", "[::]"].includes(hostname);
}

const refuse = (what: string, where: string, next: string): Problem => new Problem("usage", what, where, next);
