/** Times as other programs write them, as ISO 8601 in UTC. Pure. */

/** Null for what is no time. A number is seconds, or milliseconds where seconds would be far in the future. */
export function timeOf(value: unknown): string | null {
  const ms =
    typeof value === "string"
      ? isoMs(value)
      : typeof value === "number"
        ? value * (Math.abs(value) < 1e11 ? 1_000 : 1)
        : Number.NaN;
  const time = new Date(ms);
  const year = time.getUTCFullYear();
  return year >= 1_000 && year <= 9_999 ? time.toISOString() : null;
}

/** A time without a zone is UTC, as BrainLayer writes it; Date.parse would take this machine's zone, and takes words. */
function isoMs(text: string): number {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text);
  if (match === null) return Number.NaN;
  const [, day = "", time = "00:00", zone = "Z"] = match;
  return Date.parse(`${day}T${time}${zone}`);
}
