/** Owns one control of a panel in a page: its label, its field, and whose value it shows. */

import type { PanelValue } from "../index.ts";
import { HeldValue } from "./held-value.ts";
import { make } from "./make.ts";
import { type Field, type FieldControl, makeField } from "./panel-field.ts";

let rows = 0;

export class PanelRow {
  readonly element: HTMLElement;
  readonly kind: FieldControl["kind"];
  readonly #label: HTMLLabelElement | null;
  readonly #field: Field;
  readonly #held = new HeldValue<PanelValue>();
  #control: FieldControl;
  /** Why it is locked. */
  #why: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `set` gives the scene a value; `last` is false while it is dragged. */
  constructor(control: FieldControl, set: (value: PanelValue, last: boolean) => void) {
    this.kind = control.kind;
    this.#control = control;
    this.#field = makeField(control, (value, last) => {
      this.#held.note(value, last);
      set(value, last);
      if (last) this.#showSoon();
    });
    const { elements } = this.#field;
    const [first] = elements;
    rows += 1;
    first.id = `panel-field-${rows}`;
    this.#label = control.kind === "button" ? null : make("label", "panel-label");
    if (this.#label !== null) {
      this.#label.htmlFor = first.id;
      this.#label.part.add("control-label");
    }
    this.element = make("div", "panel-row", ...(this.#label === null ? [] : [this.#label]), ...elements);
    this.element.part.add("control");
    for (const element of elements) element.part.add("control-field");
    this.element.dataset["kind"] = control.kind;
    this.element.dataset["id"] = control.id;
    this.#show();
  }

  /** Shows the control as it is now. */
  handleControl(control: FieldControl): void {
    this.#control = control;
    this.#showSoon();
  }

  /** Nobody here may set it, for this reason; null where one may. */
  setLocked(reason: string | null): void {
    const why = this.#control.disabled ? "The scene has disabled this" : reason;
    if (why === this.#why) return;
    this.#why = why;
    for (const element of this.#field.elements) element.disabled = why !== null;
    this.element.title = why ?? "";
  }

  #showSoon(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const wait = this.#held.waitFor("value" in this.#control ? this.#control.value : null);
    if (wait === 0) this.#show();
    else this.#timer = setTimeout(() => this.#showSoon(), wait);
  }

  #show(): void {
    const { label, hidden } = this.#control;
    if (this.element.hidden !== hidden) this.element.hidden = hidden;
    if (this.#label !== null && this.#label.textContent !== label) this.#label.textContent = label;
    const [, ...others] = this.#field.elements;
    for (const element of others) element.ariaLabel = label;
    this.#field.show(this.#control);
  }
}
