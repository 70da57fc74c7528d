/** What `git log` says with the arguments below into pieces: a commit's message, and the files that it changed. */

import { withoutBlobs } from "./conversation/clean.ts";
import { partMax } from "./conversation/parts.ts";
import { cutText, ofParagraphs } from "./cut.ts";
import type { Output, Piece } from "./piece.ts";
import { timeOf } from "./time.ts";
import { createTokenReader, type TokenReader } from "./tokens.ts";

const gitSource = "git";

/**
 * The oldest first, so that a commit's position stays what it is when others follow. Everything that could start a
 * program, ask a server for what is missing in a partial clone, or depends on somebody's settings is off.
 */
export const gitLogArguments: readonly string[] = [
  ...["--no-pager", "-c", "log.showSignature=false", "-c", "core.fsmonitor=false", "log", "-z", "--reverse"],
  ...["--encoding=UTF-8", "--no-color", "--no-decorate", "--no-notes", "--no-mailmap", "--no-show-signature"],
  ...["--no-ext-diff", "--no-textconv", "--no-renames", "--diff-merges=off", "--name-status"],
  "--format=%H%x00%aI%x00%an%x00%P%x00%B",
];
export const gitEnvironment: Readonly<Record<string, string>> = {
  ...{ LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", GIT_NO_LAZY_FETCH: "1" },
};

const tokenMax = 2 ** 20;
const filesShown = 30;
const hash = /^[0-9a-f]{40,64}$/;
const status = /^\n?([A-Z])\d*$/;
/** What git and the hosts of repositories write when nobody writes anything. */
const mergeAlone = /^Merge (?:branch|branches|commit|commits|remote-tracking branch|tag|pull request) [^\n]*\s*$/;

interface Commit {
  readonly hash: string;
  /** The fields of its head as they come: time, author, parents, message. */
  readonly head: string[];
  readonly files: string[];
  filesTotal: number;
  /** The letter of the file that comes next. */
  letter: string | null;
}

export function createGitReader(output: Output): TokenReader {
  let commit: Commit | null = null;
  let position = 0;
  let first: string | null = null;

  function take(token: string): void {
    if (commit === null || (commit.head.length === 4 && commit.letter === null && hash.test(token))) begin(token);
    else if (commit.head.length < 4) commit.head.push(token);
    else if (commit.letter === null) commit.letter = status.exec(token)?.[1] ?? null;
    else addFile(commit, token);
  }

  function begin(token: string): void {
    release();
    first ??= token;
    commit = { hash: token, head: [], files: [], filesTotal: 0, letter: null };
  }

  function release(): void {
    if (commit === null) return;
    const [time = "", author = "", parents = "", message = ""] = commit.head;
    if (parents.includes(" ") && mergeAlone.test(message)) output.leftOut("merge");
    else for (const piece of piecesOf(commit, { time, author, message })) output.piece(piece);
    commit = null;
  }

  function piecesOf(
    { hash: id, files, filesTotal }: Commit,
    head: Readonly<Record<"time" | "author" | "message", string>>,
  ): Piece[] {
    const more = filesTotal > files.length ? [`… and ${filesTotal - files.length} more`] : [];
    const list = filesTotal === 0 ? "" : `\n\nChanged files:\n${[...files, ...more].join("\n")}`;
    const text = `${withoutBlobs(head.message, output.leftOut).trim()}${list}`.trim();
    const author = head.author.trim();
    return (text === "" ? [] : cutText(text, partMax, ofParagraphs)).map((part, at): Piece => {
      const own = {
        id: at === 0 ? id : `${id}:${at + 1}`,
        position: position++,
        contentType: "commit",
        language: null,
      };
      const whole = { createdAt: timeOf(head.time), source: gitSource, project: null, conversationId: first };
      const metadata = { commit: id, files: filesTotal };
      const fields = { ...own, ...whole, sender: author === "" ? null : author, metadata };
      return { text: part.trim(), line: null, lineEnd: null, headings: [], fields };
    });
  }

  const tokens = createTokenReader(tokenMax, take);
  return {
    write: tokens.write,
    end: () => {
      tokens.end();
      release();
    },
  };
}

function addFile(commit: Commit, name: string): void {
  if (commit.files.length < filesShown) commit.files.push(`${commit.letter} ${name.replaceAll("\n", "?")}`);
  commit.filesTotal++;
  commit.letter = null;
}
