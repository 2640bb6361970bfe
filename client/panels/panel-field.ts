/** Owns what a control of a panel is in a page: native elements, which fingers, keyboards and screen readers know. */

import type { PanelControl, PanelValue } from "../index.ts";
import { make, makeButton } from "./make.ts";
import { numberText } from "./number-text.ts";

type Folder = Extract<PanelControl, { readonly kind: "folder" }>;
/** A control that is no folder. */
export type FieldControl = Exclude<PanelControl, Folder>;
type Of<Kind> = Extract<FieldControl, { readonly kind: Kind }>;

type FieldElement = HTMLInputElement | HTMLSelectElement | HTMLButtonElement;

export type Field<Control extends FieldControl = FieldControl> = {
  /** As they are shown. The label names the first. */
  readonly elements: readonly [FieldElement, ...FieldElement[]];
  /** Shows another state of the control. */
  show(control: Control): void;
};

/** Sets the value; `last` is false while it is dragged. */
type Set = (value: PanelValue, last: boolean) => void;

/** The elements of a control. Its kind stays as it is. */
export function makeField(control: FieldControl, set: Set): Field {
  switch (control.kind) {
    case "range":
      return rangeField(set) as Field;
    case "number":
      return numberField(set) as Field;
    case "switch":
      return switchField(set) as Field;
    case "choice":
      return choiceField(set) as Field;
    case "color":
      return colorField(set) as Field;
    case "text":
      return textField(set) as Field;
    case "button":
      return buttonField(set) as Field;
  }
}

function rangeField(set: Set): Field<Of<"range">> {
  const slider = input("range", "panel-slider");
  const typed = numberField(set);
  const fill = () => {
    const { min, max, valueAsNumber } = slider;
    slider.style.setProperty("--fill", `${(100 * (valueAsNumber - Number(min))) / (Number(max) - Number(min))}%`);
  };
  const slide = (last: boolean) => {
    fill();
    set(slider.valueAsNumber, last);
  };
  slider.addEventListener("input", () => slide(false));
  slider.addEventListener("change", () => slide(true));
  return {
    elements: [slider, ...typed.elements],
    show(control) {
      const { min, max, step, value } = control;
      setIfOther(slider, { min: String(min), max: String(max), step: String(step) });
      setIfOther(slider, { value: String(value) });
      // Written again it would be told to whoever listens to the page, as screen readers do.
      if (slider.ariaValueText !== numberText(value)) slider.ariaValueText = numberText(value);
      fill();
      typed.show({ ...control, kind: "number", step: null });
    },
  };
}

function numberField(set: Set): Field<Of<"number">> {
  const field = input("number", "panel-number");
  field.inputMode = "decimal";
  let shown = 0;
  const take = (last: boolean) => {
    const typed = Number.isNaN(field.valueAsNumber) ? shown : field.valueAsNumber;
    const value = Math.max(bound(field.min, -Infinity), Math.min(bound(field.max, Infinity), typed));
    if (last) field.value = numberText(value);
    // What does not fit may be on the way to what does.
    if (last || value === field.valueAsNumber) set(value, last);
  };
  field.addEventListener("input", () => take(false));
  field.addEventListener("change", () => take(true));
  return {
    elements: [field],
    show({ min, max, step, value }) {
      setIfOther(field, { min: text(min), max: text(max), step: step === null ? "any" : String(step) });
      shown = value;
      // What is being typed stays, as "0." is on the way to 0.5.
      const isTyped = field.matches(":focus") && field.valueAsNumber === value;
      if (!isTyped) setIfOther(field, { value: numberText(value) });
    },
  };
}

function switchField(set: Set): Field<Of<"switch">> {
  const field = input("checkbox", "switch");
  field.addEventListener("change", () => set(field.checked, true));
  return {
    elements: [field],
    show({ value }) {
      field.checked = value;
    },
  };
}

function choiceField(set: Set): Field<Of<"choice">> {
  const field = make("select", "panel-choice");
  let shown = "";
  field.addEventListener("change", () => set(field.value, true));
  return {
    elements: [field],
    show({ options, value }) {
      const words = JSON.stringify(options);
      if (words !== shown) field.replaceChildren(...options.map((option) => new Option(option, option)));
      shown = words;
      field.selectedIndex = value === null ? -1 : options.indexOf(value);
    },
  };
}

function colorField(set: Set): Field<Of<"color">> {
  return writtenField(input("color", "panel-color"), set);
}

function textField(set: Set): Field<Of<"text">> {
  const field = input("text", "panel-text");
  field.spellcheck = false;
  return writtenField(field, set);
}

/** One whose value is what stands in it. */
function writtenField(field: HTMLInputElement, set: Set): Field<Of<"color" | "text">> {
  field.addEventListener("input", () => set(field.value, false));
  field.addEventListener("change", () => set(field.value, true));
  return {
    elements: [field],
    show: ({ value }) => setIfOther(field, { value }),
  };
}

function buttonField(set: Set): Field<Of<"button">> {
  const button = makeButton("panel-button", "", () => set(null, true));
  return {
    elements: [button],
    show({ label }) {
      button.textContent = label;
    },
  };
}

function input(type: string, className: string): HTMLInputElement {
  const field = make("input", className);
  field.type = type;
  field.autocomplete = "off";
  return field;
}

/** Writing the same again would take the caret from where it is. */
function setIfOther(
  field: HTMLInputElement,
  values: Readonly<Partial<Record<"min" | "max" | "step" | "value", string>>>,
) {
  for (const [name, value] of Object.entries(values) as ["min" | "max" | "step" | "value", string][]) {
    if (field[name] !== value) field[name] = value;
  }
}

function text(value: number | null): string {
  return value === null ? "" : String(value);
}

function bound(value: string, otherwise: number): number {
  return value === "" ? otherwise : Number(value);
}
