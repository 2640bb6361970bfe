/** The time of a scene: that of the clock which its host is given. */

import { expect, it } from "vitest";
import { SteppedClock } from "../../../../../server/platform/stepped-clock.ts";
import { startUnseen } from "./unseen-host.ts";

it("passes as the clock is stepped, whatever time it is; a pause makes nothing jump", async () => {
  const clock = new SteppedClock();
  clock.work(5_000_000);
  const times: { elapsed: number; delta: number }[] = [];
  const update = ({ elapsed, delta }: { elapsed: number; delta: number }) => void times.push({ elapsed, delta });
  const host = await startUnseen(() => ({ update }), { clock });
  for (const step of [0, 40, 40, 3000]) {
    clock.work(step);
    host.update();
  }
  expect(times.map(({ elapsed }) => elapsed)).toEqual([0, 0.04, 0.08, 3.08]);
  expect(times.map(({ delta }) => Math.round(delta * 1000))).toEqual([0, 40, 40, 100]);
});
