/** Owns the description of the machine that is measured on. */

import { arch, availableParallelism, cpus, loadavg, platform, release } from "node:os";
import type { Table } from "./table.ts";

/** What is known only once something ran. */
export type MachineDetails = {
  readonly chromium: string | null;
  readonly renderer: string | null;
  readonly encoder: string | null;
};

export function machineTable({ chromium, renderer, encoder }: MachineDetails): Table {
  const models = [...new Set(cpus().map(({ model }) => model.trim()))];
  const rows = [
    ["processor", `${models.join(", ")}, ${availableParallelism()} cores`],
    ["system", `${platform()} ${release()} ${arch()}`],
    ["Node", process.versions.node],
    ["renderer", renderer ?? "–"],
    ["encoder", encoder ?? "–"],
    ["Chromium", chromium ?? "–"],
    [
      "load average",
      loadavg()
        .map((load) => load.toFixed(2))
        .join(" "),
    ],
  ];
  return { title: "The machine", head: ["what", "which"], rows };
}
