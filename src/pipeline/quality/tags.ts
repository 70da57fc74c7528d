/** Tags that help nobody to find a text: words that fit every text, and words that have nothing to do with this one. Pure. */

import { stemmer } from "stemmer";
import type { Subject } from "./subject.ts";

/** Kinds of text and of work, the words of the instructions, and placeholders: true of anything. */
const generic = new Set(
  (
    "ai answer answers application article assistant chat chunk chunks code coding comment comments computer computing " +
    "content context conversation conversations data default demo description detail details dev developer developers " +
    "development dialogue discussion discussions doc document documentation documents english entry example examples " +
    "explanation file files general guide help info information input issue issues item items keyword keywords language " +
    "line log logs message messages misc miscellaneous n/a none note notes other output paragraph person problem " +
    "programming project projects prompt question questions reply request response result results search section sentence " +
    "snippet software solution source string subject summary system tag task tasks tech technical technology " +
    "text texts thing things tip tips todo tool tools topic topics tutorial unknown update updates usage user users " +
    "various work"
  ).split(" "),
);
const placeholder = /^(?:tag|topic|keyword|word|label|item)[ _-]?(?:\d+|one|two|three|[a-c])$/;

/** Fewer may be guesses from what the text means. */
const tagsMin = 3;
/** In UTF-16 units: of a short text the tags may say what its words do not. */
const textMin = 200;
/** So much of a word in common is a common root, or may be: a doubt is for the tag. */
const rootLength = 4;

export function genericTags(tags: readonly string[]): string | null {
  if (tags.length === 0 || !tags.every(isGeneric)) return null;
  return tags.slice(0, 4).join(", ");
}

function isGeneric(tag: string): boolean {
  if (placeholder.test(tag)) return true;
  return tag.split(/[\s_-]+/).every((word) => generic.has(word));
}

/** Only where the text is English, as most tags are in any language: elsewhere they may be translations. */
export function unrelatedTags(tags: readonly string[], subject: Subject): string | null {
  if (tags.length < tagsMin || subject.text.length < textMin) return null;
  if (tags.some((tag) => isRelated(tag, subject)) || subject.language !== "English") return null;
  return tags.slice(0, 4).join(", ");
}

function isRelated(tag: string, { lower }: Subject): boolean {
  if (lower.includes(tag)) return true;
  const words = tag.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  // Signs of other scripts have roots that we do not know.
  if (words.length === 0 || !words.every((word) => /^[\w]+$/.test(word))) return true;
  const initials = words.map((word) => word.charAt(0)).join("");
  return (words.length > 1 && hasWord(lower, initials)) || words.some((word) => isWordRelated(word, lower));
}

function isWordRelated(word: string, lower: string): boolean {
  if (word.length < rootLength) return hasWord(lower, word);
  return lower.includes(word.slice(0, rootLength)) || lower.includes(stemmer(word));
}

function hasWord(lower: string, word: string): boolean {
  for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1))
    if (!isWordSign(lower, at - 1) && !isWordSign(lower, at + word.length)) return true;
  return false;
}

const isWordSign = (text: string, at: number): boolean => /[a-z0-9]/.test(text.charAt(at));
