/**
 * The conversations in a file of JSON, one after the other, in bounded memory: the elements of its list, wherever the
 * list is, or the one object that it is. What is too large is left out, and those behind it come through.
 */

import { type ParsedTokenInfo, Tokenizer, TokenParser, TokenType } from "@streamparser/json";
import { headOf } from "../../core/points.ts";

export interface ValueOutput {
  /** Values are numbered from 1. */
  readonly value: (value: unknown, number: number) => void;
  readonly refused: (number: number, reason: string) => void;
  /** Nothing more can be read. */
  readonly broken: (reason: string) => void;
}

export interface ValueReader {
  readonly write: (bytes: Uint8Array) => void;
  readonly end: () => void;
}

/** No conversation that anybody has is as large, and a tree of it takes several times as much. */
const valueMax = 32 * 2 ** 20;
/** The key of the list, in the exports that have an object around it. */
const listKey = "conversations";

export function createValueReader(output: ValueOutput): ValueReader {
  const tokenizer = new Tokenizer({ stringBufferSize: 65_536 });
  /** Of brackets that are open. */
  let depth = 0;
  /** Where the values lie: behind so many open brackets. */
  let base = 0;
  /** Of the value at hand; null where it is too large. */
  let parser: TokenParser | null = null;
  let where: "between" | "inside" | "behind" = "between";
  let key: unknown = null;
  let number = 0;
  /** Of bytes that have come: now, at the start of the value, and at the last token. */
  let bytes = 0;
  let startedAt = 0;
  let tokenAt = 0;
  let isBroken = false;

  const failOn = (error: Error): void => fail(`not valid JSON (${headOf(error.message.split("\n")[0] ?? "", 100)})`);
  function fail(reason: string): void {
    if (!isBroken) output.broken(reason);
    isBroken = true;
    parser = null;
  }

  function take(token: ParsedTokenInfo): void {
    tokenAt = bytes;
    if (isBroken) return;
    if (where === "behind") skip(token);
    else if (token.token === TokenType.LEFT_BRACKET && isList()) enterList();
    else if (where === "inside") feed(token);
    else if (stepOf(token) < 0) leaveList();
    else if (token.token !== TokenType.COMMA) {
      begin();
      feed(token);
    }
  }

  /** The list of all, or that of an object around it, which was taken for a conversation so far. */
  const isList = (): boolean => depth === 0 || (depth === 1 && base === 0 && key === listKey);

  function enterList(): void {
    parser = null;
    number = 0;
    depth++;
    base = depth;
    where = "between";
  }

  /** What is behind the list in an object around it is of no use. */
  function leaveList(): void {
    depth--;
    base = 0;
    where = depth > 0 ? "behind" : "between";
  }

  function skip(token: ParsedTokenInfo): void {
    depth += stepOf(token);
    if (depth === 0) where = "between";
  }

  function begin(): void {
    where = "inside";
    number++;
    startedAt = bytes;
    parser = new TokenParser({ paths: ["$"] });
    parser.onValue = ({ value }) => output.value(value, number);
    parser.onError = failOn;
  }

  function feed(token: ParsedTokenInfo): void {
    if (depth === 1 && token.token === TokenType.STRING) key = token.value;
    parser?.write(token);
    depth += stepOf(token);
    if (depth === base) where = "between";
  }

  function refuse(): void {
    if (parser !== null) output.refused(number, `more than ${valueMax / 2 ** 20} MiB`);
    parser = null;
  }

  tokenizer.onToken = take;
  tokenizer.onError = failOn;
  return {
    write: (block) => {
      if (isBroken) return;
      if (where === "inside" && bytes - startedAt > valueMax) refuse();
      // A text is held until its end.
      if (bytes - tokenAt > valueMax) fail(`a text of more than ${valueMax / 2 ** 20} MiB`);
      else tokenizer.write(block);
      bytes += block.length;
    },
    end: () => {
      if (depth > 0) fail("the JSON ends in the middle");
    },
  };
}

function stepOf({ token }: ParsedTokenInfo): number {
  if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) return 1;
  return token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET ? -1 : 0;
}
