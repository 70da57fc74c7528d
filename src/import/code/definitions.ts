/** The functions, classes and methods of a source text, as ranges of its rows with the names they have. */

import type { Node, Parser } from "web-tree-sitter";

/** Rows from 0, both ends included. */
export interface Definition {
  readonly start: number;
  readonly end: number;
  /** With what it is in, as in `Class.method`; empty where it has no name. */
  readonly name: string;
}

const functions = /^(generator_)?(function|method|singleton_method|constructor|destructor|operator|init|deinit|macro)/;
const kinds = "abstract_class|annotation_type|class|delegate|enum|extension|impl|interface|internal_module|mixin|mod";
const more = "module|namespace|protocol|record|struct|trait|type|type_alias|union";
const containers = new RegExp(`^(${kinds}|${more})(_(declaration|definition|item|specifier))?$`);
const definitionEnd = /_(declaration|definition|item|signature_item)$|^(method|singleton_method)$/;
/** What may stand around definitions without being one, and is gone into. */
const wrappers = new RegExp(
  [
    ...["^preproc_", "_body$", "^(class|enum|extension)_body", "^(field_)?declaration_list$", "^(statement_)?block$"],
    ...["^(export|expression|if|try)_statement$", "^(decorated|template|type)_(definition|declaration)$"],
    ...[
      "^linkage_specification$",
      "^body_statement$",
      "^ambient_declaration$",
      "^compound_statement$",
      "^else_clause$",
    ],
  ].join("|"),
);
/** Belongs to what comes next, when it stands right above it. */
const leading = /comment|attribute|decorator|annotation/;

/** A parse that goes back and forth more often than this for each 100 characters has lost its way in a text. */
const stepsPerHundred = 5;
const levelsMax = 12;

/** Null where the text is more than the parser can make sense of in a bounded time. In order, none overlaps another. */
export function definitionsIn(parser: Parser, source: string, charsMax: number): Definition[] | null {
  const found: Definition[] = [];
  let steps = 0;
  const stepsMax = 10_000 + (source.length * stepsPerHundred) / 100;
  const tree = parser.parse(source, null, { progressCallback: () => ++steps > stepsMax });
  if (tree === null) {
    parser.reset();
    return null;
  }
  try {
    collect(tree.rootNode, { prefix: "", charsMax, found, levels: 0 });
    return found;
  } finally {
    // Its memory is not ours to be collected.
    tree.delete();
  }
}

interface Place {
  readonly prefix: string;
  readonly charsMax: number;
  readonly found: Definition[];
  readonly levels: number;
}

function collect(node: Node, place: Place): void {
  let above: Node[] = [];
  for (const child of node.namedChildren) {
    if (child === null) continue;
    if (leading.test(child.type)) {
      above.push(child);
      continue;
    }
    take(child, firstRow(child, above), place);
    above = [];
  }
}

/** Where what stands right above it begins. A comment behind other code on its line is not above anything. */
function firstRow(node: Node, above: readonly Node[]): number {
  let row = node.startPosition.row;
  for (const one of above.toReversed()) {
    const previous = one.previousNamedSibling;
    const isBehind = previous !== null && lastRow(previous) === one.startPosition.row && !leading.test(previous.type);
    if (isBehind || lastRow(one) < row - 1) break;
    row = one.startPosition.row;
  }
  return row;
}

function take(node: Node, start: number, place: Place): void {
  const inner = definitionIn(node);
  if (inner === null) {
    if (wrappers.test(node.type) && place.levels < levelsMax) collect(node, { ...place, levels: place.levels + 1 });
    return;
  }
  const own = nameOf(inner);
  const name = own === "" ? place.prefix : place.prefix === "" ? own : `${place.prefix}.${own}`;
  const end = lastRow(node);
  const isLarge = node.endIndex - node.startIndex > place.charsMax;
  const body = bodyOf(inner);
  if (isLarge && body !== null && place.levels < levelsMax) {
    // Its first rows, up to its first member, are found by its name as well.
    const before = place.found.length;
    collect(body, { ...place, prefix: name, levels: place.levels + 1 });
    const first = place.found[before];
    if (first !== undefined) {
      const head = { start, end: Math.min(first.start - 1, end), name };
      if (head.end >= start) place.found.splice(before, 0, head);
      return;
    }
  }
  add(place.found, { start, end, name });
}

/** Two on one row are one. */
function add(found: Definition[], next: Definition): void {
  const last = found.at(-1);
  if (last === undefined || next.start > last.end) found.push(next);
  else
    found[found.length - 1] = {
      start: Math.min(last.start, next.start),
      end: Math.max(last.end, next.end),
      name: last.name === "" ? next.name : last.name,
    };
}

/** The definition that a node is, or that it is all about: an export, a decorated one, a constant that is a function. */
function definitionIn(node: Node): Node | null {
  const { type } = node;
  if (/^(export_statement|decorated_definition|template_declaration|expression_statement)$/.test(type)) {
    for (const child of node.namedChildren) {
      const found = child === null || leading.test(child.type) ? null : definitionIn(child);
      if (found !== null) return found;
    }
    return null;
  }
  if (containers.test(type))
    return type.endsWith("_specifier") && node.childForFieldName("body") === null ? null : node;
  if (functions.test(type) && definitionEnd.test(type)) return node;
  if (/^(lexical|variable)_declaration$/.test(type))
    return node.namedChildren.find((child) => child !== null && isFunction(child.childForFieldName("value"))) ?? null;
  return type === "assignment_expression" && isFunction(node.childForFieldName("right")) ? node : null;
}

const isFunction = (node: Node | null): boolean =>
  node !== null && /^(arrow_function|function|function_expression|generator_function|class)$/.test(node.type);

/** What has members: a class, also where it is the value of a constant. */
function bodyOf(node: Node): Node | null {
  if (containers.test(node.type)) return node;
  const value = node.childForFieldName("value") ?? node.childForFieldName("right");
  return value?.type === "class" ? value : null;
}

const nameCharsMax = 200;

function nameOf(node: Node): string {
  const field = node.type === "impl_item" ? "type" : node.type === "assignment_expression" ? "left" : "name";
  let named = node.childForFieldName(field);
  // C: the name is below what makes it a pointer, an array, a function.
  for (let at = node.childForFieldName("declarator"); at !== null && named === null; )
    if (/identifier|_name$/.test(at.type)) named = at;
    else at = at.childForFieldName("declarator") ?? at.namedChildren[0] ?? null;
  if (/^(type_declaration|type_definition)$/.test(node.type))
    named = node.namedChildren.find((child) => child?.childForFieldName("name"))?.childForFieldName("name") ?? named;
  const receiver = node.childForFieldName("receiver")?.text.match(/[\w.]+(?=[^\w.]*(\[[^\]]*\])?\)$)/)?.[0];
  const name = (named?.text ?? "").replaceAll(/\s+/g, " ");
  return (receiver === undefined ? name : `${receiver}.${name}`).slice(0, nameCharsMax).toWellFormed();
}

/** A node that takes its line end along ends on the row before. */
const lastRow = ({ startPosition, endPosition }: Node): number =>
  endPosition.column === 0 && endPosition.row > startPosition.row ? endPosition.row - 1 : endPosition.row;
