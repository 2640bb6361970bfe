/** Owns starting the host of a scene that is drawn nowhere, and whose wishes nobody hears unless a test does. */

import { PerspectiveCamera, Scene } from "three";
import { onTestFinished } from "vitest";
import { DataIntake } from "../../../../../server/render/data/data-intake.ts";
import type { SceneHooks } from "../../../../../server/render/host/scene-belongings.ts";
import { SceneHost } from "../../../../../server/render/host/scene-host.ts";
import type { SceneContext, SceneParts } from "../../../../../server/render/scene.ts";
import type { Surface } from "../../../../../server/render/surface/surface.ts";

const surface = {
  panoramaOf: () => null,
  wantsPanorama: () => false,
  renderer: undefined as never,
  size: { width: 16, height: 16 },
} as unknown as Surface;

/** Of a scene with these parts, to which an empty scene and a camera are added. It ends with the test. */
export async function startUnseen(
  setup: (context: SceneContext) => Partial<SceneParts>,
  hooks: Pick<SceneHooks, "clock"> & Partial<SceneHooks>,
): Promise<SceneHost> {
  const { store } = new DataIntake(undefined);
  const start = {
    url: import.meta.url,
    load: async () => ({
      setup: (context: SceneContext) => ({ scene: new Scene(), camera: new PerspectiveCamera(), ...setup(context) }),
    }),
    drawsItself: false,
    hold: () => ({ declared: {}, values: {} }),
    loaded: () => undefined,
    store,
    signal: new AbortController().signal,
  };
  const host = await SceneHost.start(start, surface, {
    data: store,
    invalidate: () => undefined,
    noticed: () => undefined,
    strayed: () => undefined,
    messageSent: () => undefined,
    cursorChanged: () => undefined,
    titleChanged: () => undefined,
    panelsTouched: () => undefined,
    ...hooks,
  });
  onTestFinished(() => host.dispose());
  return host;
}
