/** What a scene begins in when its process is started again. */

import { expect, test } from "vitest";
import { KeptScene } from "../../../../server/session/kept-scene.ts";

const saved = JSON.stringify({ view: 1, $panels: { "/Controls/a": 1 } });

/** Of a scene that is down. */
function begunAfter(...wanted: string[]): string | null {
  const kept = new KeptScene(saved, () => false);
  for (const state of wanted) kept.want(state);
  return kept.begin();
}

test("a state that says nothing of panels leaves them alone while the scene is down as well (SP4)", () => {
  expect(JSON.parse(begunAfter('{"view":2}') ?? "")).toEqual({ view: 2, $panels: { "/Controls/a": 1 } });
  expect(JSON.parse(begunAfter("[1]", '{"view":3}') ?? "")).toEqual({ view: 3, $panels: { "/Controls/a": 1 } });
  expect(begunAfter('{"view":2,"$panels":{}}')).toBe('{"view":2,"$panels":{}}');
});

test("a state that is nested too deeply to be written again is taken as it came", () => {
  const deep = `${"[".repeat(8000)}${"]".repeat(8000)}`;
  expect(begunAfter(deep)).toBe(deep);
  expect(begunAfter(`{"$panels":{"/a":${deep}}}`, '{"view":2}')).toBe('{"view":2}');
});
