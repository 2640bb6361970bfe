/** The render thread of a scene that nobody watches: draws the frames that it is asked for, each when the one before is done. Started by URL only. */

import { workerData } from "node:worker_threads";
import { StreamError, toPlainError } from "../../shared/errors.ts";
import { flushCompiledModules } from "../platform/compile-cache.ts";
import { profileThread } from "../platform/cpu-profile.ts";
import { SteppedClock } from "../platform/stepped-clock.ts";
import { threadPort } from "../platform/threads.ts";
import { DataStore } from "./data/data-store.ts";
import { InputTexture } from "./host/input-texture.ts";
import { LoadWatch } from "./host/load-watch.ts";
import { SceneConsole } from "./host/scene-console.ts";
import { SceneLoader } from "./host/scene-loader.ts";
import { installScopes } from "./host/scene-scope.ts";
import { SceneStage } from "./host/scene-stage.ts";
import { SteppedStage } from "./host/stepped-stage.ts";
import { SteppedTimers } from "./host/stepped-timers.ts";
import { SteppedWorld } from "./host/stepped-world.ts";
import { surviveStrays } from "./host/survive-strays.ts";
import type { FromOfflineThread, OfflineStep, OfflineThreadData, ToOfflineThread } from "./offline-protocol.ts";
import type { FromRenderThread } from "./render-protocol.ts";
import { renderPulse } from "./render-pulse.ts";
import { SampledPicture } from "./sampled-picture.ts";
import { WebGlSurface } from "./surface/webgl-surface.ts";

const data = workerData as OfflineThreadData;
const port = threadPort();
const post = (message: FromOfflineThread): void => port.postMessage(message);
profileThread("render thread");
renderPulse.start(data.pulse);

/** What the scene did wrong, from anywhere; null while nothing. */
let trouble: StreamError | null = null;

/** The stage speaks to who serves a scene. Of that only what it prints and what is wrong with it matters here. */
function handleNews(message: FromRenderThread): void {
  if (message.kind === "console") post(message);
  if (message.kind === "notice" && message.text !== null) trouble ??= new StreamError("scene-failed", message.text);
}

function check(): void {
  if (trouble !== null) throw trouble;
}

async function main(): Promise<void> {
  const output = new SceneConsole({ post: (level, text) => post({ kind: "console", level, text }) });
  output.install();
  const clock = new SteppedClock();
  const world = new SteppedWorld({ seed: data.seed, date: data.date, clock });
  installScopes(new SteppedTimers(clock));
  world.install();
  const loader = new SceneLoader(data.sceneUrl);
  const loads = new LoadWatch((sentence) => output.write("error", sentence));
  const { size, backend, panorama = false } = data;
  const surface = new WebGlSurface({ size, backend, panorama, i420: false });
  const picture = new SampledPicture(surface, data.samples);
  const scene = { ...data, watch: false };
  const invalidate = (): void => undefined;
  const shown = data.input === null ? null : new InputTexture(data.input);
  const stage = new SceneStage({
    data: scene,
    loader,
    loads,
    surface,
    clock,
    post: handleNews,
    invalidate,
    store: noData(),
    input: shown,
    // Who waits for it is told by `SteppedStage`, and what viewers are told is taken for trouble.
    tellsOfSlowStart: false,
  });
  surviveStrays((where, error) => stage.host.handleStray(where, error), end);
  const told = (sentence: string): void => output.write("warn", sentence);
  const steps = new SteppedStage({ stage, loads, clock, world, told, check });
  await steps.start();
  let isWarned = false;
  const noteGlErrors = ([name]: readonly string[]): void => {
    if (name === undefined || isWarned) return;
    isWarned = true;
    output.write("warn", `The picture may be wrong: OpenGL reported ${name} while the scene was drawn.`);
  };
  let toldFiles = 0;
  const tellFiles = (): void => {
    if (loader.files.size === toldFiles) return;
    toldFiles = loader.files.size;
    post({ kind: "files", files: [...loader.files] });
  };
  tellFiles();
  follow(async (step) => {
    if (step.input !== null) shown?.show(step.input);
    await steps.moveTo(step);
    const memory = step.slot === null ? undefined : data.slots[step.slot];
    if (memory !== undefined) await stage.host.attemptToDraw(() => picture.draw(stage.host.parts, memory));
    noteGlErrors(surface.takeErrors());
    check();
    tellFiles();
    flushCompiledModules();
  });
  post({ kind: "ready", renderer: surface.info, isPanorama: surface.panoramaOf(stage.host.parts) !== null });
}

/** What a scene draws off the clock is given no data. */
function noData(): DataStore {
  const store = new DataStore({ post: () => undefined, arrived: () => undefined });
  store.handle({ kind: "filled" });
  return store;
}

function follow(step: (step: OfflineStep) => Promise<void>): void {
  let work: Promise<void> = Promise.resolve();
  port.on("message", (message: ToOfflineThread) => {
    if (message.kind === "close") process.exit(0);
    const { frame } = message.step;
    work = work.then(() => step(message.step)).then(() => post({ kind: "stepped", frame }), end);
  });
}

function end(error: unknown): void {
  port.postMessage({ kind: "failed", error: toPlainError(error) });
  process.exit(1);
}

main().catch(end);
