/** Names in code: what it defines and what it speaks of, line by line. It parses no language. Pure. */

/** What a line defines. Anchored at the line's start and bounded, so that no line is long to look at. */
const definitions: readonly RegExp[] = [
  /^[ \t]{0,8}(?:export )?(?:default )?(?:declare )?(?:abstract )?(?:async )?(?:function\*? ?|class |interface |enum |namespace )([\p{L}_$][\w$]*)/u,
  /^(?:export )?(?:declare )?type ([\p{L}_$][\w$]*)(?:<[^=]{1,80}>)? ?=/u,
  /^(?:export )?(?:const|let|var) ([\p{L}_$][\w$]*)(?: ?:[^=]{1,120})? ?=/u,
  /^[ \t]{0,12}(?:async )?def ([\p{L}_]\w*[?!]?)/u,
  /^class ([\p{L}_]\w*)/u,
  /^func (?:\([^)]{1,80}\) )?([\p{L}_]\w*)/u,
  /^type ([\p{L}_]\w*) (?:struct|interface|func|\w+)/u,
  /^[ \t]{0,12}(?:pub(?:\([^)]{1,20}\))? )?(?:default )?(?:const )?(?:async )?(?:unsafe )?(?:fn|struct|enum|trait|mod|macro_rules!) ([\p{L}_]\w*)/u,
  /^[ \t]{0,12}(?:@\w+ )?(?:(?:public|private|protected|internal|static|final|abstract|override|sealed|open|suspend|async|virtual) ){1,5}(?:class|interface|enum|record|func|fun|struct|object|void|[\w<>[\],.?]{1,60}) (\w+)/u,
  /^(?:static |inline |const |unsigned |extern ){0,4}[a-z]\w{1,40}(?: \*{0,2}|\*{1,2} ?)([a-z_]\w*)\([^;]{0,300}\) ?\{?$/,
  /^(?:function )?([a-zA-Z_][\w-]*) ?\(\) ?\{/,
  /^\s{0,8}CREATE (?:OR REPLACE )?(?:UNIQUE )?(?:VIRTUAL )?(?:TEMP(?:ORARY)? )?(?:TABLE|INDEX|VIEW|TRIGGER|FUNCTION)(?: IF NOT EXISTS)? ["`]?([\w.]{1,80})/i,
];
const keywords = new Set(
  "if else for while switch case return new delete typeof in of do try catch finally throw function class const let var async await default extends implements import export from public private protected static void int main self this super null true false none true undefined constructor get set struct enum type interface test describe it".split(
    " ",
  ),
);

export function definedIn(lines: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const line of lines) {
    for (const pattern of definitions) {
      // In a diff the line begins after its sign.
      const name = pattern.exec(line.replace(/^[+-](?=[\w \t])/, ""))?.[1];
      if (name === undefined || keywords.has(name.toLowerCase()) || name.length < 2 || name.length > 60) continue;
      names.add(name);
      break;
    }
    if (names.size >= 60) break;
  }
  return [...names];
}

/** camelCase, snake_case, CONSTANT_CASE, two-hump PascalCase, calls and file names: what no sentence holds by chance. */
const identifier =
  /(?<![\p{L}\p{N}_$@/.-])(?:_{0,2}[a-z]+(?:[A-Z][a-z0-9]*)+|_{0,2}[a-z][a-z0-9]*(?:_[a-z0-9]+)+|[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+|[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+|[a-zA-Z_]\w{2,40}(?=\(\)))(?![\p{L}\p{N}_])/gu;
const fileName =
  /(?<![\w@:/.-])(?:[\w@.-]{1,60}\/){0,8}[\w-][\w.-]{0,60}\.(?:tsx?|jsx?|mjs|cjs|py|rs|go|java|kt|swift|rb|php|cs|cpp|cc|c|h|sql|sh|json|jsonl|ya?ml|toml|md|html|css|vue|svelte|lock|db|plist)(?![\w/.-]*\w)/g;

/** Most frequent first, then in the order of their first place. */
export function namesIn(text: string, max: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const [name] of text.matchAll(identifier)) if (isName(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const [path] of text.matchAll(fileName)) counts.set(path, (counts.get(path) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, max)
    .map(([name]) => name);
}

/** Names of products look like names in code. */
const products =
  /^(?:JavaScript|TypeScript|GitHub|GitLab|YouTube|LinkedIn|MacBook|McDonald|PayPal|iPhone|iPad|iOS|macOS|npmjs|OpenAI|PostgreSQL|MongoDB|WebSockets?|DevTools|StackOverflow|VSCode|ChatGPT|NodeJS|GraphQL)$/;
const isName = (name: string): boolean =>
  name.length > 2 && name.length <= 60 && !products.test(name) && !keywords.has(name.toLowerCase());

const shellWords =
  /^(?:set|cd|echo|if|then|else|elif|fi|for|while|do|done|case|esac|export|local|return|exit|read|shift|source|test|printf|true|false|trap|function|and|or)$/;

/** The programs that a script runs, in their order. */
export function commandsIn(lines: readonly string[]): readonly string[] {
  const found = lines.flatMap((line) => /^\s*(?:[$>%] )?(?:sudo )?([a-z][\w.-]{1,30})(?= |$)/.exec(line)?.[1] ?? []);
  return [...new Set(found.filter((name) => !shellWords.test(name)))].slice(0, 20);
}
