/** Takes Markdown apart: headings, running text without its marks, code. Bun's parser reads it; no page is rendered. */

export interface Passage {
  readonly kind: "paragraph" | "item";
  readonly text: string;
  /** The heading it stands under; empty before the first. */
  readonly section: string;
  /** How deep that heading is, 1 to 6; 0 before the first. */
  readonly depth: number;
}

export interface Code {
  readonly text: string;
  readonly language: string;
}

export interface Parts {
  readonly title: string;
  readonly headings: readonly string[];
  readonly passages: readonly Passage[];
  readonly code: readonly Code[];
  /** What is written as code within a sentence. */
  readonly spans: readonly string[];
}

/** Marks a block in the rendered text. The text itself holds no control characters when it comes here. */
const mark = "\u0001";
const open = "\u0002";
const close = "\u0003";

/** Headings that name a part of a document, never its subject. */
const generic =
  /^(?:(?:getting|quick) ?start(?:ed)?|quickstart|introduction|intro|overview|usage|how to use|install(?:ation|ing)?|(?:table of )?contents|summary|about|description|examples?|api(?: reference)?|readme|documentation|docs|features|highlights|why\b.{0,40}|what\b.{0,40}|background|motivation|licen[sc]e|notes?|todo|details|credits)[?!.:]?$/i;

/** Lists and quotes so deep that nobody wrote them; rendering takes the square of the depth. */
const nested = /^[ \t]*(?:>[ \t]*|(?:[-*+]|\d{1,9}[.)])[ \t]+){12,}/gm;

export function partsOf(text: string): Parts {
  const code: Code[] = [];
  const spans: string[] = [];
  const { front, body } = frontMatter(text);
  const rendered = Bun.markdown.render(body.replace(nested, ""), {
    heading: (children, { level }) => `${mark}${level}${children}${mark}/`,
    paragraph: (children) => `${mark}p${children}${mark}/`,
    listItem: (children) => `${mark}i${children}${mark}/`,
    html: (html) => `${mark}h${html}${mark}/`,
    hr: () => `${mark}/`,
    table: () => `${mark}/`,
    strikethrough: () => "",
    image: () => "",
    codespan: (children) => {
      if (spans.length < 500) spans.push(children);
      return children.replaceAll("<", open).replaceAll(">", close);
    },
    code: (children, meta) => {
      code.push({ text: children, language: meta?.language?.split(/[\s,{:]/)[0]?.toLowerCase() ?? "" });
      return `${mark}/`;
    },
  });
  return { ...blocks(rendered, front), code, spans };
}

function blocks(rendered: string, front: ReadonlyMap<string, string>): Omit<Parts, "code" | "spans"> {
  const headings: string[] = [];
  const passages: Passage[] = [];
  let title = front.get("title") ?? "";
  let depth = 0;
  function add(kind: Passage["kind"], raw: string): void {
    for (const line of raw.split(/<br\b[^<>]{0,20}>/i)) {
      const text = plain(line);
      if (/[\p{L}\p{N}]/u.test(text)) passages.push({ kind, text, section: headings.at(-1) ?? "", depth });
    }
  }
  function head(level: number, raw: string): void {
    const text = plain(raw);
    if (text === "") return;
    if (title === "" && passages.length === 0 && !generic.test(text)) title = text;
    headings.push(text);
    depth = level;
  }
  function addHtml(html: string): void {
    for (const { level, text } of htmlPieces(html)) {
      if (level > 0) head(level, text);
      else add("paragraph", text);
    }
  }

  add("paragraph", front.get("description") ?? front.get("summary") ?? "");
  let inItem = false;
  for (const block of rendered.split(mark)) {
    const kind = block[0] ?? "/";
    const content = block.slice(1);
    if (/[1-6]/.test(kind)) head(Number(kind), content);
    else if (kind === "h") addHtml(content);
    else add(kind === "i" || (inItem && kind === "p") ? "item" : "paragraph", content);
    // The text of a loose item is a paragraph of its own, right after the item's mark.
    inItem = kind === "i" && content.trim() === "";
  }
  return { title, headings, passages };
}

/** Headings and texts of a block of HTML, as the heads of many READMEs are. */
function htmlPieces(html: string): readonly { readonly level: number; readonly text: string }[] {
  const bare = html.replace(/<!--[\s\S]*?(?:-->|$)/g, " ");
  return bare.split(/(?=<h[1-6][\s>])|(?<=<\/h[1-6]>)|<\/?(?:p|div|li|tr|td|br|table)\b[^<>]{0,500}>/i).map((text) => ({
    level: Number(/^<h([1-6])[\s>]/i.exec(text)?.[1] ?? 0),
    text: text.replace(/!?\[([^\][]{0,300})\]\([^()]{0,300}\)/g, "$1"),
  }));
}

/** Without tags, addresses in brackets and the marks that the parser leaves where Markdown is broken. */
function plain(text: string): string {
  return text
    .replace(/`([^`\n]{1,200})`/g, (span) => span.replaceAll("<", open).replaceAll(">", close))
    .replace(/\{\/\*.{0,300}?\*\/\}|\*\*/g, " ")
    .replace(/<\/?[a-zA-Z!][^<>]{0,500}>/g, " ")
    .replaceAll("`", "")
    .replaceAll(open, "<")
    .replaceAll(close, ">")
    .replace(/\[[!x ]?[A-Z]{0,9}\](?=\s|$)/g, " ")
    .replace(/ ?\(https?:\/\/[^()\s]{1,300}\)/g, "")
    .replace(/:[a-z_]{3,30}:/g, " ")
    .replace(/^(?:[\s\p{Extended_Pictographic}*_~#>|·•-]|\uFE0F|\u200D)+(?=[\p{L}\p{N}"'“(<@.])/u, "")
    .replace(/\s+/g, " ")
    .replace(/ (?=[.,;:!?)](?:\s|$))/g, "")
    .trim();
}

/** The lines between two `---` at the very top, where they are settings. */
function frontMatter(text: string): { readonly front: ReadonlyMap<string, string>; readonly body: string } {
  const end = text.startsWith("---\n") ? text.indexOf("\n---", 3) : -1;
  if (end < 0 || end > 4_000) return { front: new Map(), body: text };
  const lines = text.slice(4, end).split("\n");
  const pairs = lines.flatMap((line) => {
    const [, key, value] = /^([\w-]{1,40}): *["']?(.*?)["']? *$/.exec(line.slice(0, 1_000)) ?? [];
    return key === undefined || value === undefined || value === "" ? [] : [[key.toLowerCase(), value] as const];
  });
  return { front: new Map(pairs), body: text.slice(end + 4) };
}
