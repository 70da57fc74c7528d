/** The code that a system's error carries. Pure. */

/** `ENOENT`, `SQLITE_BUSY`; "" where there is none. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";
