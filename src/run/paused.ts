/** What people read where somebody has paused all runs, and how that is taken back: on the page, for no command does it. Pure. */

import { actionNames } from "../page/actions.ts";

export const howToResume = `enrichd serve, then "${actionNames.resume}" on its page`;

export const pausedBy = (askedBy: string, since: string): string => `by ${askedBy} since ${since}`;
