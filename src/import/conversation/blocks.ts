/** The texts of a message that is made of blocks; each other block is counted by the rule for its type. Pure. */

import type { LeftOutRule } from "../left-out.ts";
import type { Output } from "../piece.ts";
import { asRecord } from "../record.ts";

/** The rule for each type of block that holds no words of a person or a model. */
export type Blocks = Readonly<Record<string, LeftOutRule>>;

/** Null where the content is neither a text nor a list. `owner` names the kind of message in what is unknown. */
export function textIn(content: unknown, owner: string, blocks: Blocks, output: Output): string | null {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) {
    output.unknown(`${owner} without content`);
    return null;
  }
  const texts: string[] = [];
  for (const block of content) {
    const text = typeof block === "string" ? block : textOfBlock(block, owner, blocks, output);
    if (text !== null) texts.push(text);
  }
  return texts.join("\n\n");
}

const textTypes = new Set(["text", "input_text", "output_text"]);

function textOfBlock(block: unknown, owner: string, blocks: Blocks, output: Output): string | null {
  const { type, text } = asRecord(block) ?? {};
  const kind = typeof type === "string" ? type : "no type";
  if (Object.hasOwn(blocks, kind) && blocks[kind] !== undefined) output.leftOut(blocks[kind]);
  else if (textTypes.has(kind) && typeof text === "string") return text;
  else output.unknown(`${owner}/${kind}`);
  return null;
}
