/**
 * Owns who of several viewers has the pointer. Pure; one for each scene, between the gates and the scene.
 *
 * GA1 Whoever presses first has the pointer until everything that it holds is released; what the pointers and wheels of
 *     others do meanwhile is dropped. Keys pass always.
 * GA2 A press that was dropped stays dropped: its moves and its release reach the scene no more than it did.
 * GA3 `pointerId` is unique among all viewers, so that two people's hands are never read as two fingers.
 */

import type { InputEvent, PointerInput } from "../../../shared/input.ts";

type Hands = {
  /** The scene's id of each pointer, by the viewer's own. */
  readonly ids: Map<number, number>;
  /** Pointers that are down and have the scene. */
  readonly held: Set<number>;
  /** Pointers that went down while another viewer had the scene. */
  readonly ignored: Set<number>;
};

/** Pointers of a viewer that are told apart. The oldest one is forgotten first. */
const MAX_POINTERS = 64;

export class GestureArbiter {
  readonly #viewers = new Map<string, Hands>();
  #owner: string | null = null;
  #lastId = 0;

  /** Returns the event as the scene may see it, or null if another viewer has the pointer. */
  filter(viewerId: string, event: InputEvent): InputEvent | null {
    switch (event.kind) {
      case "key":
        return event;
      case "wheel":
      case "double-click":
      case "release":
        return this.#isFreeFor(viewerId) ? event : null;
      case "pointer":
        return this.#filterPointer(viewerId, event);
    }
  }

  /** Forgets a viewer and frees the pointer if it had it. After its gate's `release()` went through `filter`. */
  remove(viewerId: string): void {
    this.#viewers.delete(viewerId);
    if (this.#owner === viewerId) this.#owner = null;
  }

  #filterPointer(viewerId: string, event: PointerInput): PointerInput | null {
    const hands = this.#handsOf(viewerId);
    const isFree = this.#isFreeFor(viewerId);
    const wasIgnored = hands.ignored.has(event.pointerId);
    const isEnd = event.phase === "up" || event.phase === "cancel";
    if (event.phase === "down") this.#press(viewerId, hands, event.pointerId, isFree);
    if (isEnd) this.#letGo(viewerId, hands, event.pointerId);
    const passes = isFree && (event.phase === "down" || !wasIgnored);
    const pointerId = passes ? this.#idOf(hands, event.pointerId) : 0;
    // The ids of touches and pens are new at every contact.
    if (isEnd && event.pointerType === "touch") hands.ids.delete(event.pointerId);
    return passes ? { ...event, pointerId } : null;
  }

  #press(viewerId: string, hands: Hands, pointerId: number, isFree: boolean): void {
    const pointers = isFree ? hands.held : hands.ignored;
    (isFree ? hands.ignored : hands.held).delete(pointerId);
    if (pointers.size < MAX_POINTERS) pointers.add(pointerId);
    if (isFree) this.#owner = viewerId;
  }

  #letGo(viewerId: string, hands: Hands, pointerId: number): void {
    hands.held.delete(pointerId);
    hands.ignored.delete(pointerId);
    if (this.#owner === viewerId && hands.held.size === 0) this.#owner = null;
  }

  #isFreeFor(viewerId: string): boolean {
    return this.#owner === null || this.#owner === viewerId;
  }

  #handsOf(viewerId: string): Hands {
    const known = this.#viewers.get(viewerId);
    if (known !== undefined) return known;
    const hands = { ids: new Map<number, number>(), held: new Set<number>(), ignored: new Set<number>() };
    this.#viewers.set(viewerId, hands);
    return hands;
  }

  #idOf(hands: Hands, pointerId: number): number {
    const known = hands.ids.get(pointerId);
    if (known !== undefined) return known;
    const oldest = [...hands.ids.keys()].find((id) => !hands.held.has(id));
    if (hands.ids.size >= MAX_POINTERS && oldest !== undefined) hands.ids.delete(oldest);
    this.#lastId += 1;
    hands.ids.set(pointerId, this.#lastId);
    return this.#lastId;
  }
}
