/** What `stats` says of each backend: its breaker, its last failure, how often its server was started anew. It only reads. */

import type { Connection } from "../store/database.ts";
import { type LatestRun, lastFailures, restartsIn } from "../store/history.ts";

export interface BackendStats {
  readonly name: string;
  readonly state: string;
  readonly last_failure: { readonly kind: string; readonly detail: string; readonly at: string } | null;
  /** Servers of ours that were started again, in the latest run. */
  readonly restarts: number;
}

export function backendStats({ db }: Connection, run: LatestRun | null): BackendStats[] {
  const failures = new Map(lastFailures(db).map((failure) => [failure.backend, failure]));
  const restarts = run === null ? new Map<string, number>() : restartsIn(db, run.id);
  const states = run?.backendStates ?? new Map<string, string>();
  const answered = run?.answeredBy.map(({ backend }) => backend) ?? [];
  const names = new Set([...(run === null ? [] : [run.backend]), ...answered, ...states.keys(), ...failures.keys()]);
  return [...names].map((name) => {
    const last = failures.get(name);
    return {
      name,
      state: states.get(name) ?? "closed",
      last_failure:
        last === undefined ? null : { kind: last.kind, detail: last.detail, at: new Date(last.atMs).toISOString() },
      restarts: restarts.get(name) ?? 0,
    };
  });
}
