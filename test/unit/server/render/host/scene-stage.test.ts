/** Which scene is shown, and what is told of the one on its way. Nothing is drawn. */

import { PerspectiveCamera, Scene, type WebGLRenderer } from "three";
import { beforeEach, expect, test, vi } from "vitest";
import { type GivenParameters, noParameters } from "../../../../../server/platform/given-parameters.ts";
import { SteppedClock } from "../../../../../server/platform/stepped-clock.ts";
import { DataIntake } from "../../../../../server/render/data/data-intake.ts";
import type { LoadWatch } from "../../../../../server/render/host/load-watch.ts";
import type { SceneLoader } from "../../../../../server/render/host/scene-loader.ts";
import { SceneStage, type SceneStageOptions } from "../../../../../server/render/host/scene-stage.ts";
import type { FromRenderThread, RenderThreadData } from "../../../../../server/render/render-protocol.ts";
import { defineScene, type SceneDefinition, type SceneParts } from "../../../../../server/render/scene.ts";
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

/** A stage of one definition after another; nothing is drawn. */
function stageOf(
  definitions: SceneDefinition[],
  given: GivenParameters = noParameters,
  others: Partial<SceneStageOptions> = {},
) {
  const told: FromRenderThread[] = [];
  const load = async (): Promise<SceneDefinition> => definitions.shift() ?? Promise.reject(new Error("no more"));
  const stage = new SceneStage({
    data: { sceneUrl: import.meta.url, watch: false, state: null, parameters: given } as RenderThreadData,
    loader: { load, files: new Set<string>(), defaultTitle: "", drawsItself: false } as unknown as SceneLoader,
    loads: { progress: { loaded: 0, total: 0, item: null }, reset: () => undefined } as unknown as LoadWatch,
    surface: {
      renderer: { ...(renderer as object), resetState: () => undefined } as unknown as WebGLRenderer,
      size: { width: 16, height: 16 },
      setOverlay: () => undefined,
      panoramaOf: () => null,
      wantsPanorama: () => false,
    } as unknown as Surface,
    store: new DataIntake(undefined).store,
    clock: new SteppedClock(),
    post: (message) => told.push(message),
    invalidate: () => undefined,
    ...others,
  });
  const values = () => told.flatMap((message) => (message.kind === "parameters" ? [message.news.values] : []));
  return { stage, told, values };
}

const counting = { count: { type: "number", default: 3, min: 1, max: 9 } } as const;

test("SG4: a scene that hears of its parameters is told their values, and the others stay", async () => {
  const heard: unknown[] = [];
  const scene = defineScene({
    parameters: { ...counting, dark: { type: "boolean", default: false } },
    setup: ({ parameters }) => ({
      ...parts,
      parametersChanged: async (changedTo, changed) => {
        heard.push([{ ...changedTo }, changed, parameters === changedTo]);
        await Promise.resolve();
        if (changedTo.count === 7) throw new Error("seven");
      },
    }),
  });
  const { stage, values, told } = stageOf([scene], { ...noParameters, flags: { count: "4" } });
  await stage.start();
  expect(values()).toEqual([{ count: 4, dark: false }]);
  await stage.setParameters({ count: 5 });
  await stage.setParameters({ count: 5 });
  expect(heard).toEqual([[{ count: 5, dark: false }, ["count"], true]]);
  expect(values().at(-1)).toEqual({ count: 5, dark: false });
  await expect(stage.setParameters({ count: 10 })).rejects.toThrow(TypeError);
  await expect(stage.setParameters({ size: 1 })).rejects.toThrow('The scene has no parameter "size"');

  await expect(stage.setParameters({ count: 7, dark: true })).rejects.toThrow("parametersChanged(): Error: seven");
  expect(stage.host.parameters.values).toEqual({ count: 5, dark: false });
  expect(told.find(({ kind }) => kind === "notice")).toMatchObject({ text: expect.stringContaining("seven") });
  stage.close();
});

test("SG4: of two that were set at once the one that fails is taken back alone, also for the scene that follows", async () => {
  const failing = Promise.withResolvers<void>();
  const scene = defineScene({
    parameters: { ...counting, dark: { type: "boolean", default: false } },
    setup: () => ({
      ...parts,
      parametersChanged: (_, changed) => (changed.includes("count") ? failing.promise : undefined),
    }),
  });
  const { stage, told } = stageOf([scene]);
  await stage.start();
  const bad = expect(stage.setParameters({ count: 5 })).rejects.toThrow("too many");
  await stage.setParameters({ dark: true });
  failing.reject(new Error("too many"));
  await bad;
  const news = told.flatMap((message) => (message.kind === "parameters" ? [message.news] : [])).at(-1);
  expect(news).toMatchObject({ values: { count: 3, dark: true }, set: { dark: true } });
  expect(news?.set).not.toHaveProperty("count");
  stage.close();
});

