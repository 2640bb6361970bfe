/**
 * Owns the controls that a scene declared: what they hold, who listens, and that they are a panel like any other. In the render
 * thread.
 *
 * DL1 What a control holds always fits its declaration, whoever set it: a range is within its bounds, and on a step of its own.
 * DL2 Its listeners hear what viewers, programs and states set, never what the scene sets itself.
 * DL3 All that differs from the declaration is kept, also where the scene itself set it.
 */

import { type PanelControl, type PanelValue, readPanelValue } from "../../../shared/panels.ts";
import type { PanelSource, ShownControl, SourceControl } from "./panel-source.ts";
import type { ReadControl } from "./read-controls.ts";

/** The panel that they lie in: the first part of their ids, and its title. */
const ROOT = { name: "scene", label: "Controls" };

type Listener = (value: PanelValue, last: boolean) => void;
/** Controls by their names, for the scene. */
type Level = Record<string, unknown>;

export class DeclaredControls implements PanelSource {
  readonly #set: () => void;
  #controls: readonly DeclaredControl[] = [];
  #api: Level = Object.freeze(levelOf([], "controls"));

  /** `set` is called when the scene has set one. */
  constructor(set: () => void) {
    this.#set = set;
  }

  /** What the scene declared; before `setup`. */
  declare(declared: readonly ReadControl[]): void {
    this.#controls = declared.map((control) => new DeclaredControl(control, `controls.${control.name}`, this.#set));
    this.#api = levelOf(this.#controls, "controls");
  }

  get isEmpty(): boolean {
    return this.#controls.length === 0;
  }

  /** What `setup` gets; typed by what was declared. */
  get api(): unknown {
    return this.#api;
  }

  *read(): Iterable<SourceControl> {
    if (this.isEmpty) return;
    const shown = { kind: "folder", label: ROOT.label, disabled: false, hidden: false, open: true } as const;
    const children = this.#controls.map((control) => control.read());
    yield { key: this, name: ROOT.name, shown, initial: null, children, set: () => undefined };
  }
}

class DeclaredControl {
  readonly name: string;
  readonly #declared: ReadControl;
  /** What errors call it. */
  readonly #fullName: string;
  readonly #wasSet: () => void;
  readonly #listeners = new Set<Listener>();
  readonly #children: readonly DeclaredControl[];
  readonly #level: Level;
  #value: PanelValue;

  constructor(declared: ReadControl, fullName: string, wasSet: () => void) {
    this.name = declared.name;
    this.#declared = declared;
    this.#fullName = fullName;
    this.#wasSet = wasSet;
    this.#value = this.#initial;
    this.#children = declared.children.map((child) => new DeclaredControl(child, `${fullName}.${child.name}`, wasSet));
    this.#level = levelOf(this.#children, fullName);
  }

  get kind(): PanelControl["kind"] {
    return this.#declared.shown.kind;
  }

  get #initial(): PanelValue {
    const { shown } = this.#declared;
    return "value" in shown ? shown.value : null;
  }

  /** As the panel shows it now. */
  read(): SourceControl {
    const { shown } = this.#declared;
    return {
      key: this,
      name: this.name,
      shown: ("value" in shown ? { ...shown, value: this.#value } : shown) as ShownControl,
      initial: this.#initial,
      keepsAll: true,
      children: this.#children.map((child) => child.read()),
      set: (value, last) => this.#take(value, last),
    };
  }

  /** For the scene: what it holds, of a folder its controls. */
  get value(): unknown {
    return this.kind === "folder" ? this.#level : this.#value;
  }

  /** The scene sets it (DL2). */
  set value(value: unknown) {
    if (this.kind === "folder" || this.kind === "button") {
      throw new TypeError(`${this.#fullName} cannot be set: it is a ${this.kind}.`);
    }
    const fitting = this.#fitting(value);
    if (fitting === this.#value) return;
    this.#value = fitting;
    this.#wasSet();
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** All listeners hear of it, also where one throws. */
  #take(value: PanelValue, last: boolean): void {
    this.#value = this.#fitting(value);
    const errors: unknown[] = [];
    for (const listener of [...this.#listeners]) {
      try {
        listener(this.#value, last);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  /** DL1 */
  #fitting(value: unknown): PanelValue {
    const { shown, step } = this.#declared;
    const read = readPanelValue({ id: "", ...shown } as PanelControl, value, this.#fullName);
    if (shown.kind !== "range" || step === null || typeof read !== "number") return read;
    const stepped = shown.min + Math.round((read - shown.min) / step) * step;
    // Without what only floating point adds: 0.1 + 0.2.
    return Math.min(shown.max, Math.max(shown.min, Number(stepped.toPrecision(12))));
  }
}

/** What the scene has of some controls: their values by name, and how to listen. */
function levelOf(controls: readonly DeclaredControl[], fullName: string): Level {
  const level: Level = {};
  const find = (name: unknown, isButton: boolean): DeclaredControl => {
    const found = controls.find((control) => control.name === name);
    if (found !== undefined && found.kind !== "folder" && (found.kind === "button") === isButton) return found;
    const wanted = isButton ? "button" : "control with a value";
    const fitting = controls.filter(({ kind }) => kind !== "folder" && (kind === "button") === isButton);
    const there = fitting.length === 0 ? "none" : fitting.map(({ name }) => name).join(", ");
    throw new TypeError(`${fullName} has no ${wanted} ${JSON.stringify(name) ?? String(name)}. It has ${there}.`);
  };
  for (const control of controls.filter(({ kind }) => kind !== "button")) {
    Object.defineProperty(level, control.name, {
      enumerable: true,
      get: () => control.value,
      set: (value: unknown) => {
        control.value = value;
      },
    });
  }
  const hidden = { enumerable: false, writable: false };
  Object.defineProperty(level, "onChange", {
    ...hidden,
    value: (name: unknown, listener: Listener) => find(name, false).listen(listener),
  });
  Object.defineProperty(level, "onPress", {
    ...hidden,
    value: (name: unknown, listener: () => void) => find(name, true).listen(() => listener()),
  });
  return Object.freeze(level);
}
