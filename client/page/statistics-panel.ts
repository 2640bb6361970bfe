/** Owns the statistics overlay: shown or not, remembered, and its charts and rows once a second. */

import type { StreamQuality, Viewer, ViewerStats } from "../index.ts";
import { find, make } from "./elements.ts";
import { latencyStages, stageTimes } from "./latency-stages.ts";
import { readPreference, writePreference } from "./preferences.ts";
import { Sparkline } from "./sparkline.ts";
import { chartWords, fallbackHint, formatMs, roundTripOf, statisticsRows } from "./statistics-rows.ts";

const PREFERENCE = "statistics";

/** The charts with the least value that their tops stand for. */
const charts = { fps: 30, bitrate: 500_000, roundTrip: 20, latency: 50 } as const;
type Chart = keyof typeof charts;
const chartNames = Object.keys(charts) as Chart[];

export class StatisticsPanel {
  readonly #viewer: Viewer;
  readonly #panel = find("statistics", HTMLElement);
  readonly #list = find("statistics-list", HTMLElement);
  readonly #hint = find("statistics-hint", HTMLElement);
  readonly #button = find("statistics-button", HTMLButtonElement);
  readonly #charts = new Map<Chart, { readonly line: Sparkline; readonly words: HTMLElement }>();
  readonly #values = new Map<string, HTMLElement>();
  #measuredBefore: number | null = null;

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
    for (const name of chartNames) {
      const line = new Sparkline(find(`chart-${name}`, HTMLCanvasElement), charts[name]);
      this.#charts.set(name, { line, words: find(`chart-${name}-value`, HTMLElement) });
    }
    this.#button.addEventListener("click", () => this.toggle());
    this.#setOpen(readPreference(PREFERENCE) === "open");
    viewer.on("statsUpdated", ({ stats }) => this.#update(stats));
  }

  toggle(): void {
    this.#setOpen(this.#panel.hidden !== false);
    writePreference(PREFERENCE, this.#panel.hidden !== false ? "closed" : "open");
  }

  #update(stats: ViewerStats): void {
    const { quality } = this.#viewer;
    this.#addToCharts(stats, quality);
    if (!this.#panel.hidden) this.#write(stats, quality);
  }

  #addToCharts(stats: ViewerStats, quality: StreamQuality | null): void {
    const lastMs = stats.clickToPictureMs?.lastMs ?? null;
    // A hand at rest measures nothing new: a gap in the chart.
    const stages = lastMs === this.#measuredBefore ? null : stageTimes(stats, quality);
    this.#measuredBefore = lastMs;
    const roundTripMs = roundTripOf(stats, quality);
    this.#charts.get("fps")?.line.add([stats.shownFps]);
    this.#charts.get("bitrate")?.line.add([stats.bitrateBps]);
    this.#charts.get("roundTrip")?.line.add(roundTripMs === null ? null : [roundTripMs]);
    this.#charts.get("latency")?.line.add(stages);
    // They stay with their press, however the server does meanwhile.
    if (stages !== null) for (const [at, name] of latencyStages.entries()) this.#stage(name, formatMs(stages[at] ?? 0));
  }

  #write(stats: ViewerStats, quality: StreamQuality | null): void {
    const words = chartWords(stats, quality, this.#viewer.isPaused);
    for (const [name, chart] of this.#charts) chart.words.textContent = words[name];
    const hint = fallbackHint(stats);
    this.#hint.hidden = hint === null;
    this.#hint.textContent = hint;
    for (const { name, value } of statisticsRows(stats, quality)) this.#cell(name).textContent = value;
  }

  #setOpen(isOpen: boolean): void {
    this.#panel.hidden = !isOpen;
    this.#button.ariaPressed = String(isOpen);
    if (!isOpen) return;
    for (const { line } of this.#charts.values()) line.draw();
    this.#write(this.#viewer.stats(), this.#viewer.quality);
  }

  #stage(name: (typeof latencyStages)[number], value: string): void {
    find(`stage-${latencyStages.indexOf(name) + 1}`, HTMLElement).textContent = value;
  }

  #cell(name: string): HTMLElement {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const cell = make("dd", "");
    this.#list.append(make("div", "", make("dt", "", name), cell));
    this.#values.set(name, cell);
    return cell;
  }
}
