/**
 * Owns how the panels of lil-gui are read and set. The library runs as it is, so its listeners, classes that extend it, its
 * presets and all that it does by itself work; only its elements are replaced by those in the viewers' pages. Versions
 * 0.16 to 0.21 have these names. In the render thread.
 */

import { MAX_LABEL_LENGTH, MAX_OPTIONS, MAX_TEXT_LENGTH, type PanelValue } from "../../../shared/panels.ts";
import type { PanelSource, SourceControl } from "./panel-source.ts";

type Placed = { readonly isConnected: boolean; readonly style: { readonly display?: string } };

type Gui = {
  readonly parent?: Gui;
  readonly root: Gui;
  readonly children: readonly (Gui | Controller)[];
  readonly domElement: Placed;
  readonly _title: string;
  readonly _closed: boolean;
};

type Controller = {
  readonly parent: Gui;
  readonly object: object;
  readonly domElement: Placed;
  readonly initialValue: unknown;
  readonly _name: string;
  readonly _disabled: boolean;
  getValue(): unknown;
  setValue(value: unknown): unknown;
  _callOnChange(): void;
  _callOnFinishChange(): void;
  // Of numbers.
  readonly _min?: unknown;
  readonly _max?: unknown;
  readonly _step?: unknown;
  readonly _stepExplicit?: boolean;
  _snap?(value: number): number;
  // Of choices.
  readonly _names?: readonly unknown[];
  readonly _values?: readonly unknown[];
  // Of colours.
  readonly _initialValueHexString?: string;
  _setValueFromHexString?(color: string): void;
  save(): unknown;
};

const own = { initial: null, children: [], set: () => undefined } as const;

export class LilGuiSource implements PanelSource {
  /** In the order in which they were made. What nobody else holds is gone. */
  readonly #made = new Set<WeakRef<Gui>>();

  /** A panel or a folder is being made. */
  note(gui: object): void {
    this.#made.add(new WeakRef(gui as Gui));
  }

  get isEmpty(): boolean {
    return this.#made.size === 0;
  }

  *read(): Iterable<SourceControl> {
    for (const reference of this.#made) {
      const gui = reference.deref();
      // Folders are read in their panel.
      if (gui === undefined || gui.parent !== undefined) this.#made.delete(reference);
      else if (gui.domElement?.isConnected) yield folder(gui);
    }
  }
}

function folder(gui: Gui): SourceControl {
  const { domElement, _title, _closed } = gui;
  const shown = { kind: "folder", label: labelOf(_title), disabled: false, hidden: isHidden(domElement) } as const;
  return { ...own, key: gui, shown: { ...shown, open: !_closed }, children: childrenOf(gui) };
}

function* childrenOf({ children }: Gui): Iterable<SourceControl> {
  for (const child of children) {
    const control = "children" in child ? folder(child) : readable(child);
    if (control !== null) yield control;
  }
}

/** Null where the scene's own getter throws. It does the same wherever else the scene uses it. */
function readable(controller: Controller): SourceControl | null {
  try {
    return controlOf(controller);
  } catch {
    return null;
  }
}

/** Null for what can neither be shown nor set. */
function controlOf(controller: Controller): SourceControl | null {
  const { _name, _disabled, domElement, _names, _setValueFromHexString } = controller;
  const common = { label: labelOf(_name), disabled: _disabled === true, hidden: isHidden(domElement) };
  if (Array.isArray(_names)) return choice(controller, common);
  if (_setValueFromHexString !== undefined) return color(controller, common);
  const value = controller.getValue();
  switch (typeof value) {
    case "function":
      return { ...own, key: controller, shown: { kind: "button", ...common }, set: () => press(controller) };
    case "boolean":
      return { ...plain(controller), shown: { kind: "switch", ...common, value } };
    case "string":
      return { ...plain(controller), shown: { kind: "text", ...common, value: value.slice(0, MAX_TEXT_LENGTH) } };
    case "number":
      return numeric(controller, common, value);
    default:
      return null;
  }
}

type Common = Omit<Extract<SourceControl["shown"], { readonly kind: "button" }>, "kind">;

function plain(controller: Controller): Omit<SourceControl, "shown"> {
  const { initialValue } = controller;
  const set = (value: PanelValue, last: boolean): void => finish(controller, last, () => controller.setValue(value));
  return { ...own, key: controller, initial: initialValue as PanelValue, set };
}

function numeric(controller: Controller, common: Common, found: number): SourceControl {
  const [min, max] = [bound(controller._min), bound(controller._max)];
  const step = typeof controller._step === "number" && controller._step > 0 ? bound(controller._step) : null;
  const value = Number.isFinite(found) ? found : 0;
  const isRange = min !== null && max !== null && min < max;
  const shown = isRange
    ? ({ kind: "range", ...common, value, min, max, step: step ?? (max - min) / 1000 } as const)
    : ({ kind: "number", ...common, value, min, max, step: controller._stepExplicit === true ? step : null } as const);
  const set = (wanted: PanelValue, last: boolean): void =>
    finish(controller, last, () => setNumber(controller, wanted));
  return { ...plain(controller), shown, set };
}

/** As when it is typed: on a step that was asked for, within its bounds. */
function setNumber(controller: Controller, wanted: PanelValue): void {
  const snapped = controller._stepExplicit === true ? controller._snap?.(Number(wanted)) : undefined;
  const [min, max] = [bound(controller._min), bound(controller._max)];
  controller.setValue(Math.max(min ?? -Infinity, Math.min(max ?? Infinity, snapped ?? Number(wanted))));
}

function choice(controller: Controller, common: Common): SourceControl {
  const { _names = [], _values = [] } = controller;
  const options = _names.slice(0, MAX_OPTIONS).map(labelOf);
  const nameOf = (value: unknown): string | null => options[_values.indexOf(value)] ?? null;
  const shown = { kind: "choice", ...common, value: nameOf(controller.getValue()), options } as const;
  const set = (name: PanelValue, last: boolean): void =>
    finish(controller, last, () => controller.setValue(_values[options.indexOf(String(name))]));
  return { ...own, key: controller, shown, initial: nameOf(controller.initialValue), set };
}

function color(controller: Controller, common: Common): SourceControl {
  const shown = { kind: "color", ...common, value: hexOf(controller.save()) } as const;
  const set = (value: PanelValue, last: boolean): void =>
    finish(controller, last, () => controller._setValueFromHexString?.(String(value)));
  return { ...own, key: controller, shown, initial: hexOf(controller._initialValueHexString), set };
}

function press(controller: Controller): void {
  (controller.getValue() as () => unknown).call(controller.object);
  // Since 0.18, which brought this option, listeners hear of buttons.
  if ("_closeFolders" in controller.parent.root) controller._callOnChange();
}

function finish(controller: Controller, last: boolean, set: () => void): void {
  set();
  if (last) controller._callOnFinishChange();
}

function bound(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** Scenes hide a panel by its element, too. */
function isHidden({ style }: Placed): boolean {
  return style.display === "none";
}

function labelOf(name: unknown): string {
  // Versions before 0.18 took HTML.
  const text = String(name).replaceAll(/<[^<>]*>/g, "");
  return text.length > MAX_LABEL_LENGTH ? `${text.slice(0, MAX_LABEL_LENGTH - 1)}…` : text;
}

function hexOf(found: unknown): string {
  return typeof found === "string" && /^#[0-9a-f]{6}$/i.test(found) ? found.toLowerCase() : "#000000";
}
