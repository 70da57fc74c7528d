/** One chunk for the page, from both databases: its row, its neighbours, the question about it, and what failed. */

import { headOf } from "../core/points.ts";
import type { ChunkView } from "../page/detail.ts";
import { type Prompt, questionFor } from "../pipeline/prompt.ts";
import { type Described, openDescribed } from "../store/described.ts";
import { everything } from "../store/target.ts";
import { type ReadParts, readBoth } from "./open-to-read.ts";
import { type ShownAttempt, shown } from "./show-failure.ts";

/** What the page shows of a text, in code points: no chunk that somebody reads is longer. */
const contentMax = 100_000;
const excerptMax = 400;

const factNames = ["content_type", "source", "project", "conversation_id", "created_at", "source_file"] as const;
const texts = [
  ...(["summary", "intent", "epistemic_level", "version_scope", "debt_impact", "sentiment_label"] as const),
  ...(["enrichment_backend", "enrichment_model", "enrichment_version", "enriched_at"] as const),
] as const;
const lists = [
  ...(["tags", "primary_symbols", "resolved_queries", "key_facts", "external_deps", "sentiment_signals"] as const),
] as const;

export function readChunk(parts: ReadParts, id: string, prompt: Prompt): Promise<ChunkView | null> {
  return readBoth(parts, (opened) => {
    const row = openDescribed(opened.file).one(id);
    if (row === null) return null;
    const failure = shown(opened, id);
    const chunk = opened.target.chunkById(id, everything)?.chunk ?? null;
    const neighbours = chunk === null ? [] : opened.target.context(chunk);
    const question = chunk === null ? null : questionFor(prompt, chunk, neighbours).messages.at(-1)?.content;
    return {
      ...{ id, state: failure.state === "other" ? row.status : failure.state },
      facts: factNames.flatMap((name) => (row[name] === null ? [] : [[name.replaceAll("_", " "), row[name]] as const])),
      failure:
        failure.kind === null ? null : { kind: failure.kind, detail: failure.detail ?? "", retryAt: failure.retry_at },
      content: headOf(row.content, contentMax),
      neighbours: neighbours.map(({ id, position, content }) => ({
        id,
        position,
        excerpt: headOf(content, excerptMax),
      })),
      description: descriptionOf(row),
      ...{ question: question ?? null, promptVersion: prompt.version },
      attempts: failure.attempts.map(attemptOf).toReversed(),
    };
  });
}

function descriptionOf(row: Described): ChunkView["description"] {
  const numbers = [["importance", row.importance] as const, ["sentiment_score", row.sentiment_score] as const];
  return [
    ...texts.flatMap((name) => (row[name] === null ? [] : [[name, row[name]] as const])),
    ...numbers.flatMap(([name, n]) => (n === null ? [] : [[name, String(n)] as const])),
    ...lists.flatMap((name) => (row[name] === null ? [] : [[name, listOf(row[name])] as const])),
    ...(row.extra === null ? [] : [["extra", row.extra] as const]),
  ];
}

/** As it stands where it is no list: another program may have written it. */
export function listOf(json: string): string[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value.map(String) : [json];
  } catch {
    return [json];
  }
}

const attemptOf = (attempt: ShownAttempt): ChunkView["attempts"][number] => ({
  ...{ at: attempt.at, kind: attempt.kind, detail: attempt.detail, backend: attempt.backend, model: attempt.model },
  ...{ promptVersion: attempt.prompt_version, durationMs: attempt.duration_ms, raw: attempt.raw },
  ...{ tokensIn: attempt.tokens_in, tokensOut: attempt.tokens_out },
  question: attempt.question?.map(({ role, content }) => `${role}:\n${content}`).join("\n\n") ?? null,
});
