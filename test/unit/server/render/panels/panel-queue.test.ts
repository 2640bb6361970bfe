/** Changes that wait for the scene. */

import { expect, test } from "vitest";
import { PanelQueue } from "../../../../../server/render/panels/panel-queue.ts";
import type { PanelChange, PanelValue } from "../../../../../shared/panels.ts";

function drained(...changes: readonly [id: string, value: PanelValue, last?: boolean][]): PanelValue[] {
  const queue = new PanelQueue();
  for (const [id, value, last = false] of changes) queue.push({ id, value, last } satisfies PanelChange);
  const values = queue.drain().map(({ value }) => value);
  expect(queue.drain()).toEqual([]);
  return values;
}

test("of a control that is dragged faster than the scene follows, the newest value is enough", () => {
  expect(drained(["/a", 1], ["/a", 2], ["/a", 3, true])).toEqual([3]);
});

test("controls stay in their order, what was let go of stays, and a press is a press", () => {
  expect(drained(["/a", 1], ["/b", 2], ["/a", 3])).toEqual([1, 2, 3]);
  expect(drained(["/a", 1, true], ["/a", 2, true])).toEqual([1, 2]);
  expect(drained(["/go", null, true], ["/go", null, true])).toEqual([null, null]);
});
