import { expect, test } from "bun:test";
import { read } from "../pieces.ts";

const node = (parent: string | null, children: readonly string[], text: string): object => {
  const message = { author: { role: "user" }, content: { content_type: "text", parts: [text] } };
  return { message, parent, children };
};

function textsOf(mapping: object, currentNode?: unknown): string[] {
  const conversation = { title: "t", create_time: 1, mapping, current_node: currentNode, id: "c" };
  return read("chatgpt", JSON.stringify([conversation])).pieces.map(({ text }) => text);
}

const tree = {
  a: node(null, ["b", "d"], "one"),
  b: node("a", ["c"], "two"),
  c: node("b", [], "three"),
  d: node("a", [], "other"),
};

test("the branch of the current node goes in; without one, that of the last leaf", () => {
  expect(textsOf(tree, "c")).toEqual(["one", "two", "three"]);
  expect(textsOf(tree, "b")).toEqual(["one", "two"]);
  for (const none of [undefined, null, 7, "nowhere", "constructor"])
    expect(textsOf(tree, none)).toEqual(["one", "other"]);
});

test("a tree that is none ends", () => {
  expect(textsOf({ a: node("b", ["b"], "one"), b: node("a", ["a"], "two") }, "b")).toEqual(["one", "two"]);
  expect(textsOf({ a: node("nowhere", [], "one"), b: null, c: 7, d: [] }, "a")).toEqual(["one"]);
  expect(textsOf({ a: node("a", ["a"], "one") }, "a")).toEqual(["one"]);
});
