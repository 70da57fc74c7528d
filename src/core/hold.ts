/** How long others may be kept from their database: rows in a transaction, by what the last one held its lock for. Pure. */

/** Never more in one transaction: others wait for its lock (facts on BrainLayer's writers). */
const rowsMax = 5;
/**
 * What a transaction may hold the lock for, in milliseconds; the number of rows follows from what they cost. Far below
 * the 5 ms that are promised: on a BrainLayer database every so many rows set off a merge of its full-text index, and
 * the more rows the transaction has, the longer that one is.
 */
const holdMs = 1;

/** For the next transaction, after one of `written` rows that held the lock for `heldMs`. */
export const rowsAfter = (written: number, heldMs: number): number =>
  Math.min(rowsMax, Math.max(1, Math.floor((holdMs * written) / heldMs)));
