/**
 * Guards against a server that mixes its questions up, as batching servers have done: a reply that names the code of
 * another question is thrown away, for it would be stored as the description of the wrong chunk.
 */

import type { Backend, Question } from "../backends/backend.ts";
import { failed } from "../core/failure.ts";

/** The codes of this many questions are remembered: those in flight, and those a slow server may still be busy with. */
const codesMax = 1_024;
/** The code that the prompt gave a question; a question of another form has none. */
const framed = /<chunk-([0-9a-f]{8})>/;
/** Whole runs of such digits, of which a code is one of eight: a look to both sides costs twice as much. */
const runs = /[0-9a-f]{8,}/g;

/** One for a run: its backends may ask the same server. `onFound` is told of each reply that was thrown away. */
export function crossTalkGuard(onFound: (backend: string) => void): (backend: Backend) => Backend {
  const asked = new Set<string>();
  const row: string[] = [];
  let next = 0;

  function remember(question: Question): string | null {
    const [, code] = framed.exec(question.messages.at(1)?.content ?? "") ?? [];
    if (code === undefined) return null;
    // The same question again, as its repair: its place in the row is taken already.
    if (asked.has(code)) return code;
    const oldest = row[next];
    if (oldest !== undefined) asked.delete(oldest);
    asked.add(code);
    row[next] = code;
    next = (next + 1) % codesMax;
    return code;
  }

  /** A code that stands in the question itself may be repeated, whoever else has it. */
  function foreignIn(text: string, question: Question, own: string): string | undefined {
    const found = text.match(runs)?.find((run) => run.length === 8 && run !== own && asked.has(run));
    return found === undefined || question.messages.at(1)?.content.includes(found) ? undefined : found;
  }

  return (backend) => ({
    name: backend.name,
    get model() {
      return backend.model;
    },
    pinnedModel: backend.pinnedModel,
    probe: backend.probe,
    ...(backend.isReady === undefined ? {} : { isReady: backend.isReady }),
    ask: async (question, options) => {
      const own = remember(question);
      const reply = await backend.ask(question, options);
      if (!reply.ok || own === null) return reply;
      const foreign = foreignIn(reply.value.text, question, own);
      if (foreign === undefined) return reply;
      onFound(backend.name);
      const detail = `the reply is to another question: it names ${foreign}, and this one is ${own}`;
      return failed({ kind: "unusable_reply", reason: "foreign", detail, raw: reply.value.text });
    },
  });
}
