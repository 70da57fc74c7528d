/** The backends: how each stands, what happened to it, and our model servers with the end of their logs. */
/** @jsxImportSource hono/jsx */

import { size } from "../../core/format.ts";
import type { BackendsView } from "../detail.ts";
import type { View } from "./layout.tsx";
import { Num, Time } from "./words.tsx";

export const backendsView = (said: BackendsView, nowMs: number): View => ({
  ...{ title: "Backends", tab: "/backends" },
  sections: [
    { id: "backends", title: "Now", body: <Backends said={said} nowMs={nowMs} /> },
    { id: "servers", title: "Model servers of ours", body: <Servers said={said} /> },
    { id: "happened", title: "What happened", body: <Happened said={said} nowMs={nowMs} /> },
  ],
});

const states: Readonly<Record<string, string>> = {
  ...{ closed: "asked", open: "paused after faults", "half-open": "tried out", "given-up": "given up" },
};

const Backends = ({ said: { backends, model }, nowMs }: { said: BackendsView; nowMs: number }) => {
  if (backends.length === 0)
    return (
      <p class="empty">
        No backend was asked yet: <code>enrichd run</code> finds one, <code>enrichd doctor</code> says which there are.
      </p>
    );
  return (
    <table>
      <caption>{model === null ? "" : `Model of the latest run: ${model}`}</caption>
      <thead>
        <tr>
          <th scope="col">Backend</th>
          <th scope="col">State</th>
          <th scope="col" class="right">
            Restarts
          </th>
          <th scope="col">Last failure</th>
        </tr>
      </thead>
      <tbody>
        {backends.map(({ name, state, last_failure: last, restarts }) => (
          <tr>
            <th scope="row">{name}</th>
            <td>{states[state] ?? state}</td>
            <td class="right">
              <Num n={restarts} />
            </td>
            <td>
              {last === null ? (
                "none"
              ) : (
                <>
                  {last.kind} <Time at={last.at} nowMs={nowMs} />: {last.detail}
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const Servers = ({ said: { servers } }: { said: BackendsView }) => {
  if (servers.length === 0) return <p class="empty">None of ours runs; servers that others run are left alone.</p>;
  return (
    <>
      {servers.map(({ command, model, port, pid, memoryBytes, log, tail }) => (
        <article class="attempt">
          <h3>{model}</h3>
          <p class="meta">
            <span>{pid === null ? "does not run" : `pid ${pid}`}</span>
            <span>port {port}</span>
            {memoryBytes === null ? null : <span>{size(memoryBytes)} of memory</span>}
            <span>
              <code>{command}</code>
            </span>
          </p>
          <details>
            <summary>The end of its log</summary>
            <p class="basis">
              <code>{log}</code>
            </p>
            <pre tabindex={0}>{tail.length === 0 ? "It is empty." : tail.join("\n")}</pre>
          </details>
        </article>
      ))}
    </>
  );
};

const Happened = ({ said: { events }, nowMs }: { said: BackendsView; nowMs: number }) => {
  if (events.length === 0) return <p class="empty">Nothing out of the ordinary.</p>;
  return (
    <ul class="events">
      {events.map(({ at, text }) => (
        <li>
          <Time at={at} nowMs={nowMs} /> {text}
        </li>
      ))}
    </ul>
  );
};
