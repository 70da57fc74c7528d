/** Numbers, times and shares as the page writes them: with the exact value at hand, and in a width that does not jump. */
/** @jsxImportSource hono/jsx */

const number = new Intl.NumberFormat("en-US");

export const Num = ({ n }: { n: number | null | undefined }) => (
  <span class="num">{n === null || n === undefined ? "–" : number.format(n)}</span>
);

/** Relative, with the moment itself on hover; the script in the page keeps it current. */
export const Time = ({ at, nowMs }: { at: string; nowMs: number }) => (
  <time datetime={at} title={at}>
    {ago(nowMs - Date.parse(at))}
  </time>
);

export function ago(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 1) return "now";
  return `${span(seconds)} ago`;
}

/** The largest unit, and the next below an hour and a day. */
export function span(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export const ms = (value: number | null): string =>
  value === null ? "–" : value < 10_000 ? `${number.format(Math.round(value))} ms` : span(Math.round(value / 1_000));

/** A share with its bar; the bar is for the eye only, the number says it all. */
const Share = ({ of, n }: { of: number; n: number }) => {
  const share = of === 0 ? 0 : n / of;
  return (
    <span class="share">
      <meter min={0} max={1} value={Number(share.toFixed(4))} aria-hidden="true" />
      <span class="num">{`${(share * 100).toFixed(1)} %`}</span>
    </span>
  );
};

export const ShareHead = ({ head }: { head: string }) => (
  <thead>
    <tr>
      <th scope="col">{head}</th>
      <th scope="col" class="right">
        Chunks
      </th>
      <th scope="col">Share</th>
    </tr>
  </thead>
);

export const ShareRow = ({ name, link, n, whole }: { name: string; link: string | null; n: number; whole: number }) => (
  <tr>
    <th scope="row">{link === null ? name : <a href={link}>{name || "(none)"}</a>}</th>
    <td class="right">
      <Num n={n} />
    </td>
    <td>
      <Share of={whole} n={n} />
    </td>
  </tr>
);

export const ChunkLink = ({ id }: { id: string }) => <a href={`/chunks/${encodeURIComponent(id)}`}>{id}</a>;

/** Counts by name, the largest first; `link` makes a name lead to its chunks. */
export const CountTable = (parts: {
  caption: string;
  head: string;
  entries: readonly (readonly [name: string, n: number])[];
  whole: number;
  link?: (name: string) => string;
}) => {
  const { caption, head, entries, whole, link } = parts;
  if (entries.length === 0) return <p class="empty">Nothing yet.</p>;
  return (
    <table>
      <caption>{caption}</caption>
      <ShareHead head={head} />
      <tbody>
        {entries.map(([name, n]) => (
          <ShareRow name={name} link={link?.(name) ?? null} n={n} whole={whole} />
        ))}
      </tbody>
    </table>
  );
};
