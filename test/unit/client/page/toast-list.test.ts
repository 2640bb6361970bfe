/** Owns the checks of which toasts there are. */

import { expect, it } from "vitest";
import { type Toast, withoutToast, withToast } from "../../../../client/page/toast-list.ts";

function listOf(...toasts: readonly Toast[]): string[] {
  return toasts.reduce<readonly Toast[]>((list, toast) => withToast(list, toast), []).map(({ text }) => text);
}

it("keeps the newest three", () => {
  expect(listOf(...["a", "b", "c", "d"].map((key) => ({ key, text: key })))).toEqual(["b", "c", "d"]);
});

it("puts one with the same key in the place of the other", () => {
  expect(listOf({ key: "a", text: "old" }, { key: "b", text: "b" }, { key: "a", text: "new" })).toEqual(["new", "b"]);
});

it("lets go of what asks nothing before what waits for an answer", () => {
  const question = { key: "q", text: "question", stays: true };
  const plain = ["a", "b", "c"].map((key) => ({ key, text: key }));
  expect(listOf(question, ...plain)).toEqual(["question", "b", "c"]);
});

it("lets go of the oldest question where there are only questions, and never of the new one", () => {
  const questions = ["a", "b", "c"].map((key) => ({ key, text: key, stays: true }));
  expect(listOf(...questions, { key: "new", text: "new" })).toEqual(["b", "c", "new"]);
});

it("takes one back", () => {
  expect(withoutToast([{ key: "a", text: "a" }], "a")).toEqual([]);
});
