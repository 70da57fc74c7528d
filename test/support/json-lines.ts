/** What a command prints as JSON, line by line. */

/** Every line must be JSON; of nothing there is none. */
export const jsonLines = (text: string) =>
  text === ""
    ? []
    : text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
