/** Owns the statistics overlay: shown or not, remembered, and its rows and charts once a second. */

import type { StreamQuality, ViewerStats } from "../index.ts";
import { find } from "./elements.ts";
import { readPreference, writePreference } from "./preferences.ts";
import { Sparkline } from "./sparkline.ts";
import { fallbackHint, formatFps, formatMs, statisticsRows } from "./statistics-rows.ts";

const PREFERENCE = "statistics";

export class StatisticsPanel {
  readonly #panel = find("statistics", HTMLElement);
  readonly #list = find("statistics-list", HTMLElement);
  readonly #hint = find("statistics-hint", HTMLElement);
  readonly #button = find("statistics-button", HTMLButtonElement);
  readonly #fpsValue = find("chart-fps-value", HTMLElement);
  readonly #latencyValue = find("chart-latency-value", HTMLElement);
  readonly #fpsChart = new Sparkline(find("chart-fps", HTMLCanvasElement), 30);
  readonly #latencyChart = new Sparkline(find("chart-latency", HTMLCanvasElement), 50);
  readonly #values = new Map<string, HTMLElement>();
  #measuredBefore: number | null = null;

  constructor() {
    this.#button.addEventListener("click", () => this.toggle());
    this.#setOpen(readPreference(PREFERENCE) === "open");
  }

  toggle(): void {
    this.#setOpen(this.#panel.hidden !== false);
    writePreference(PREFERENCE, this.#panel.hidden !== false ? "closed" : "open");
  }

  handleStats(stats: ViewerStats, quality: StreamQuality | null): void {
    const lastMs = stats.clickToPictureMs?.lastMs ?? null;
    // A hand at rest measures nothing new: a gap in the chart, not a line.
    const newMs = lastMs === this.#measuredBefore ? null : lastMs;
    this.#measuredBefore = lastMs;
    this.#fpsChart.add(stats.shownFps);
    this.#latencyChart.add(newMs);
    if (this.#panel.hidden) return;
    this.#fpsValue.textContent = `${formatFps(stats.shownFps)} /s`;
    this.#latencyValue.textContent = formatMs(lastMs);
    const hint = fallbackHint(stats);
    this.#hint.hidden = hint === null;
    this.#hint.textContent = hint;
    for (const { name, value } of statisticsRows(stats, quality)) this.#cell(name).textContent = value;
  }

  #setOpen(isOpen: boolean): void {
    this.#panel.hidden = !isOpen;
    this.#button.ariaPressed = String(isOpen);
  }

  #cell(name: string): HTMLElement {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const row = document.createElement("div");
    const term = document.createElement("dt");
    const cell = document.createElement("dd");
    term.textContent = name;
    row.append(term, cell);
    this.#list.append(row);
    this.#values.set(name, cell);
    return cell;
  }
}
