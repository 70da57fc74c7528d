/** Tells when a server has accepted a connection, TLS handshake included. It makes none but for a look, and trusts nobody. */

import { checkServerIdentity, type PeerCertificate } from "node:tls";
import type { Address } from "./address.ts";
import { reached } from "./reach.ts";

/** A part of what fetch is given. */
interface Told {
  readonly tls?: { readonly checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined };
}

export interface Connecting {
  readonly isTls: boolean;
  /** With this fetch tells of a finished handshake; empty where there is none, or none to wait for. */
  readonly told: (onConnected: () => void) => Told;
  /** Looks, because nothing has come yet: resolves when the server accepts; stays pending while only fetch can tell. */
  readonly looked: (signal: AbortSignal) => Promise<void>;
  /** A question has failed without a byte: whether the server still speaks TLS is to be heard again. */
  readonly failed: () => void;
}

/**
 * Fetch has no event for a handshake, but it has the certificate checked once that is finished. A connection with a check
 * of ours is always new, and is not kept (Bun 1.4.5); so the check is asked for only until the server has shown that it
 * speaks TLS. After that its silence is what it is over http, a queue: a server all of whose threads are at work
 * accepts, and makes its next handshake when one is free. For the same reason no look makes a handshake of its own.
 */
export function connectingTo(address: Address): Connecting {
  const isTls = address.base.startsWith("https:");
  let speaks = !isTls;
  return {
    isTls,
    told: (onConnected) => {
      if (speaks) return {};
      const check = (host: string, certificate: PeerCertificate): Error | undefined => {
        speaks = true;
        onConnected();
        // Bun leaves the name to a check that is given: it must be Node's own.
        return checkServerIdentity(host, certificate);
      };
      return { tls: { checkServerIdentity: check } };
    },
    looked: (signal) => (speaks ? reached(address, signal) : Promise.withResolvers<void>().promise),
    failed: () => {
      speaks = !isTls;
    },
  };
}
