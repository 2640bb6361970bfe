/** Owns the choices about quality in the statistics panel, remembered from one visit to the next, and the hint in the bar. */

import { type Preference, preferences, type Viewer, type ViewerOptions } from "../index.ts";
import { find, make } from "./elements.ts";
import { readPreference, writePreference } from "./preferences.ts";
import { qualityHint } from "./quality-words.ts";

const PREFERENCE = "quality";
const SAVE_DATA = "save-data";
const SAVING_BPS = 1_000_000;

/** What was chosen at the last visit. */
export function rememberedQuality(): Pick<ViewerOptions, "preference" | "maxBitrateBps"> {
  return {
    preference: preferenceOf(readPreference(PREFERENCE)),
    maxBitrateBps: readPreference(SAVE_DATA) === "on" ? SAVING_BPS : null,
  };
}

export class QualityControl {
  readonly #viewer: Viewer;
  readonly #preference = find("quality-preference", HTMLSelectElement);
  readonly #saveData = find("save-data", HTMLInputElement);
  readonly #hint = find("quality-hint", HTMLElement);

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
    this.#preference.value = viewer.preference;
    this.#saveData.checked = viewer.maxBitrateBps !== null;
    this.#preference.addEventListener("change", () => this.#choose(preferenceOf(this.#preference.value)));
    this.#saveData.addEventListener("change", () => this.#setSaving(this.#saveData.checked));
    viewer.on("qualityChanged", () => this.#updateHint());
    viewer.on("stateChanged", () => this.#updateHint());
  }

  #choose(preference: Preference): void {
    this.#viewer.setPreference(preference);
    writePreference(PREFERENCE, preference);
  }

  #setSaving(isSaving: boolean): void {
    this.#viewer.setMaxBitrate(isSaving ? SAVING_BPS : null);
    writePreference(SAVE_DATA, isSaving ? "on" : "off");
  }

  #updateHint(): void {
    const { quality, scene, state } = this.#viewer;
    const hint = state.kind === "live" ? qualityHint(quality, scene.size) : null;
    // Small screens have no room for the reason.
    this.#hint.replaceChildren(...(hint === null ? [] : [make("span", "hint-reason", "Slow connection: "), hint]));
  }
}

function preferenceOf(value: string | null): Preference {
  return preferences.find((preference) => preference === value) ?? "auto";
}
