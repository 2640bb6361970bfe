/** Owns the modifier keys of a DOM event in the form in which input carries them. Pure. */

import { modifierBits } from "../../shared/input.ts";

type ModifierKeys = {
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  getModifierState(name: string): boolean;
};

/** The bits of `modifierBits` that are held or on. */
export function modifiersOf(event: ModifierKeys): number {
  const isOn = (name: string, bit: number): number => (event.getModifierState(name) ? bit : 0);
  return (
    isOn("AltGraph", modifierBits.altGraph) |
    isOn("CapsLock", modifierBits.capsLock) |
    isOn("NumLock", modifierBits.numLock) |
    (event.shiftKey ? modifierBits.shift : 0) |
    (event.ctrlKey ? modifierBits.control : 0) |
    (event.altKey ? modifierBits.alt : 0) |
    (event.metaKey ? modifierBits.meta : 0)
  );
}
