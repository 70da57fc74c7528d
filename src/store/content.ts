/** The identity of a text: equal texts have equal hashes, so a question is asked once and an UPDATE can be guarded. */

/** 132 bits of SHA-256, in base64url: short enough for an index of a million rows, far beyond accidental collision. */
export function contentHash(content: string): string {
  return new Bun.CryptoHasher("sha256").update(content).digest("base64url").slice(0, 22);
}
