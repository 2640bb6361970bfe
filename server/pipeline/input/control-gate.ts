/**
 * Owns whose input reaches the scene. Pure; one for each scene, between the gates of the viewers and the arbiter, so that
 * no way and no sequence of messages leads around it.
 *
 * CG1 What a viewer without control sends never passes, whatever it is.
 * CG2 When a viewer loses control, or leaves, all that it holds down in the scene is let go, once, by events made here.
 * CG3 What was pressed without control stays without effect until it is pressed anew: moves with buttons, ups, repeats
 *     and key-ups of what is not held in the scene do not pass, nor does a double click that began without control.
 * CG4 What passes as a press is noted as held, so nothing is ever held in the scene that CG2 would not let go.
 */

import type { InputEvent, KeyInput, PointerInput } from "../../../shared/input.ts";
import { HeldInput } from "./held-input.ts";

type Steering = {
  readonly held: HeldInput;
  /** Presses of pointers that passed since it has control. */
  presses: number;
};

export class ControlGate {
  readonly #steering = new Map<string, Steering>();

  hasControl(viewerId: string): boolean {
    return this.#steering.has(viewerId);
  }

  /** Gives control to these viewers and to no others. Returns those who lost it, with what lets go of all they hold. */
  setControllers(viewerIds: Iterable<string>): { readonly viewerId: string; readonly events: InputEvent[] }[] {
    const wanted = new Set(viewerIds);
    const lost = [...this.#steering.keys()].filter((viewerId) => !wanted.has(viewerId));
    for (const viewerId of wanted) {
      if (!this.#steering.has(viewerId)) this.#steering.set(viewerId, { held: new HeldInput(), presses: 0 });
    }
    return lost.map((viewerId) => ({ viewerId, events: this.remove(viewerId) }));
  }

  /** Takes control from a viewer, for good if it left. Returns what lets go of all that it holds. */
  remove(viewerId: string): InputEvent[] {
    const steering = this.#steering.get(viewerId);
    this.#steering.delete(viewerId);
    return steering?.held.release() ?? [];
  }

  /** Returns what the scene may see of an event: nothing, the event, or what a `release` lets go of and then it. */
  filter(viewerId: string, event: InputEvent): InputEvent[] {
    const steering = this.#steering.get(viewerId);
    if (steering === undefined) return [];
    switch (event.kind) {
      case "wheel":
        return [event];
      case "double-click":
        return steering.presses >= 2 ? [event] : [];
      case "release":
        return [...steering.held.release(), event];
      case "key":
        return filterKey(steering, event);
      case "pointer":
        return filterPointer(steering, event);
    }
  }
}

function filterKey({ held }: Steering, event: KeyInput): KeyInput[] {
  const isPress = event.phase === "down" && !event.repeat;
  if (!isPress && !held.holds(event)) return [];
  held.note(event);
  return event.phase === "up" || held.holds(event) ? [event] : [];
}

function filterPointer(steering: Steering, event: PointerInput): PointerInput[] {
  const { held } = steering;
  const wasHeld = held.holds(event);
  held.note(event);
  switch (event.phase) {
    case "down":
      if (!held.holds(event)) return [];
      steering.presses += 1;
      return [event];
    case "up":
    case "cancel":
      return wasHeld ? [event] : [];
    case "move":
      return wasHeld || (event.buttons === 0 && event.button === -1) ? [event] : [];
    case "enter":
    case "leave":
      // Fingers come and go pressed. Of a press that the scene does not know of it hears nothing by these either.
      return [wasHeld ? event : { ...event, button: -1, buttons: 0, pressure: 0 }];
  }
}
