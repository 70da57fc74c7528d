/** Which programming language code is written in, by what only that language writes. Pure. */

export interface Language {
  readonly name: string;
  readonly tag: string;
}

interface Known extends Language {
  readonly fences: readonly string[];
  readonly cues: readonly RegExp[];
}

const known: readonly Known[] = [
  {
    name: "TypeScript",
    tag: "typescript",
    fences: ["ts", "tsx", "typescript", "mts"],
    cues: [
      /^(?:export )?(?:interface \w+ \{|type \w+(?:<\w+>)? =)/m,
      /\b(?:readonly|import type|as const|satisfies)\b/,
      /[\w)?]: (?:string|number|boolean|unknown|void|Promise<|readonly |Record<)/,
      /\bfunction \w+\([^)\n]{0,200}\w\??: /,
    ],
  },
  {
    name: "JavaScript",
    tag: "javascript",
    fences: ["js", "jsx", "javascript", "mjs", "cjs", "node"],
    cues: [
      /\b(?:const|let|var) [\w${}[\], ]{1,80} = /,
      /\brequire\(["']|module\.exports|^export (?:default|const|function)|\bfrom ["']/m,
      /=> ?[{(]|\bfunction\b ?\w*\(/,
    ],
  },
  {
    name: "Python",
    tag: "python",
    fences: ["py", "python", "python3"],
    cues: [
      /^[ \t]*(?:async )?def \w+\([^\n]{0,300}:[ \t]*$/m,
      /^(?:from [\w.]+ import |import [\w.]+(?: as \w+)?$)/m,
      /\b(?:self\.|elif |__name__|None\b|True\b|except \w+)/,
      /^[ \t]*class \w+[^\n{]{0,100}:[ \t]*$/m,
    ],
  },
  {
    name: "Rust",
    tag: "rust",
    fences: ["rs", "rust"],
    cues: [
      /\bfn \w+[<(]/,
      /\blet mut \b|\bimpl\b|&mut |&str\b|\bmatch \w+ \{/,
      /^(?:pub )?(?:struct|enum|trait|mod|use) /m,
      /->|::\w/,
    ],
  },
  {
    name: "Go",
    tag: "go",
    fences: ["go", "golang"],
    cues: [/^package \w+$/m, /^func (?:\([^)\n]{1,80}\) )?\w+\(/m, /:=/, /\berr != nil\b|\bdefer \b|\bgo func/],
  },
  {
    name: "Java",
    tag: "java",
    fences: ["java"],
    cues: [
      /^\s{0,20}(?:public|private|protected) (?:static |final |abstract )*(?:class|interface|enum|[\w<>[\]]+ \w+ ?\()/m,
      /^import (?:static )?[\w.]+;$/m,
      /\bSystem\.out\.|\bnew \w+<>?\(|@Override/,
    ],
  },
  {
    name: "C#",
    tag: "csharp",
    fences: ["cs", "csharp"],
    cues: [/^using [\w.]+;$/m, /^namespace [\w.]+/m, /\b(?:get; set;|Task<|async Task|Console\.Write)/],
  },
  {
    name: "C",
    tag: "c",
    fences: ["c", "h", "cpp", "c++", "cc"],
    cues: [
      /^[ \t]*#include [<"]/m,
      /\b(?:int|void|char|size_t|struct \w+) \*?\w+[(;=[]/,
      /->\w|\bprintf\(|\bNULL\b|std::/,
    ],
  },
  {
    name: "Swift",
    tag: "swift",
    fences: ["swift"],
    cues: [
      /^import (?:Foundation|SwiftUI|UIKit)$/m,
      /\bfunc \w+\([^)\n]{0,200}\) (?:async |throws )*->/,
      /\bguard let |\bif let |\bvar \w+: \w+/,
    ],
  },
  {
    name: "Ruby",
    tag: "ruby",
    fences: ["rb", "ruby"],
    cues: [/^\s{0,20}def \w+[^\n:{]{0,80}$/m, /^\s{0,20}end$/m, /\bdo \|\w+\||\.each\b|^require ["']/m],
  },
  { name: "PHP", tag: "php", fences: ["php"], cues: [/<\?php/, /\$\w+ = |\$this->/] },
  {
    name: "SQL",
    tag: "sql",
    fences: ["sql", "sqlite", "postgres", "postgresql", "mysql"],
    cues: [
      /^\s{0,20}(?:CREATE (?:TABLE|INDEX|VIEW|TRIGGER|UNIQUE|VIRTUAL)|INSERT INTO|ALTER TABLE|DELETE FROM|SELECT\b|UPDATE \w+ SET|PRAGMA )/im,
      /\b(?:FROM|WHERE|GROUP BY|ORDER BY|PRIMARY KEY|NOT NULL)\b/,
    ],
  },
  {
    name: "shell",
    tag: "shell",
    fences: ["sh", "bash", "zsh", "shell", "console", "fish", "terminal"],
    cues: [
      /^#!.{0,40}\b(?:ba|z)?sh\b/,
      /^\s{0,20}(?:echo|export \w+=|cd|sudo|if \[|for \w+ in|npm|bun|git|curl|mkdir|set -e)\b/m,
      /\$\{?\w+\}?|\bfi$|\bdone$/m,
    ],
  },
  {
    name: "HTML",
    tag: "html",
    fences: ["html", "xml", "vue", "svelte"],
    cues: [/<!doctype html|<html\b/i, /<\/(?:div|head|body|span|script)>/],
  },
  {
    name: "CSS",
    tag: "css",
    fences: ["css", "scss", "less"],
    cues: [/^[.#]?[\w-]{1,60}(?::\w+)? \{$/m, /^\s{1,20}[\w-]{2,40}: [^;\n]{1,100};$/m],
  },
];

export function languageOf(code: string, fence: string): Language | null {
  const named = known.find(({ fences }) => fences.includes(fence));
  if (named !== undefined || code === "") return named ?? null;
  let best: Known | null = null;
  let most = 0.34;
  for (const language of known) {
    const share = language.cues.filter((cue) => cue.test(code)).length / language.cues.length;
    if (share <= most) continue;
    most = share;
    best = language;
  }
  // TypeScript is written with JavaScript's marks as well; any mark of its own decides.
  const typescript = known.find(({ tag }) => tag === "typescript");
  return best?.tag === "javascript" && typescript?.cues.some((cue) => cue.test(code)) ? typescript : best;
}
