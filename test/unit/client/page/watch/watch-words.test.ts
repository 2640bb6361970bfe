/** What the page of the stream says: nothing while it plays, and else what is wrong and what becomes of it. */

import { expect, test } from "vitest";
import { behindWords, type WatchState, watchWords } from "../../../../../client/page/watch/watch-words.ts";

test.each<[WatchState, string | null, RegExp | null]>([
  [{ kind: "playing" }, null, null],
  [{ kind: "opening" }, "Opening the stream", null],
  [{ kind: "waiting" }, "Waiting for more", /goes on as soon as/],
  [{ kind: "retrying", status: 0 }, "The server does not answer", /Trying again/],
  [{ kind: "retrying", status: 404 }, "There is no such stream right now", /may not have begun/],
  [{ kind: "retrying", status: 429 }, "Too many are watching", /Trying again/],
  [{ kind: "retrying", status: 503 }, "The scene shows nothing yet", /Trying again/],
  [{ kind: "failed", reason: "no-player" }, "This browser cannot play the stream", /Media Source Extensions/],
  [{ kind: "failed", reason: "not-decoded" }, "The picture cannot be decoded here", /H\.264/],
  [{ kind: "failed", reason: "cookies" }, "This browser blocks cookies", /Allow cookies/],
])("%o", (state, title, detail) => {
  const words = watchWords(state);
  expect(words.title).toBe(title);
  if (detail === null) expect(words.detail).toBeNull();
  else expect(words.detail).toMatch(detail);
  expect(words.isBad).toBe(state.kind === "failed");
});

test.each([
  [null, ""],
  [Number.NaN, ""],
  [0, ""],
  [1.84, "1.8 s behind"],
  [59.9, "59.9 s behind"],
  [150, "2 min behind"],
])("%d seconds are told as %o", (seconds, words) => {
  expect(behindWords(seconds)).toBe(words);
});
