/** Owns the toasts over the picture: said to screen readers, gone by themselves unless they wait for an answer. */

import { find, make, makeButton } from "./elements.ts";
import { type Toast, type ToastAction, withoutToast, withToast } from "./toast-list.ts";

/** Long enough to read, and for those with a button to reach it. */
const LIFE_MS = 4500;
const ACTION_LIFE_MS = 9000;

export class Toasts {
  readonly #place = find("toasts", HTMLElement);
  readonly #elements = new Map<Toast, HTMLElement>();
  readonly #timers = new Map<Toast, ReturnType<typeof setTimeout>>();
  #toasts: readonly Toast[] = [];

  constructor() {
    // Whoever reads it, or is about to answer, has all the time.
    this.#place.addEventListener("pointerenter", () => this.#stopTimers());
    this.#place.addEventListener("pointerleave", () => this.#startTimers());
  }

  show(toast: Toast): void {
    this.#set(withToast(this.#toasts, toast));
  }

  /** Takes a toast back; nothing where there is none. */
  hide(key: string): void {
    this.#set(withoutToast(this.#toasts, key));
  }

  /** Takes all back: nothing of it holds any more. */
  clear(): void {
    this.#set([]);
  }

  #set(toasts: readonly Toast[]): void {
    for (const toast of this.#toasts) if (!toasts.includes(toast)) this.#remove(toast);
    this.#toasts = toasts;
    for (const toast of toasts) {
      if (this.#elements.has(toast)) continue;
      const element = this.#make(toast);
      this.#elements.set(toast, element);
      this.#place.append(element);
      this.#startTimer(toast);
    }
  }

  #make(toast: Toast): HTMLElement {
    const element = make("div", "toast glass", make("p", "", toast.text));
    for (const action of toast.actions ?? []) element.append(this.#makeButton(toast, action));
    return element;
  }

  #makeButton(toast: Toast, { label, act }: ToastAction): HTMLButtonElement {
    return makeButton("toast-action", label, () => {
      this.hide(toast.key);
      act();
    });
  }

  #remove(toast: Toast): void {
    this.#elements.get(toast)?.remove();
    this.#elements.delete(toast);
    clearTimeout(this.#timers.get(toast));
    this.#timers.delete(toast);
  }

  #startTimers(): void {
    for (const toast of this.#toasts) this.#startTimer(toast);
  }

  #startTimer(toast: Toast): void {
    if (toast.stays === true || this.#timers.has(toast)) return;
    const lifeMs = (toast.actions?.length ?? 0) > 0 ? ACTION_LIFE_MS : LIFE_MS;
    this.#timers.set(
      toast,
      setTimeout(() => this.hide(toast.key), lifeMs),
    );
  }

  #stopTimers(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
