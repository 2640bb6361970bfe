/** Owns the checks of the words for what the viewer is doing. */

import { expect, it } from "vitest";
import { wordsFor } from "../../../../client/page/state-words.ts";

it("tells the place in the queue, and that nothing need be done", () => {
  expect(wordsFor({ kind: "queued", position: 2, waiting: 5 }, 0)).toMatchObject({
    tone: "busy",
    title: "All places are taken",
    detail: "You are number 2 of 5. This page goes on by itself.",
    action: null,
  });
  expect(wordsFor({ kind: "queued", position: 1, waiting: 1 }, 0).detail).toMatch(/^You are next\./);
});

it.each([
  ["kicked", "You were sent out", "Try again"],
  ["room-idle", "The scene was ended", "Start again"],
  ["too-many-viewers", "All places are taken", "Try again"],
  ["too-many-rooms", "All places are taken", "Try again"],
] as const)("says what %s means and what can be done", (code, title, action) => {
  expect(wordsFor({ kind: "gone", code, sentence: "Why." }, 0)).toMatchObject({ title, detail: "Why.", action });
});

it("leaves a link that has ended to the panel that takes another", () => {
  expect(wordsFor({ kind: "gone", code: "link-ended", sentence: "It ended." }, 0)).toMatchObject({
    short: "Stopped",
    title: null,
    action: null,
  });
});
