/** Owns what of this machine is examined, and in what order. Main process. */

import { createRequire } from "node:module";
import { examineBrowsers } from "./browser-check.ts";
import { examineEncoders, tryEncoders } from "./encoder-check.ts";
import type { Check } from "./finding.ts";
import { examineMachine, thisMachine } from "./machine-checks.ts";
import { examinePort, examineTunnel, examineUdp } from "./network-checks.ts";
import { examineDrawing, examineVulkan, seenGpu, tryDrawing } from "./renderer-check.ts";

export type DoctorOptions = {
  /** The port that a server would listen on. */
  readonly port: number;
  /** Whether there is an authtoken of ngrok. */
  readonly hasNgrokToken: boolean;
};

/** All checks of this machine. One runs after the other, since two of them measure. */
export function checksOfMachine({ port, hasNgrokToken }: DoctorOptions): readonly Check[] {
  return [
    async () => examineMachine(thisMachine()),
    async () => {
      // Before anything draws: it makes the link that drawing needs.
      const vulkan = examineVulkan();
      return vulkan === null ? [] : [vulkan];
    },
    async () => examineDrawing(await tryDrawing(), seenGpu()),
    async () => [examineEncoders(await tryEncoders())],
    async () => [await examinePort(port), await examineUdp(), examineTunnel(hasNgrokToken, hasNgrok())],
    async () => [await examineBrowsers()],
  ];
}

function hasNgrok(): boolean {
  try {
    createRequire(import.meta.url).resolve("@ngrok/ngrok");
    return true;
  } catch {
    return false;
  }
}
