/** Reads a response piece by piece into a draft, and says what is wrong with it. It never waits longer than it is let. */

import type { Clock } from "../core/clock.ts";
import type { Failure } from "../core/failure.ts";
import type { Draft } from "./draft.ts";
import { failureOfStatus, unusable } from "./failure.ts";
import type { Reader, Wire } from "./wire.ts";

export interface Reading {
  readonly wire: Pick<Wire, "streamType" | "reader" | "takeBody" | "unended">;
  readonly clock: Clock;
  /** Some bytes were there, of whatever kind. */
  readonly onBytes: (nowMs: number) => void;
  /** Ends the connection: nothing more is wanted of it. */
  readonly close: () => void;
}

/** Beyond this a stream is no answer any more, whatever its events say; a normal one has 300 KB at most. */
const bytesMax = 8 * 1024 * 1024;
const refusalBytesMax = 64 * 1024;
const rawCharsMax = 2000;
/** How long a server may take to end a stream that it has declared done; the connection can be used again then. */
const drainMs = 200;

type BodyReader = Pick<ReadableStreamDefaultReader<Uint8Array>, "read">;

/** Null when the draft is whole. Rejects where the connection breaks or is aborted. */
export async function readResponse(response: Response, draft: Draft, reading: Reading): Promise<Failure | null> {
  const { status, headers } = response;
  const type = headers.get("content-type") ?? "";
  reading.onBytes(reading.clock.nowMs());
  if (status === 200 && type.includes(reading.wire.streamType)) return readStream(response, draft, reading);
  const body = await readBody(response, status === 200 ? bytesMax : refusalBytesMax, reading);
  if (status !== 200) {
    const said = new TextDecoder().decode(body);
    return failureOfStatus({ status, headers, body: said, wallMs: reading.clock.wallMs() });
  }
  if (body.byteLength === bytesMax) return unusable("oversized", `over ${bytesMax} bytes`, "");
  const said = decode(body);
  if (said === null) return unusable("not_api", "the answer is not valid UTF-8", "");
  if (type.includes("json")) return reading.wire.takeBody(draft, said, reading.clock.nowMs());
  return unusable("not_api", `answers ${type || "without a type"}: ${said}`, said.slice(0, rawCharsMax));
}

async function readStream(response: Response, draft: Draft, reading: Reading): Promise<Failure | null> {
  const reader: BodyReader | undefined = response.body?.getReader();
  if (reader === undefined) return unusable("not_api", "an answer without a body", "");
  const take = textTaker(draft, reading.wire.reader(draft));
  while (!draft.done) {
    const { done, value } = await reader.read();
    if (done) return reading.wire.unended(draft);
    const nowMs = reading.clock.nowMs();
    const failure = take(value, nowMs);
    reading.onBytes(nowMs);
    if (failure !== null) {
      reading.close();
      return failure;
    }
  }
  await drain(reader, reading);
  return null;
}

/** Takes bytes as they come, cut anywhere; invalid UTF-8 is refused, for its replacement would end in the database. */
function textTaker(draft: Draft, take: Reader): (bytes: Uint8Array, nowMs: number) => Failure | null {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let received = 0;
  return (bytes, nowMs) => {
    received += bytes.byteLength;
    if (received > bytesMax) return unusable("oversized", `over ${bytesMax} bytes`, draft.text.slice(0, rawCharsMax));
    const said = decode(bytes, decoder);
    if (said === null) return unusable("not_api", "the stream is not valid UTF-8", draft.text.slice(0, rawCharsMax));
    return take(said, nowMs);
  };
}

/** The answer is whole by now: nothing that happens here can spoil it. */
async function drain(reader: BodyReader, { clock, close }: Reading): Promise<void> {
  const next = reader.read();
  // Nearly always the end has come with the last piece and shows after one turn: a timer would cost a tenth of it all.
  await null;
  if (Bun.peek.status(next) === "fulfilled" && (await next).done) return;
  const ended = new AbortController();
  const emptied = readOut(reader, next).then(() => ended.abort());
  await Promise.race([emptied, clock.sleep(drainMs, ended.signal)]);
  if (!ended.signal.aborted) close();
}

async function readOut(reader: BodyReader, next: ReturnType<BodyReader["read"]>): Promise<void> {
  try {
    let piece = await next;
    while (!piece.done) piece = await reader.read();
  } catch {
    // Broken after its end, or closed by us: the connection is gone, which is all that this was about.
  }
}

/** At most `bytesMost` of a body that is no stream; the rest is refused with the connection. */
async function readBody(response: Response, bytesMost: number, reading: Reading): Promise<Uint8Array> {
  const reader: BodyReader | undefined = response.body?.getReader();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  // No `for await`: leaving one early, of a connection that we abort, rejects where nobody can catch it.
  for (let piece = await reader?.read(); piece !== undefined && !piece.done; piece = await reader?.read()) {
    pieces.push(piece.value);
    bytes += piece.value.byteLength;
    reading.onBytes(reading.clock.nowMs());
    if (bytes <= bytesMost) continue;
    reading.close();
    break;
  }
  return Buffer.concat(pieces, Math.min(bytes, bytesMost));
}

function decode(bytes: Uint8Array, decoder = new TextDecoder("utf-8", { fatal: true })): string | null {
  try {
    return decoder.decode(bytes, { stream: true });
  } catch {
    return null;
  }
}
