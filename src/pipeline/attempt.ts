/** What is kept of each question, as the journal takes it. Pure. */

import type { Question, Usage } from "../backends/backend.ts";
import type { Attempt, FailedAttempt } from "../store/answers.ts";
import type { Tried } from "./ask.ts";

/** Which run asked about which content, and whom. */
export type Whose = Pick<Attempt, "runId" | "hash" | "backend">;

export function attemptOf(whose: Whose, { spent, endedAtMs }: Tried): Attempt {
  const { model, durationMs, firstTokenMs, usage } = spent;
  return { ...whose, atMs: endedAtMs, model, durationMs, firstTokenMs, ...tokensOf(usage) };
}

export function failedOf(whose: Whose, tried: readonly Tried[]): FailedAttempt[] {
  return tried.flatMap((one) => {
    const { failure, question } = one;
    return failure === null ? [] : [{ ...attemptOf(whose, one), failure, question: shownOf(question) }];
  });
}

/** What was said after the instructions, which the prompt's version names. */
const shownOf = ({ messages }: Question): string => JSON.stringify(messages.filter(({ role }) => role !== "system"));

export const tokensOf = (usage: Usage | null) => ({
  tokensIn: usage?.tokensIn ?? null,
  tokensOut: usage?.tokensOut ?? null,
  tokensCached: usage?.tokensCached ?? null,
});
