/** Our values as JSON has them: `tokensIn` is `tokens_in` there, and the moment `takenAtMs` is `taken_at`, in ISO 8601. Pure. */

/** Of names that are ours; whatever may have names of people's own is passed on by itself. */
export function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => entryOf(key, inner)));
}

/** Milliseconds since 1970, and not of a duration. */
const moment = /^(?:at|from|to|since|.*At)Ms$/;

function entryOf(key: string, value: unknown): [string, unknown] {
  if (!moment.test(key)) return [snake(key), snakeKeys(value)];
  return [snake(key.slice(0, -"Ms".length)), typeof value === "number" ? new Date(value).toISOString() : value];
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
