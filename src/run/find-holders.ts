/** Who keeps us waiting, asked when patience ends: from the system's list of locks, else by `lsof`. It changes nothing. */

import { type Holder, holdersByProc, holdersInLsof, lsofCommand } from "../store/lock-holders.ts";
import { outputOf } from "../supervisor/child.ts";

/** `lsof` hangs on a network drive that is gone. */
const lsofMs = 3_000;

/** Empty where the system does not tell. */
export async function findHolders(path: string): Promise<readonly Holder[]> {
  return holdersByProc(path) ?? holdersInLsof((await outputOf(lsofCommand(path), lsofMs)) ?? "");
}
