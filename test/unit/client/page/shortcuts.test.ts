/** Owns the checks of which keys are the page's own. */

import { expect, it } from "vitest";
import { hasShortcuts, type ShortcutKey, shortcutLetter } from "../../../../client/page/shortcuts.ts";

const held = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };

function letterOf(fields: Partial<ShortcutKey>): string | null {
  return shortcutLetter({ ...held, key: "s", code: "KeyS", repeat: false, isComposing: false, ...fields });
}

it("a letter is the page's with Alt and nothing else, with caps lock and on a Mac too", () => {
  expect(letterOf({ altKey: true })).toBe("s");
  expect(letterOf({ altKey: true, key: "S" })).toBe("s");
  expect(letterOf({ altKey: true, key: "ß" })).toBe("s");
  // On another layout the letter counts, not its place.
  expect(letterOf({ altKey: true, key: "s", code: "Semicolon" })).toBe("s");
});

it("every other key is not", () => {
  const alone = [{}, { key: "?", shiftKey: true }, { key: "Alt", code: "AltLeft", altKey: true }];
  // AltGr is told as Control and Alt on Windows.
  const others = [{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { isComposing: true }];
  const all = [...alone, ...others.map((other) => ({ altKey: true, ...other }))];
  expect(all.map(letterOf)).toEqual(all.map(() => null));
});

it("a page in a frame has none but where its address wants them", () => {
  expect(["", "?keys=off", "?keys=on"].map((query) => hasShortcuts(query, false))).toEqual([true, false, true]);
  expect(["", "?keys=off", "?keys=on"].map((query) => hasShortcuts(query, true))).toEqual([false, false, true]);
});
