/** Owns the checks of who a key belongs to. */

import { expect, it } from "vitest";
import { type KeyOwner, keyOwner } from "../../../../client/input/keyboard-capture.ts";

const ownKeys = new Set(["s", "f", "?"]);
const plain = { isComposing: false, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };

function ownerOf(key: string, fields: Partial<typeof plain> = {}): KeyOwner {
  return keyOwner({ ...plain, key, ...fields }, ownKeys);
}

it("the page keeps its own keys, with caps lock too", () => {
  expect([ownerOf("s"), ownerOf("S"), ownerOf("?", { shiftKey: true })]).toEqual(["own", "own", "own"]);
});

it("a page that keeps all keys keeps those with Ctrl, too", () => {
  const owners = ["a", "ArrowUp", "F5"].map((key) => keyOwner({ ...plain, key }, "all"));
  expect([...owners, keyOwner({ ...plain, key: "t", ctrlKey: true }, "all")]).toEqual(Array(4).fill("own"));
  expect(keyOwner({ ...plain, key: "Tab" }, "all")).toBe("browser");
});

it("a capital that was meant goes to the scene", () => {
  expect(ownerOf("S", { shiftKey: true })).toBe("scene");
});

it("letters and keys that would move the page are the scene's alone", () => {
  expect(["w", " ", "é", "ArrowUp", "PageDown", "Backspace"].map((key) => ownerOf(key))).toEqual(
    Array(6).fill("scene"),
  );
});

it("the browser keeps its shortcuts", () => {
  expect(ownerOf("t", { ctrlKey: true })).toBe("shared");
  expect(ownerOf("s", { metaKey: true })).toBe("shared");
  expect([ownerOf("F5"), ownerOf("F12"), ownerOf("Escape")]).toEqual(["shared", "shared", "shared"]);
});

it("Tab leads out of the picture, and an input method is not listened to", () => {
  expect(ownerOf("Tab")).toBe("browser");
  expect(ownerOf("a", { isComposing: true })).toBe("browser");
});
