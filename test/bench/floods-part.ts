/** Owns how the figures of floods are shown (support/floods). */

import type { FloodFigures, FloodKind } from "../support/floods/floods.ts";
import { numberText } from "./figures.ts";
import type { Table } from "./table.ts";

const names: Readonly<Record<FloodKind, string>> = {
  messages: "10,000 messages a second, of six",
  slow: "500 who read nothing",
  snapshots: "50 snapshots at once, without end",
  joins: "100 come and go in a second",
};

export function floodsTable(figures: readonly FloodFigures[]): Table {
  return {
    title: "Floods, from a process on the same machine, by one link",
    note: "What an innocent viewer by the WebSocket gets, in frames a second and the longest gap in milliseconds; milliseconds until /healthz answers.",
    head: ["flood", "fps before", "fps", "kept %", "longest gap", "healthz median", "healthz max"],
    rows: figures.map(({ kind, quietFps, fps, longestGapMs, healthMs }) => [
      names[kind],
      numberText(quietFps),
      numberText(fps),
      numberText((100 * fps) / quietFps),
      numberText(longestGapMs),
      numberText(healthMs.median),
      numberText(healthMs.max),
    ]),
  };
}
