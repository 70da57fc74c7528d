/** Texts as words for comparison: without case, signs and inflections, in any script. Pure. */

import { stemmer } from "stemmer";

/** A language without spaces is compared by its characters. */
const word = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]|[\p{L}\p{M}\p{N}]+/gu;

export const wordsOf = (text: string): string[] => (text.normalize("NFKC").toLowerCase().match(word) ?? []).map(stem);

/** As the ROUGE scripts do: Porter's stems of words of more than three letters. */
const stem = (word: string): string => (word.length > 3 && /^[a-z]+$/.test(word) ? stemmer(word) : word);

/** "connection-pools" and "Connection pool" are one tag. */
export const tagKey = (tag: string): string => wordsOf(tag.replaceAll("_", " ")).join(" ");

/** Of names, only the case is nothing to go by. */
export const nameKey = (name: string): string => name.normalize("NFKC").trim().toLowerCase();
