import { expect, test } from "vitest";
import { cursorOf } from "../../../shared/cursor.ts";
import { parseServerMessage } from "../../../shared/signaling.ts";

test("a cursor is one of CSS's words; images and what else a scene may say are left out", () => {
  expect(
    ["grab", " Zoom-In ", "url(hand.png) 2 2, pointer", "url(x)", "", "auto", "gr ab", "constructor"].map(cursorOf),
  ).toEqual(["grab", "zoom-in", "pointer", "default", "default", "default", "default", "default"]);
});

test("a page takes a cursor that it does not know for the usual one (PV1)", () => {
  const cursor = (text: string) => parseServerMessage(JSON.stringify({ kind: "cursor", cursor: text }));
  expect([cursor("grab"), cursor("url(x)")]).toEqual([
    { kind: "cursor", cursor: "grab" },
    { kind: "cursor", cursor: "default" },
  ]);
});
