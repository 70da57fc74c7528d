/** All that the rules find wrong with one answer. Pure. */

import type { Enrichment } from "../../core/enrichment.ts";
import type { Fault, History } from "./rule.ts";
import { rules } from "./rules.ts";
import type { Subject } from "./subject.ts";

export function faultsOf(enrichment: Enrichment, subject: Subject, history: History = []): Fault[] {
  return rules.flatMap((rule) => {
    const found = rule.check(enrichment, subject, history);
    return found === null ? [] : [{ rule, found }];
  });
}
