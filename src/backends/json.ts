/** Reads foreign JSON without trusting its shape: every access may find nothing. Pure. */

/** Undefined for what is not JSON. */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

export const field = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;

/** The first of a list; undefined for anything else. */
export const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined);

/** A string with something in it, else null. */
export const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** A whole number from 0 up, else 0: what a server counts wrongly is not worth a failure. */
export const count = (value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) && value > 0 ? Math.floor(value) : 0;
