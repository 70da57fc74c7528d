/** Where Ollama is by its own variable, which names it without a scheme, and without a port where it is the usual one. Pure. */

const usualPort = "11434";

/** Null is the usual place. What has a scheme, or is a socket, is an address like any other. */
export function ollamaAddress(text: string | null): string {
  const said = text?.trim() ?? "";
  if (/^[a-z+]+:\/\/|^unix:/i.test(said)) return said;
  const [hostPort = "", ...path] = said.split("/");
  const [, host = "", port = usualPort] = /^(.*?)(?::(\d+))?$/.exec(bracketed(hostPort)) ?? [];
  return `http://${[`${host || "127.0.0.1"}:${port}`, ...path].join("/")}`;
}

/** An IPv6 address alone has colons of its own. */
const bracketed = (host: string): string => (host.split(":").length > 2 && !host.includes("[") ? `[${host}]` : host);
