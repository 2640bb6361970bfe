/** Owns the description of the machine that is measured on. */

import { arch, availableParallelism, cpus, platform, release } from "node:os";
import type { Spread } from "./figures.ts";
import type { Table } from "./table.ts";

/** What is known only once something ran. */
export type MachineDetails = {
  readonly chromium: string | null;
  readonly renderer: string | null;
  readonly encoder: string | null;
  /** What other programs took of the processors before each measurement, from 0 to 1. */
  readonly taken: Spread | null;
};

export function machineTable({ chromium, renderer, encoder, taken }: MachineDetails): Table {
  const models = [...new Set(cpus().map(({ model }) => model.trim()))];
  const rows = [
    ["processor", `${models.join(", ")}, ${availableParallelism()} cores`],
    ["system", `${platform()} ${release()} ${arch()}`],
    ["Node", process.versions.node],
    ["renderer", renderer ?? "–"],
    ["encoder", encoder ?? "–"],
    ["Chromium", chromium ?? "–"],
    [
      "taken by other programs",
      taken === null ? "–" : `${percent(taken.median)} (median), ${percent(taken.p95)} (95th percentile)`,
    ],
  ];
  return { title: "The machine", head: ["what", "which"], rows };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
