/**
 * Owns when the panels of the scene that is shown are looked at, and what is told of them. In the render thread.
 *
 * TN1 They are looked at after frames and changes, at most ten times a second, and once more after the last; and once a
 *     second, as a scene may change them where nothing is drawn. Without panels nothing is looked at.
 * TN2 Told is what changed: all of it where there are other controls, else those that differ from the last whole (BO1 in
 *     shared/panel-board.ts), and all again where these became many.
 */

import type { PanelControl, PanelNews } from "../../../shared/panels.ts";
import { type Milliseconds, milliseconds, now } from "../../../shared/time.ts";

const LOOK_MS = 100;
const IDLE_LOOK_MS = 1000;
/** Changes longer than this, as JSON, become a whole that later ones are counted from. */
const MAX_CHANGES_LENGTH = 4096;

export type TellablePanels = {
  /** Whether there may be panels. */
  readonly hasPanels: boolean;
  /** The controls of now. */
  readPanels(): readonly PanelControl[];
};

export type PanelTellerOptions = {
  /** There are other controls, or too many are others than before. */
  readonly told: (whole: PanelNews) => void;
  /** Those that differ from the last whole. */
  readonly changed: (changes: PanelNews) => void;
  readonly clock?: () => Milliseconds;
};

export class PanelTeller {
  readonly #options: PanelTellerOptions;
  readonly #clock: () => Milliseconds;
  #scene: TellablePanels | null = null;
  #revision = 0;
  /** As JSON, by their ids: the last whole, and what was told since. */
  #whole = new Map<string, string>();
  #told = new Map<string, string>();
  #lookedAt: Milliseconds = milliseconds(Number.NEGATIVE_INFINITY);
  #timer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: PanelTellerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? now;
  }

  /** Tells of the panels of this scene from now on. */
  begin(scene: TellablePanels): void {
    this.#scene = scene;
    this.lookSoon();
  }

  /** Something happened: the panels may have changed. */
  lookSoon(): void {
    if (this.#timer !== undefined || (this.#scene?.hasPanels !== true && this.#told.size === 0)) return;
    // Never at once: a panel that is being made is not there yet.
    const wait = Math.max(0, this.#lookedAt + LOOK_MS - this.#clock());
    this.#timer = setTimeout(() => this.look(), wait);
  }

  /** Looks now rather than soon. The first time it is told of, also where there are none. */
  look(): void {
    this.close();
    this.#lookedAt = this.#clock();
    const controls = this.#scene?.hasPanels === true ? this.#scene.readPanels() : [];
    const texts = new Map(controls.map((control) => [control.id, JSON.stringify(control)]));
    if (this.#revision === 0 || !isSameShape(this.#told, texts)) this.#tell(controls, texts);
    else if (controls.some(({ id }) => this.#told.get(id) !== texts.get(id))) this.#tellChanges(controls, texts);
    if (controls.length > 0) this.#idleTimer = setTimeout(() => this.look(), IDLE_LOOK_MS).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#idleTimer);
    this.#timer = undefined;
  }

  #tell(controls: readonly PanelControl[], texts: Map<string, string>): void {
    this.#revision += 1;
    this.#whole = texts;
    this.#told = texts;
    this.#options.told({ revision: this.#revision, controls });
  }

  /** TN2 */
  #tellChanges(controls: readonly PanelControl[], texts: Map<string, string>): void {
    const changed = controls.filter(({ id }) => this.#whole.get(id) !== texts.get(id));
    const length = changed.reduce((sum, { id }) => sum + (texts.get(id)?.length ?? 0), 0);
    if (length > MAX_CHANGES_LENGTH) return this.#tell(controls, texts);
    this.#told = texts;
    this.#options.changed({ revision: this.#revision, controls: changed });
  }
}

function isSameShape(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): boolean {
  return before.size === after.size && [...before.keys()].join("\n") === [...after.keys()].join("\n");
}
