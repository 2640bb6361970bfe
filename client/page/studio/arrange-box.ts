/** Owns an item of a studio as it is shown over the picture: its outline, its name and the handles at its edges. */

import type { ArrangedItem } from "../../../shared/arrangement.ts";
import { make } from "../../panels/make.ts";
import type { Grip, Rect } from "./snap.ts";

const grips: readonly (readonly [grip: Grip, cursor: string])[] = [
  [{ x: -1, y: -1 }, "nwse-resize"],
  [{ x: 0, y: -1 }, "ns-resize"],
  [{ x: 1, y: -1 }, "nesw-resize"],
  [{ x: 1, y: 0 }, "ew-resize"],
  [{ x: 1, y: 1 }, "nwse-resize"],
  [{ x: 0, y: 1 }, "ns-resize"],
  [{ x: -1, y: 1 }, "nesw-resize"],
  [{ x: -1, y: 0 }, "ew-resize"],
];

/** What begins above this part of the picture has no room for a name over it. */
const HIGH = 0.035;

export class ArrangeBox {
  readonly element: HTMLElement;
  #item: ArrangedItem;

  constructor(item: ArrangedItem) {
    this.#item = item;
    this.element = make("div", "arrange-item", make("span", "arrange-name", item.name));
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "group");
    for (const [grip, cursor] of grips) {
      const handle = make("span", "arrange-grip");
      handle.dataset["grip"] = `${grip.x} ${grip.y}`;
      Object.assign(handle.style, { left: `${(grip.x + 1) * 50}%`, top: `${(grip.y + 1) * 50}%`, cursor });
      this.element.append(handle);
    }
  }

  get item(): ArrangedItem {
    return this.#item;
  }

  get rect(): Rect {
    const { x, y, width, height } = this.#item;
    return { x, y, width, height };
  }

  /** Shows it so, in a view that is so large. */
  show(item: ArrangedItem, view: { readonly width: number; readonly height: number }): void {
    this.#item = item;
    const { style } = this.element;
    style.left = `${(item.x / view.width) * 100}%`;
    style.top = `${(item.y / view.height) * 100}%`;
    style.width = `${(item.width / view.width) * 100}%`;
    style.height = `${(item.height / view.height) * 100}%`;
    this.element.toggleAttribute("data-high", item.y < view.height * HIGH);
    this.element.toggleAttribute("data-hidden", item.hidden);
    const words = `${item.name}, ${item.width} by ${item.height} at ${item.x}, ${item.y}`;
    this.element.ariaLabel = item.hidden ? `${words}, hidden` : words;
  }

  setSelected(isSelected: boolean): void {
    this.element.toggleAttribute("data-selected", isSelected);
  }
}

/** Which sides a handle of a box holds; all of it where that is none. */
export function gripOf(target: EventTarget | null): Grip {
  const [x = 0, y = 0] = (target instanceof HTMLElement ? (target.dataset["grip"] ?? "") : "").split(" ").map(Number);
  return { x: signOf(x), y: signOf(y) };
}

function signOf(value: number): -1 | 0 | 1 {
  return value < 0 ? -1 : value > 0 ? 1 : 0;
}
