/** The quality gate between a reply and the journal: holds each to the rules, and remembers what a model has said before. */

import type { QualityMode } from "../../core/choices.ts";
import type { Enrichment } from "../../core/enrichment.ts";
import { type Author, type Judge, takeAll } from "../ask.ts";
import { faultsOf } from "./faults.ts";
import { windowSize } from "./importance.ts";
import type { Fault } from "./rule.ts";
import { type Subject, subjectOf } from "./subject.ts";
import { occursIn } from "./symbols.ts";

/** It takes sentences of the text itself, on purpose, and would give the same answer again. */
const unjudged = "lexical";

/** What one model said of late. */
interface Memory {
  importances: number[];
  /** Replies since one was sent back for its importance. */
  sinceSentBack: number;
}

export function createJudge(mode: QualityMode): Judge {
  if (mode === "off") return takeAll;
  const memories = new Map<string, Memory>();
  return (said, question, author) => {
    if (author.backend === unjudged) return takeAll(said, question, author);
    const memory = memoryOf(memories, author);
    const [system] = question.messages;
    const subject = subjectOf(question.text, system?.role === "system" ? system.content : "");
    const faults = faultsOf(said, subject, memory.importances);
    memory.importances = [...memory.importances, said.importance].slice(-windowSize);
    // A model that has but one importance would else be asked twice about every chunk.
    const reminds = memory.sinceSentBack >= windowSize;
    memory.sinceSentBack = reminds && faults.some(isConstant) ? 0 : memory.sinceSentBack + 1;
    const wrong = faults.filter((fault) => reminds || !isConstant(fault));
    return {
      enrichment: withoutInvented(said, subject),
      marks: faults.map(({ rule }) => rule.name),
      sendBack: wrong.length === 0 ? null : { detail: detailOf(wrong), otherwise: otherwiseOf(wrong, mode) },
    };
  };
}

const isConstant = ({ rule }: Fault): boolean => rule.name === "importance_constant";

function memoryOf(memories: Map<string, Memory>, { backend, model }: Author): Memory {
  const key = `${backend}\n${model}`;
  const memory = memories.get(key) ?? { importances: [], sinceSentBack: windowSize };
  memories.set(key, memory);
  return memory;
}

const detailOf = (faults: readonly Fault[]): string => faults.map(({ rule, found }) => rule.words(found)).join("; ");

const otherwiseOf = (faults: readonly Fault[], mode: "strict" | "mark"): "accept" | "fail" =>
  faults.some(({ rule }) => (mode === "strict" ? rule.strict : rule.policy) === "fail") ? "fail" : "accept";

/** A name that does not stand in the text leads nobody to it. */
function withoutInvented(said: Enrichment, subject: Subject): Enrichment {
  const found = said.primary_symbols.filter((symbol) => occursIn(symbol, subject));
  return found.length === said.primary_symbols.length ? said : { ...said, primary_symbols: found };
}
