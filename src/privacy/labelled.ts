/** Secrets that are known by what stands before them: a label, a header, the user name in an address. Pure. */

export interface Labelled {
  readonly kind: string;
  readonly hints: readonly string[];
  /** Groups: `keep` stays, `value` may be the secret, `after` stays. */
  readonly pattern: RegExp;
  readonly isSecret: (value: string) => boolean;
}

const quote = "[\"'`]";
const ofPasswords = "passw(?:or)?d|passphrase|passwd|passcode|pwd";
const ofKeys =
  "secret|token|credential|(?:api|access|account|auth|private|encryption|signing|master|shared|storage|license)[_ -]?key|apikey";
const assigned = `[\\w.-]{0,40}${quote}?\\s{0,4}(?::=|=>|[:=])\\s{0,4}`;

export const labelled: readonly Labelled[] = [
  {
    kind: "connection",
    hints: ["://"],
    // In the address of a database nothing but a space ends the password before the last @.
    pattern:
      /(?<keep>\b(?:postgres(?:ql)?|mysqlx?|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|sqlserver|clickhouse|nats|kafka|ldaps?|smtps?|imaps?):\/\/[^\s:/@"'`<>]{0,100}:)(?<value>[^\s"'`<>]{1,200})(?<after>@)/gi,
    isSecret: (value) => !isPlaceholder(value),
  },
  {
    kind: "connection",
    hints: ["://"],
    pattern: /(?<keep>:\/\/[^\s:/@"'`<>]{0,100}:)(?<value>[^\s/@"'`<>]{1,200})(?<after>@)/g,
    isSecret: (value) => !isPlaceholder(value),
  },
  {
    kind: "authorization",
    hints: ["authorization", "bearer", "x-api-key"],
    pattern: new RegExp(
      `(?<keep>(?:authorization|x-api-key|x-auth-token)${quote}?\\s{0,4}[:=]\\s{0,4}${quote}?(?:(?:basic|bearer|token|digest)\\s{1,4})?|\\bbearer\\s{1,4})(?<value>[\\w.~+/=-]{8,})(?<after>)`,
      "gi",
    ),
    isSecret: (value) => !isPlaceholder(value) && value.length >= 8 && isMixed(value),
  },
  {
    kind: "assignment",
    hints: ["pass", "pwd"],
    pattern: new RegExp(
      `(?<keep>(?:${ofPasswords})${assigned}(?<q>${quote}))(?<value>[^"'\`\\n]{6,200})(?<after>\\k<q>|$)`,
      "gi",
    ),
    isSecret: (value) => !isPlaceholder(value) && (isMixed(value) || (value.length >= 12 && entropyOf(value) >= 3.3)),
  },
  {
    kind: "assignment",
    hints: ["pass", "pwd"],
    pattern: new RegExp(
      `(?<keep>(?:${ofPasswords})(?:${assigned}|\\s{1,4}(?:is|was)\\s{1,4}${quote}))(?<value>[^\\s"'\`,;<>(){}[\\]]{6,200})(?<after>)`,
      "gi",
    ),
    isSecret: (value) => !isPlaceholder(value) && isMixed(value) && !isPath(value),
  },
  {
    kind: "assignment",
    hints: ["secret", "token", "credential", "key"],
    pattern: new RegExp(
      `(?<keep>(?:${ofKeys})${assigned}${quote}?)(?<value>[^\\s"'\`,;<>(){}[\\]]{12,400})(?<after>)`,
      "gi",
    ),
    isSecret: (value) => !isPlaceholder(value) && isMixed(value) && !isPath(value) && entropyOf(value) >= 3,
  },
];

/** Words that stand for a secret in examples, and expressions that name where it comes from. */
const placeholder =
  /^(?:\[redacted|<|\$|%|\{|\*+$|x{3,}$|\.{3}|…|pass(?:word|wd|phrase)?$|secret$|changeme$|example|your[_-]|my[_-]?(?:pass|secret|token|key)|dummy|test$|null$|none$|undefined$|true$|false$|string$|required$|process\.env|os\.environ|env\.|self\.|this\.|config\.|settings\.)|placeholder|redacted/i;

const isPlaceholder = (value: string): boolean => placeholder.test(value);

/** Letters and digits, or letters and signs that no plain word has: not a word, a name, a number or a date. */
const isMixed = (value: string): boolean => /[A-Za-z]/.test(value) && /[\d!#$%^&*+=~?]/.test(value);

/** Places of files and of the web have digits too, and names with dots between are code. */
const isPath = (value: string): boolean =>
  /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\|https?:|file:)/.test(value) || /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/.test(value);

/** Bits for each sign, by how often it occurs in the value (Shannon). */
function entropyOf(value: string): number {
  const counts = new Map<string, number>();
  for (const sign of value) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return [...counts.values()].reduce((sum, n) => sum - (n / value.length) * Math.log2(n / value.length), 0);
}
