/** The texts of a message that is made of blocks; each other block is counted by the rule for its type. Pure. */

import type { LeftOutRule } from "../left-out.ts";
import type { Output } from "../piece.ts";
import { asRecord } from "../record.ts";

/** The rule for each type (of a block, a line, an item) that holds no words of a person or a model. */
export type Rules = Readonly<Record<string, LeftOutRule>>;

/** Null where there is none; a type is whatever a file says, also "constructor". */
export const ruleIn = (rules: Rules, type: string): LeftOutRule | null =>
  Object.hasOwn(rules, type) ? (rules[type] ?? null) : null;

/** The words of somebody in the text of one block: what a program put into it is taken out. */
export type Clean = (text: string) => string;
export const asItIs: Clean = (text) => text;

/** Null where the content is neither a text nor a list. `owner` names the kind of message in what is unknown. */
export function textIn(content: unknown, owner: string, blocks: Rules, output: Output, clean: Clean): string | null {
  if (typeof content === "string") return clean(content);
  if (!Array.isArray(content)) {
    output.unknown(`${owner} without content`);
    return null;
  }
  const texts: string[] = [];
  for (const block of content) {
    const text = typeof block === "string" ? block : textOfBlock(block, owner, blocks, output);
    const words = text === null ? "" : clean(text);
    if (words.trim() !== "") texts.push(words);
  }
  return texts.join("\n\n");
}

const textTypes = new Set(["text", "input_text", "output_text"]);

function textOfBlock(block: unknown, owner: string, blocks: Rules, output: Output): string | null {
  const { type, text } = asRecord(block) ?? {};
  const kind = typeof type === "string" ? type : "no type";
  const rule = ruleIn(blocks, kind);
  if (rule !== null) output.leftOut(rule);
  else if (textTypes.has(kind) && typeof text === "string") return text;
  else output.unknown(`${owner}/${kind}`);
  return null;
}
