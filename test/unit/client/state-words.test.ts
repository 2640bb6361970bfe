/** Owns the checks of the words for what the viewer is doing. */

import { expect, it } from "vitest";
import { stateWords } from "../../../client/state-words.ts";

it("tells the place in the queue, and that nothing need be done", () => {
  expect(stateWords({ kind: "queued", position: 2, waiting: 5 }, 0)).toMatchObject({
    tone: "busy",
    title: "The server is full",
    detail: "You are number 2 of 5 in line. You will be let in automatically.",
    action: null,
  });
  expect(stateWords({ kind: "queued", position: 1, waiting: 1 }, 0).detail).toMatch(/^You are next in line\./);
});

it.each([
  ["kicked", "You were removed", "Join again", "Why. You can join again for as long as your link works."],
  ["room-idle", "This room was closed", "Start again", "Why."],
  ["too-many-viewers", "The server is full", "Try again", "Why."],
  ["too-many-rooms", "The server is full", "Try again", "Why."],
  ["scene-failed", "The scene stopped", "Reload", "Why. Reload once it is mended."],
] as const)("says what %s means and what can be done", (code, title, action, detail) => {
  expect(stateWords({ kind: "gone", code, sentence: "Why" }, 0).detail).toMatch(/^Why/);
  expect(stateWords({ kind: "gone", code, sentence: "Why." }, 0)).toMatchObject({ title, detail, action });
});

it("leaves a link that has ended to the panel that takes another", () => {
  expect(stateWords({ kind: "gone", code: "link-ended", sentence: "It ended." }, 0)).toMatchObject({
    short: "Stopped",
    title: null,
    action: null,
  });
});

it("offers to start a scene that is down to a host, and to nobody else", () => {
  const down = { kind: "waiting", sentence: "It fell.", isDown: true } as const;
  expect(stateWords(down, 0, true)).toMatchObject({
    tone: "bad",
    title: "The scene is down",
    detail: "It fell.",
    action: "Start it again",
  });
  expect(stateWords(down, 0)).toMatchObject({ title: "The scene is down", action: null });
  expect(stateWords({ ...down, isDown: false }, 0, true)).toMatchObject({
    title: "Waiting for the scene…",
    action: null,
  });
});
