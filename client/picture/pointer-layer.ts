/**
 * Owns the pointers of other people over the picture: an arrow and a name in the person's colour, a ring while pressed. What
 * rests fades. The browser moves them from one place to the next (CSS transitions), as word of them comes 20 times a second.
 */

import type { PersonPointer } from "../../shared/feedback.ts";
import type { Person } from "../../shared/people.ts";
import type { Rectangle } from "./picture-rectangle.ts";
import { textColorOn } from "./text-color.ts";

export type PointerLayerOptions = {
  /** What the layer covers; it holds the picture. */
  readonly element: HTMLElement;
  /** Where the picture is in the element. */
  readonly layout: () => Rectangle;
  /** Others by their number; null for who is not told of, and for ourselves. */
  readonly personOf: (number: number) => Person | null;
};

type Mark = {
  readonly root: HTMLElement;
  readonly ring: HTMLElement;
  readonly tag: HTMLElement;
  readonly arrow: SVGElement;
  pointer: PersonPointer;
  fading: ReturnType<typeof setTimeout> | null;
};

const MOVE_MS = 80;
const FADE_AFTER_MS = 4000;
const FADE_MS = 260;
const SVG = "http://www.w3.org/2000/svg";

export class PointerLayer {
  readonly #options: PointerLayerOptions;
  readonly #layer = document.createElement("div");
  readonly #marks = new Map<number, Mark>();
  readonly #resizing: ResizeObserver;

  constructor(options: PointerLayerOptions) {
    this.#options = options;
    this.#layer.ariaHidden = "true";
    this.#layer.dataset["layer"] = "pointers";
    const style = { position: "absolute", inset: "0", zIndex: "3", overflow: "hidden", pointerEvents: "none" };
    Object.assign(this.#layer.style, style);
    options.element.append(this.#layer);
    this.#resizing = new ResizeObserver(() => this.placeAll());
    this.#resizing.observe(options.element);
  }

  handlePointers(pointers: readonly PersonPointer[]): void {
    for (const pointer of pointers) {
      const person = this.#options.personOf(pointer.person);
      if (person === null || pointer.state === "gone") this.#remove(pointer.person);
      else this.#show(person, pointer);
    }
  }

  /** Names and colours may be others, and who left has no pointer. */
  handlePeople(): void {
    for (const [number, mark] of this.#marks) {
      const person = this.#options.personOf(number);
      if (person === null) this.#remove(number);
      else dress(mark, person);
    }
  }

  /** Nobody's pointer is known any more. */
  clear(): void {
    for (const number of [...this.#marks.keys()]) this.#remove(number);
  }

  close(): void {
    this.#resizing.disconnect();
    this.clear();
    this.#layer.remove();
  }

  #show(person: Person, pointer: PersonPointer): void {
    const known = this.#marks.get(person.number);
    const mark = known ?? makeMark(pointer);
    mark.pointer = pointer;
    dress(mark, person);
    // It appears where it is, and moves from there.
    mark.root.style.transition = known === undefined ? "" : `transform ${MOVE_MS}ms linear, opacity ${FADE_MS}ms ease`;
    mark.root.style.opacity = "1";
    mark.ring.style.opacity = pointer.state === "pressed" ? "0.9" : "0";
    mark.ring.style.transform = pointer.state === "pressed" ? "scale(1)" : "scale(0.3)";
    this.#place(mark);
    if (known === undefined) {
      this.#marks.set(person.number, mark);
      this.#layer.append(mark.root);
    }
    if (mark.fading !== null) clearTimeout(mark.fading);
    // A press that is held stays to be seen.
    mark.fading = pointer.state === "pressed" ? null : setTimeout(() => fade(mark), FADE_AFTER_MS);
  }

  #remove(number: number): void {
    const mark = this.#marks.get(number);
    if (mark === undefined) return;
    this.#marks.delete(number);
    if (mark.fading !== null) clearTimeout(mark.fading);
    fade(mark);
    setTimeout(() => mark.root.remove(), FADE_MS);
  }

  /** The picture lies elsewhere. */
  placeAll(): void {
    for (const mark of this.#marks.values()) {
      mark.root.style.transition = "";
      this.#place(mark);
    }
  }

  #place({ root, tag, pointer }: Mark): void {
    const picture = this.#options.layout();
    const { clientWidth: width, clientHeight: height } = this.#options.element;
    const x = picture.left + pointer.x * picture.width;
    const y = picture.top + pointer.y * picture.height;
    root.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    // At the right and lower edge the name goes to the other side, where there is room.
    tag.style.translate = `${x > width - 140 ? "calc(-100% - 12px)" : "0"} ${y > height - 48 ? "-40px" : "0"}`;
  }
}

function makeMark(pointer: PersonPointer): Mark {
  const root = document.createElement("div");
  Object.assign(root.style, { position: "absolute", left: "0", top: "0", opacity: "0", willChange: "transform" });
  const ring = document.createElement("span");
  const size = { left: "-14px", top: "-14px", width: "28px", height: "28px", boxSizing: "border-box" };
  Object.assign(ring.style, { position: "absolute", ...size, borderRadius: "50%", border: "2.5px solid" });
  Object.assign(ring.style, { opacity: "0", transition: "transform 160ms ease-out, opacity 160ms ease-out" });
  const tag = document.createElement("span");
  Object.assign(tag.style, { position: "absolute", left: "12px", top: "17px", maxWidth: "128px", overflow: "hidden" });
  Object.assign(tag.style, { padding: "2px 8px", borderRadius: "9px", whiteSpace: "nowrap", textOverflow: "ellipsis" });
  Object.assign(tag.style, { font: "600 11px/1.5 system-ui, sans-serif", boxShadow: "0 1px 4px rgb(0 0 0 / 30%)" });
  const arrow = makeArrow();
  root.append(ring, arrow, tag);
  return { root, ring, tag, arrow, pointer, fading: null };
}

function makeArrow(): SVGElement {
  const arrow = document.createElementNS(SVG, "svg");
  arrow.setAttribute("viewBox", "0 0 18 20");
  Object.assign(arrow.style, { position: "absolute", left: "-2px", top: "-2px", width: "18px", height: "20px" });
  arrow.style.filter = "drop-shadow(0 1px 2px rgb(0 0 0 / 40%))";
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", "M2 2l4.6 14 3-5.6 6-2.6z");
  path.setAttribute("stroke", "#fff");
  path.setAttribute("stroke-width", "1.6");
  path.setAttribute("stroke-linejoin", "round");
  arrow.append(path);
  return arrow;
}

function dress({ ring, tag, arrow }: Mark, { name, color }: Person): void {
  if (tag.textContent !== name) tag.textContent = name;
  tag.style.background = color;
  tag.style.color = textColorOn(color);
  ring.style.borderColor = color;
  arrow.style.fill = color;
}

function fade({ root }: Mark): void {
  root.style.transition = `opacity ${FADE_MS}ms ease`;
  root.style.opacity = "0";
}
