/** The pictures of the start page come in an order in which a slow scene keeps no other card waiting. */

import { expect, test } from "vitest";
import { quickestFirst } from "../../../../client/page/start/picture-order.ts";
import type { SceneCard } from "../../../../shared/scene-cards.ts";

const card = (name: string, status: SceneCard["status"]): SceneCard => ({
  name,
  title: name,
  status,
  isTroubled: false,
  viewers: 0,
  hasPreview: true,
});

test("pictures of scenes that run are asked for after all that lie in files", () => {
  const cards = [card("a", "live"), card("b", "waiting"), card("c", "restarting"), card("d", "waiting")];
  expect(quickestFirst(cards).map(({ name }) => name)).toEqual(["b", "d", "a", "c"]);
});
