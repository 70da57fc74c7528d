/** TLS in front of a server of a test, with a certificate made for it that only NODE_EXTRA_CA_CERTS makes trusted. */

import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { temporaryFolder } from "./folder.ts";

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** The file to name in NODE_EXTRA_CA_CERTS. */
  readonly certPath: string;
}

/** `names` as openssl writes them: `DNS:localhost,IP:127.0.0.1`. */
export function makeCertificate(names: string): Certificate {
  const folder = temporaryFolder();
  const [keyPath, certPath] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const made = Bun.spawnSync([
    ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...[
      "-days",
      "2",
      "-subj",
      "/CN=enrichd",
      "-addext",
      `subjectAltName=${names}`,
      "-keyout",
      keyPath,
      "-out",
      certPath,
    ],
  ]);
  if (made.exitCode !== 0) throw new Error(`no certificate: ${made.stderr}`);
  return { key: readFileSync(keyPath, "utf8"), cert: readFileSync(certPath, "utf8"), certPath };
}

export interface TlsFront {
  readonly url: string;
  /** How many handshakes it has begun. */
  readonly connections: () => number;
  readonly stop: () => void;
}

/** Passes on to `port`. `holdMs`: how long the handshake of each connection is kept waiting, by its number from 1. */
export async function tlsFront(port: number, { key, cert }: Certificate, holdMs = (_: number) => 0): Promise<TlsFront> {
  const open = new Set<Socket>();
  let connections = 0;
  const keep = (...sockets: Socket[]): void => {
    for (const socket of sockets) {
      open.add(socket);
      socket
        .on("error", () => socket.destroy())
        .once("close", () => {
          open.delete(socket);
          for (const other of sockets) other.destroy();
        });
    }
  };
  const join = (from: Socket, to: Socket): void => {
    keep(from, to);
    from.pipe(to).pipe(from);
  };
  const behind = createTlsServer({ key, cert }, (socket) => join(socket, connect(port, "127.0.0.1")));
  const behindPort = await listening(behind);
  const front = createServer((socket) => {
    keep(socket);
    setTimeout(() => join(socket, connect(behindPort, "127.0.0.1")), holdMs(++connections));
  });
  const url = `https://127.0.0.1:${await listening(front)}`;
  return {
    ...{ url, connections: () => connections },
    stop: () => {
      for (const server of [front, behind]) server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