test("SG4: a scene that does not hear of them is begun anew with its state, and stays where that fails", async () => {
  const begun: unknown[] = [];
  let state = { turned: 1 };
  const scene = defineScene({
    parameters: counting,
    setup: ({ parameters }) => {
      begun.push(parameters.count);
      if (parameters.count === 7) throw new Error("seven");
      return { ...parts, getState: () => state, setState: (to) => void begun.push(to) };
    },
  });
  const { stage, values } = stageOf([scene, scene, scene, scene]);
  await stage.start();
  state = { turned: 2 };
  await stage.setParameters({ count: 5 });
  expect(begun).toEqual([3, 5, { turned: 2 }]);
  const shown = stage.host;
  await expect(stage.setParameters({ count: 7 })).rejects.toThrow("seven");
  expect([stage.host === shown, values().at(-1)]).toEqual([true, { count: 5 }]);
  // What failed is not tried again with the next.
  await stage.setParameters({ count: 6 });
  expect([begun.filter((count) => typeof count === "number"), values().at(-1)]).toEqual([[3, 5, 7, 6], { count: 6 }]);
  stage.close();
});

test("SG4: while a scene is on its way it is begun again with the newest values, and both who set them learn of it", async () => {
  const waits: (() => void)[] = [];
  const scene = defineScene({
    parameters: { ...counting, dark: { type: "boolean", default: false } },
    setup: async ({ parameters: { count } }) => {
      if (count > 3) await new Promise<void>((resolve) => waits.push(resolve));
      return parts;
    },
  });
  const { stage, values } = stageOf([scene, scene, scene]);
  await stage.start();
  const both = Promise.all([stage.setParameters({ count: 5 }), stage.setParameters({ dark: true })]);
  await vi.waitFor(() => expect(waits).toHaveLength(2));
  for (const go of waits) go();
  await both;
  expect(values()).toEqual([
    { count: 3, dark: false },
    { count: 5, dark: true },
  ]);
  stage.close();
});

test("a first scene that was given what it does not declare is not there, and says what it declares", async () => {
  const { stage } = stageOf([defineScene({ parameters: counting, setup: () => parts })], {
    ...noParameters,
    options: { cuont: 4 },
  });
  await expect(stage.start()).rejects.toMatchObject({
    code: "parameters-invalid",
    message: 'The scene has no parameter "cuont". It has count.',
  });
  stage.close();
});

test("SG3: at which step a scene is, is told twice a second until it is there", async () => {
  const loading = Promise.withResolvers<SceneDefinition>();
  const settingUp = Promise.withResolvers<SceneParts>();
  const told: FromRenderThread[] = [];
  const stage = new SceneStage({
    data: { sceneUrl: import.meta.url, watch: false, state: null, parameters: noParameters } as RenderThreadData,
    loader: { load: () => loading.promise, files: new Set<string>(), defaultTitle: "" } as unknown as SceneLoader,
    loads: { progress: { loaded: 1, total: 3, item: "a.glb" }, reset: () => undefined } as unknown as LoadWatch,
    surface: {
      renderer: renderer as WebGLRenderer,
      size: { width: 16, height: 16 },
      setOverlay: () => undefined,
      panoramaOf: () => null,
      wantsPanorama: () => false,
    } as unknown as Surface,
    store: new DataIntake(undefined).store,
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

test.each([
  [{}, [expect.stringContaining("has been running for 10 seconds")]],
  [{ tellsOfSlowStart: false }, []],
])("with %j a scene that takes long to be set up anew is told of to viewers, or not", async (others, notices) => {
  const settingUp = Promise.withResolvers<SceneParts>();
  const scenes = [defineScene({ setup: () => parts }), defineScene({ setup: () => settingUp.promise })];
  const { stage, told } = stageOf(scenes, noParameters, others);
  await stage.start();
  const now = vi.spyOn(performance, "now");
  const begun = performance.now();
  const restarted = stage.restart();
  now.mockReturnValue(begun + 10_200);
  await vi.advanceTimersByTimeAsync(600);
  now.mockRestore();
  expect(told.flatMap((message) => (message.kind === "notice" ? [message.text] : []))).toEqual(notices);
  settingUp.resolve(parts);
  await restarted;
  stage.close();
});
