/** One chunk: its text and neighbours, what was written about it, what was asked, and each attempt that gave nothing. */
/** @jsxImportSource hono/jsx */

import type { AttemptView, ChunkView, NeighbourView } from "../detail.ts";
import type { View } from "./layout.tsx";
import { ChunkLink, ms, Num, Time } from "./words.tsx";

export function chunkView(chunk: ChunkView, nowMs: number): View {
  const { description, attempts, question } = chunk;
  return {
    ...{ title: `Chunk ${chunk.id}`, tab: "/chunks" },
    sections: [
      { id: "state", title: "State", body: <State chunk={chunk} nowMs={nowMs} /> },
      { id: "text", title: "Text", body: <pre tabindex={0}>{chunk.content}</pre> },
      ...(chunk.neighbours.length === 0
        ? []
        : [{ id: "context", title: "Context", body: <Neighbours neighbours={chunk.neighbours} /> }]),
      {
        ...{ id: "description", title: "Description" },
        body:
          description.length === 0 ? (
            <p class="empty">Nobody has described it yet.</p>
          ) : (
            <Description rows={description} />
          ),
      },
      ...(question === null
        ? []
        : [
            {
              id: "question",
              title: "Question, as it is sent",
              body: <Question question={question} version={chunk.promptVersion} />,
            },
          ]),
      {
        ...{ id: "attempts", title: "Attempts that gave nothing" },
        body:
          attempts.length === 0 ? (
            <p class="empty">None is known.</p>
          ) : (
            attempts.map((attempt) => <Attempt attempt={attempt} nowMs={nowMs} />)
          ),
      },
    ],
  };
}

const State = ({ chunk, nowMs }: { chunk: ChunkView; nowMs: number }) => (
  <>
    <p class="meta">
      <span class={`state ${chunk.state}`}>{chunk.state.replace("_", " ")}</span>
      {chunk.facts.map(([name, value]) => (
        <span class="word">
          {name}: {value}
        </span>
      ))}
    </p>
    {chunk.failure === null ? null : (
      <p>
        {chunk.failure.kind}: {chunk.failure.detail}
        {chunk.failure.retryAt === null ? null : (
          <>
            , another try <Time at={chunk.failure.retryAt} nowMs={nowMs} />
          </>
        )}
      </p>
    )}
    {chunk.state === "quarantined" || chunk.state === "waiting" ? (
      <div class="actions">
        <button type="button" data-action="retry" data-with={JSON.stringify({ ids: [chunk.id] })}>
          Retry this chunk
        </button>
      </div>
    ) : null}
  </>
);

const Neighbours = ({ neighbours }: { neighbours: readonly NeighbourView[] }) => (
  <ol class="chunks">
    {neighbours.map(({ id, position, excerpt }) => (
      <li>
        <p class="meta">
          <ChunkLink id={id} /> position <Num n={position} />
        </p>
        <p class="excerpt">{excerpt}</p>
      </li>
    ))}
  </ol>
);

const Description = ({ rows }: { rows: ChunkView["description"] }) => (
  <dl class="description">
    {rows.map(([name, value]) => (
      <div>
        <dt>{name.replaceAll("_", " ")}</dt>
        <dd>
          {typeof value === "string" ? (
            value
          ) : (
            <ul>
              {value.map((item) => (
                <li>{item}</li>
              ))}
            </ul>
          )}
        </dd>
      </div>
    ))}
  </dl>
);

const Question = ({ question, version }: { question: string; version: string }) => (
  <details>
    <summary>With the instructions of {version} before it</summary>
    <pre tabindex={0}>{question}</pre>
  </details>
);

const Attempt = ({ attempt, nowMs }: { attempt: AttemptView; nowMs: number }) => (
  <article class="attempt">
    <h3>
      {attempt.kind} <Time at={attempt.at} nowMs={nowMs} />
    </h3>
    <p>{attempt.detail}</p>
    <p class="meta">
      <span>
        {attempt.backend} ({attempt.model}), prompt {attempt.promptVersion}
      </span>
      <span>{ms(attempt.durationMs)}</span>
      <span>
        <Num n={attempt.tokensIn} /> tokens in, <Num n={attempt.tokensOut} /> out
      </span>
    </p>
    {attempt.raw === null ? null : (
      <details>
        <summary>What came back</summary>
        <pre tabindex={0}>{attempt.raw}</pre>
      </details>
    )}
    {attempt.question === null ? null : (
      <details>
        <summary>What was asked</summary>
        <pre tabindex={0}>{attempt.question}</pre>
      </details>
    )}
  </article>
);
