/** The time of a scene: that of the clock which its host is given. */

import { PerspectiveCamera, Scene } from "three";
import { expect, it } from "vitest";
import { SteppedClock } from "../../../../../server/platform/stepped-clock.ts";
import { DataIntake } from "../../../../../server/render/data/data-intake.ts";
import { SceneHost } from "../../../../../server/render/host/scene-host.ts";
import type { Surface } from "../../../../../server/render/surface/surface.ts";

const surface = {
  panoramaOf: () => null,
  wantsPanorama: () => false,
  renderer: undefined as never,
  size: { width: 16, height: 16 },
} as unknown as Surface;

it("passes as the clock is stepped, whatever time it is; a pause makes nothing jump", async () => {
  const clock = new SteppedClock();
  clock.work(5_000_000);
  const times: { elapsed: number; delta: number }[] = [];
  const { store } = new DataIntake(undefined);
  const hooks = {
    data: store,
    clock,
    invalidate: () => undefined,
    noticed: () => undefined,
    strayed: () => undefined,
    messageSent: () => undefined,
    cursorChanged: () => undefined,
    titleChanged: () => undefined,
    panelsTouched: () => undefined,
  };
  const definition = {
    setup: () => ({
      scene: new Scene(),
      camera: new PerspectiveCamera(),
      update: ({ elapsed, delta }: { elapsed: number; delta: number }) => void times.push({ elapsed, delta }),
    }),
  };
  const start = {
    url: import.meta.url,
    load: async () => definition,
    drawsItself: false,
    hold: () => ({ declared: {}, values: {} }),
    loaded: () => undefined,
    store,
    signal: new AbortController().signal,
  };
  const host = await SceneHost.start(start, surface, hooks);
  for (const step of [0, 40, 40, 3000]) {
    clock.work(step);
    host.update();
  }
  host.dispose();
  expect(times.map(({ elapsed }) => elapsed)).toEqual([0, 0.04, 0.08, 3.08]);
  expect(times.map(({ delta }) => Math.round(delta * 1000))).toEqual([0, 40, 40, 100]);
});
