/**
 * Owns arranging a studio by hand, over the picture of the page and in nobody else's: boxes that are dragged, sized, hidden and put over each
 * other, by mouse, finger and keys. What the hand does is sent as it goes; what lies where, the studio says.
 */

import { type ArrangedItem, type Arrangement, type ItemChange, parseFromStudio } from "../../../shared/arrangement.ts";
import type { Viewer } from "../../index.ts";
import { adopt } from "../../panels/adopt.ts";
import { make, makeButton } from "../../panels/make.ts";
import { ArrangeBox, gripOf } from "./arrange-box.ts";
import { arrangeStyle } from "./arrange-style.ts";
import { ChangeSender } from "./change-sender.ts";
import { keyChange } from "./key-change.ts";
import { dragged, type Grip, type Rect, type SnapLine } from "./snap.ts";

/** In CSS pixels. */
const REACH = 8;

export type ArrangeOverlayOptions = {
  readonly viewer: Viewer;
  /** What holds the picture. */
  readonly stage: HTMLElement;
  /** Somebody is done. */
  readonly closed: () => void;
  readonly refused: (reason: string) => void;
};

type Drag = {
  readonly name: string;
  readonly start: Rect;
  readonly grip: Grip;
  readonly x: number;
  readonly y: number;
};

export class ArrangeOverlay {
  readonly #options: ArrangeOverlayOptions;
  readonly #root = make("section", "arrange");
  readonly #view = make("div", "arrange-view");
  readonly #name = make("span", "");
  readonly #hide = makeButton("", "Hide", () => this.#toggleHidden());
  readonly #up = makeButton("", "Raise", () => this.#reorder(1));
  readonly #down = makeButton("", "Lower", () => this.#reorder(-1));
  readonly #undo = makeButton("", "Undo", () => this.#takeBack());
  readonly #boxes = new Map<string, ArrangeBox>();
  readonly #sender: ChangeSender;
  readonly #off: () => void;
  readonly #resizing = new ResizeObserver(() => this.#layOut());
  #arrangement: Arrangement | null = null;
  #selected: string | null = null;
  #drag: Drag | null = null;

