/** What does not become a chunk, of a conversation or of a folder: the rules by name, each with the reason. Pure data. */

export const leftOutRules = {
  tool_output: "what a tool printed or read: long, repeated at each reading, and still where it came from",
  tool_call: "the name and the arguments of a tool's call: written for a program",
  thinking: "drafts that the answer replaced, and encrypted in part",
  attachment: "pictures, documents and other files: not text that somebody wrote here",
  base64: "encoded bytes inside a text; the text around them is kept",
  system_text:
    "what a program put into the conversation: reminders, the environment, instructions that each session repeats",
  slash_command: "a command to the program without words of its own",
  compact_summary: "the program's own retelling of what was said before, which is there already",
  sidechain: "what agents said to each other",
  meta: "messages that the program marked as not the user's",
  api_error: "an error that the program wrote down as an answer",
  other_branch: "what was edited or answered anew: not on the branch that was shown last",
  merge: "a merge commit with no words but git's own",
  repeated: "events that say once more what a message says",
  bookkeeping: "titles, snapshots, counts and progress: records that hold no message",
  binary: "a file that is no text",
  generated: "source code that says of itself that a program wrote it",
  minified: "source code in very long lines, which is the output of a tool",
  lockfile: "the versions that a package tool wrote down",
} as const satisfies Readonly<Record<string, string>>;

export type LeftOutRule = keyof typeof leftOutRules;
