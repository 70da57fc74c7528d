/** What each figure gives: its tables, with the words that they need. */

export interface Figure {
  /** How it is chosen on the command line. */
  readonly name: string;
  readonly title: string;
  /** `say` tells of the progress, on standard error. */
  readonly take: (say: (line: string) => void) => Promise<string>;
}
