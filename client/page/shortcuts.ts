/**
 * Owns the page's own keys: letters with Alt, so that every other key is the scene's. They are off in a frame, whose page
 * may have keys of its own, and where the address says `?keys=off`; `?keys=on` has them in a frame.
 */

import { find } from "./elements.ts";

export type ShortcutKey = Pick<
  KeyboardEvent,
  "key" | "code" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey" | "repeat" | "isComposing"
>;

/** What a letter does, and the button that does the same. */
export type Shortcut = { readonly button: string; readonly act: () => void };

/** Whether the page has keys: `query` is that of its address. */
export function hasShortcuts(query: string, isFramed: boolean): boolean {
  const wish = new URLSearchParams(query).get("keys");
  return wish === "on" || (wish !== "off" && !isFramed);
}

/** The small letter that is pressed with Alt alone; null for any other key. */
export function shortcutLetter(event: ShortcutKey): string | null {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing) return null;
  const letter = event.key.toLowerCase();
  if (/^[a-z]$/.test(letter)) return letter;
  // With Option a Mac writes other letters; the place of the key still tells which one is meant.
  return /^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase() ?? null;
}

/** Listens for the letters from now on, and says them on their buttons. */
export function listenForShortcuts(shortcuts: ReadonlyMap<string, Shortcut>): void {
  for (const [letter, { button }] of shortcuts) {
    const element = find(button, HTMLButtonElement);
    element.setAttribute("aria-keyshortcuts", `Alt+${letter.toUpperCase()}`);
    element.title = `${element.title} (Alt+${letter.toUpperCase()})`;
  }
  const handle = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
    const shortcut = shortcuts.get(shortcutLetter(event) ?? "");
    if (shortcut === undefined) return;
    // Neither the scene nor a menu of the browser hears of it.
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) shortcut.act();
  };
  window.addEventListener("keydown", handle, { capture: true });
}
