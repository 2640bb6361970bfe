/** Owns in which order the start page asks for the pictures of its cards. Pure. */

import type { SceneCard } from "../../../shared/scene-cards.ts";

/** Those that are files come at once; those that a running scene has to draw may take seconds, and hold up no others. */
export function quickestFirst(cards: readonly SceneCard[]): readonly SceneCard[] {
  return cards.toSorted((one, other) => Number(one.status !== "waiting") - Number(other.status !== "waiting"));
}
