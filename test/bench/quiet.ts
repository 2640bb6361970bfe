/** Owns the look at what else the machine does: figures taken beside other work are no figures. */

import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MS = 500;
/** The share of the processors that others may take for the machine to count as quiet. */
const QUIET_SHARE = 0.1;

/** Waits until the machine is quiet, at most `patienceMs`. Resolves with the share of the processors that is taken, 0 to 1. */
export async function waitForQuiet(patienceMs: number): Promise<number> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const before = processorTimes();
    await sleep(LOOK_MS);
    const after = processorTimes();
    const taken = (after.busy - before.busy) / Math.max(1, after.all - before.all);
    if (taken <= QUIET_SHARE || performance.now() >= deadline) return taken;
  }
}

function processorTimes(): { readonly busy: number; readonly all: number } {
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    const { user, nice, sys, idle, irq } = times;
    busy += user + nice + sys + irq;
    all += user + nice + sys + irq + idle;
  }
  return { busy, all };
}
