/** Which scene is shown, and what is told of the one on its way. Nothing is drawn. */

import { PerspectiveCamera, Scene, type WebGLRenderer } from "three";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SteppedClock } from "../../../../../server/platform/stepped-clock.ts";
import type { LoadWatch } from "../../../../../server/render/host/load-watch.ts";
import type { SceneLoader } from "../../../../../server/render/host/scene-loader.ts";
import { SceneStage } from "../../../../../server/render/host/scene-stage.ts";
import type { FromRenderThread, RenderThreadData } from "../../../../../server/render/render-protocol.ts";
import type { SceneDefinition, SceneParts } from "../../../../../server/render/scene.ts";
import type { Surface } from "../../../../../server/render/surface/surface.ts";

const context = { pixelStorei: () => undefined, getParameter: () => null };
const renderer: unknown = {
  debug: {},
  shadowMap: {},
  getClearColor: (color: object) => color,
  getClearAlpha: () => 1,
  setClearColor: () => undefined,
  getContext: () => context,
};
const parts: SceneParts = { scene: new Scene(), camera: new PerspectiveCamera() };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("SG3: at which step a scene is, is told twice a second until it is there", async () => {
  const loading = Promise.withResolvers<SceneDefinition>();
  const settingUp = Promise.withResolvers<SceneParts>();
  const told: FromRenderThread[] = [];
  const stage = new SceneStage({
    data: { sceneUrl: import.meta.url, watch: false, state: null } as RenderThreadData,
    loader: { load: () => loading.promise, files: new Set<string>(), defaultTitle: "" } as unknown as SceneLoader,
    loads: { progress: { loaded: 1, total: 3, item: "a.glb" }, reset: () => undefined } as unknown as LoadWatch,
    surface: {
      renderer: renderer as WebGLRenderer,
      size: { width: 16, height: 16 },
      setOverlay: () => undefined,
    } as unknown as Surface,
    clock: new SteppedClock(),
    post: (message) => told.push(message),
    invalidate: () => undefined,
  });
  const steps = () => told.splice(0).flatMap((message) => (message.kind === "starting" ? [message.step] : []));

  const started = stage.start();
  expect(told[0]).toEqual({ kind: "starting", step: "load", loaded: 1, total: 3, item: "a.glb" });
  await vi.advanceTimersByTimeAsync(1900);
  expect(steps()).toEqual(["load", "load", "load", "load"]);
  loading.resolve({ setup: () => settingUp.promise });
  await vi.advanceTimersByTimeAsync(1000);
  expect(steps()).toEqual(["setup", "setup", "setup"]);
  settingUp.resolve(parts);
  await started;
  await vi.advanceTimersByTimeAsync(5000);
  expect([steps(), stage.host.parts.scene === parts.scene]).toEqual([[], true]);
  stage.close();
});
