/** Waits for rest, as a test sees it from outside: nothing that it reads changes any more. */

import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MS = 50;
/** Only a failure takes so long, so a busy machine has time. */
const WITHIN_MS = 30_000;

/** Reads again and again until nothing changed for `forMs`, and gives what was read. Rejects where it changes on and on. */
export async function untilSteady<Read>(read: () => Promise<Read> | Read, forMs: number): Promise<Read> {
  const until = performance.now() + WITHIN_MS;
  let [found, since] = [await read(), performance.now()];
  while (performance.now() - since < forMs) {
    await sleep(LOOK_MS);
    const next = await read();
    if (JSON.stringify(next) === JSON.stringify(found)) continue;
    if (performance.now() > until) throw new Error(`There was no rest of ${forMs} ms in ${WITHIN_MS} ms.`);
    [found, since] = [next, performance.now()];
  }
  return found;
}