  /** Shows it once the studio has said where all lies. */
  constructor(options: ArrangeOverlayOptions) {
    const { viewer, stage, closed } = options;
    this.#options = options;
    this.#sender = new ChangeSender((changes) => viewer.scene.send({ studio: "change", changes: [...changes] }));
    adopt(document, arrangeStyle);
    this.#root.ariaLabel = "Arrange the picture";
    const bar = make("div", "arrange-bar glass", this.#name, this.#hide, this.#down, this.#up, this.#undo);
    bar.append(makeButton("", "Done", closed));
    this.#root.append(this.#view, bar);
    stage.append(this.#root);
    this.#resizing.observe(stage);
    this.#off = viewer.on("messageReceived", ({ data }) => this.#handleMessage(data));
    this.#view.addEventListener("pointerdown", (event) => this.#press(event));
    this.#view.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"] as const)
      this.#view.addEventListener(name, () => this.#release());
    this.#root.addEventListener("keydown", (event) => this.#handleKey(event));
    this.#view.addEventListener("focusin", ({ target }) => this.#select(this.#nameAt(target)));
    this.#showSelected();
    viewer.scene.send({ studio: "open" });
  }

  close(): void {
    this.#release();
    this.#off();
    this.#resizing.disconnect();
    this.#root.remove();
  }

  #handleMessage(data: unknown): void {
    try {
      const message = parseFromStudio(data);
      if (message?.studio === "refused") this.#options.refused(message.reason);
      if (message?.studio === "arrangement") this.#take(message);
    } catch (error) {
      console.warn("What the studio said was not understood.", error);
    }
  }

  #take(arrangement: Arrangement): void {
    this.#arrangement = arrangement;
    const names = arrangement.items.map(({ name }) => name);
    for (const [name, box] of this.#boxes) {
      if (names.includes(name)) continue;
      box.element.remove();
      this.#boxes.delete(name);
    }
    for (const item of arrangement.items) this.#show(item);
    // In their order, so that what lies on top is grasped first; a box that is moved would lose the focus.
    const elements = arrangement.items.flatMap(({ name }) => this.#boxes.get(name)?.element ?? []);
    if (elements.some((element, at) => this.#view.children[at] !== element)) this.#view.prepend(...elements);
    if (this.#selected !== null && !names.includes(this.#selected)) this.#selected = null;
    this.#layOut();
    this.#showSelected();
  }

  #show(item: ArrangedItem): void {
    if (this.#arrangement === null) return;
    const known = this.#boxes.get(item.name);
    // While it is held, it is where the hand is.
    if (known !== undefined && this.#drag?.name === item.name) return;
    const box = known ?? new ArrangeBox(item);
    this.#boxes.set(item.name, box);
    box.show(item, this.#arrangement);
  }

  /** Where the picture is: as large as there is room, in the middle. */
  #layOut(): void {
    if (this.#arrangement === null) return;
    const { width, height } = this.#arrangement;
    const { clientWidth, clientHeight } = this.#root;
    const scale = Math.min(clientWidth / width, clientHeight / height);
    Object.assign(this.#view.style, {
      left: `${(clientWidth - width * scale) / 2}px`,
      top: `${(clientHeight - height * scale) / 2}px`,
      width: `${width * scale}px`,
      height: `${height * scale}px`,
    });
  }

  #press(event: PointerEvent): void {
    const name = this.#nameAt(event.target);
    this.#select(name);
    const box = name === null ? undefined : this.#boxes.get(name);
    if (name === null || box === undefined || event.button !== 0) return;
    event.preventDefault();
    box.element.focus({ preventScroll: true });
    this.#view.setPointerCapture(event.pointerId);
    this.#drag = { name, start: box.rect, grip: gripOf(event.target), x: event.clientX, y: event.clientY };
    this.#sender.begin(box.item);
  }

  #move(event: PointerEvent): void {
    const [drag, arrangement] = [this.#drag, this.#arrangement];
    if (drag === null || arrangement === null) return;
    const scale = arrangement.width / this.#view.clientWidth;
    const others = arrangement.items.filter(({ name, hidden }) => name !== drag.name && !hidden);
    const { rect, lines } = dragged({
      ...{ start: drag.start, grip: drag.grip, view: arrangement, others },
      dx: (event.clientX - drag.x) * scale,
      dy: (event.clientY - drag.y) * scale,
      reach: event.altKey ? 0 : REACH * scale,
      keepsShape: event.shiftKey,
    });
    this.#showLines(lines);
    this.#change({ name: drag.name, ...rect });
  }

  #release(): void {
    this.#drag = null;
    this.#showLines([]);
    this.#sender.end();
    this.#showSelected();
  }

  #handleKey(event: KeyboardEvent): void {
    if (event.key === "Escape") this.#options.closed();
    else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) this.#takeBack();
    else if (!this.#handleItemKey(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #handleItemKey(event: KeyboardEvent): boolean {
    const box = this.#selected === null ? undefined : this.#boxes.get(this.#selected);
    // The buttons of the bar have keys of their own.
    if (box === undefined || !this.#view.contains(document.activeElement)) return false;
    if (event.key === "Delete" || event.key === "h") this.#toggleHidden();
    else if (event.key === "PageUp") this.#reorder(1);
    else if (event.key === "PageDown") this.#reorder(-1);
    else {
      const change = keyChange(event, box.rect);
      if (change === null) return false;
      this.#act(box, { name: box.item.name, ...change });
    }
    return true;
  }

  #toggleHidden(): void {
    const box = this.#boxes.get(this.#selected ?? "");
    if (box !== undefined) this.#act(box, { name: box.item.name, hidden: !box.item.hidden });
  }

  #reorder(by: number): void {
    const items = this.#arrangement?.items ?? [];
    const at = items.findIndex(({ name }) => name === this.#selected);
    const box = this.#boxes.get(this.#selected ?? "");
    const order = at + by;
    if (box === undefined || order < 0 || order >= items.length) return;
    this.#sender.begin(box.item, at);
    this.#sender.send({ name: box.item.name, order });
    this.#sender.end();
    this.#showSelected();
  }

  #takeBack(): void {
    for (const change of this.#sender.takeBack()) this.#change(change);
    this.#showSelected();
  }

  #act(box: ArrangeBox, change: ItemChange): void {
    this.#sender.begin(box.item);
    this.#change(change);
    this.#sender.end();
    this.#showSelected();
  }

  /** Shown at once, and sent. */
  #change(change: ItemChange): void {
    const box = this.#boxes.get(change.name);
    if (box === undefined || this.#arrangement === null) return;
    const { order: _, ...shown } = change;
    box.show({ ...box.item, ...shown }, this.#arrangement);
    this.#sender.send(change);
  }

  #select(name: string | null): void {
    this.#selected = name;
    this.#showSelected();
  }

  #showSelected(): void {
    const box = this.#boxes.get(this.#selected ?? "");
    for (const one of this.#boxes.values()) one.setSelected(one === box);
    this.#name.textContent = box?.item.name ?? "Pick one in the picture";
    this.#hide.textContent = box?.item.hidden === true ? "Show" : "Hide";
    for (const button of [this.#hide, this.#up, this.#down]) button.disabled = box === undefined;
    this.#undo.disabled = !this.#sender.canTakeBack;
  }

  #showLines(lines: readonly SnapLine[]): void {
    for (const line of this.#view.querySelectorAll(".arrange-line")) line.remove();
    if (this.#arrangement === null) return;
    const { width, height } = this.#arrangement;
    for (const { axis, at } of lines) {
      const line = make("span", "arrange-line");
      const style =
        axis === "x"
          ? { left: `${(at / width) * 100}%`, top: "0", width: "1px", height: "100%" }
          : { top: `${(at / height) * 100}%`, left: "0", height: "1px", width: "100%" };
      Object.assign(line.style, style);
      this.#view.append(line);
    }
  }

  #nameAt(target: EventTarget | null): string | null {
    const element = target instanceof Element ? target.closest(".arrange-item") : null;
    return [...this.#boxes].find(([, box]) => box.element === element)?.[0] ?? null;
  }
}
