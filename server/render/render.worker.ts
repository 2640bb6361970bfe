/** The render thread: loads the scene, draws it when something changed, publishes the frames. Started by URL only. */

import { workerData } from "node:worker_threads";
import { toPlainError } from "../../shared/errors.ts";
import { now } from "../../shared/time.ts";
import { viewerNumber } from "../../shared/trace.ts";
import type { PictureSize } from "../../shared/video.ts";
import { FrameRingWriter } from "../frames/frame-ring.ts";
import { type Clock, wallClock } from "../platform/clock.ts";
import { profileThread } from "../platform/cpu-profile.ts";
import { SteppedClock } from "../platform/stepped-clock.ts";
import { cpuMeter, threadPort } from "../platform/threads.ts";
import { trace } from "../platform/trace.ts";
import { DataIntake } from "./data/data-intake.ts";
import { DrawnScale } from "./drawn-scale.ts";
import { FrameLoop, type FrameWork } from "./frame-loop.ts";
import { FramePainter } from "./frame-painter.ts";
import { LoadWatch } from "./host/load-watch.ts";
import { SceneConsole } from "./host/scene-console.ts";
import { SceneLoader } from "./host/scene-loader.ts";
import { installScopes } from "./host/scene-scope.ts";
import { SceneStage } from "./host/scene-stage.ts";
import { surviveStrays } from "./host/survive-strays.ts";
import { InputQueue } from "./input-merge.ts";
import { PanelQueue } from "./panels/panel-queue.ts";
import type { FromRenderThread, Played, RenderThreadData, ShownInput, ToRenderThread } from "./render-protocol.ts";
import { renderPulse } from "./render-pulse.ts";
import { WebGlSurface } from "./surface/webgl-surface.ts";

const REPORT_MS = 1000;

const data = workerData as RenderThreadData;
const port = threadPort();
const post = (message: FromRenderThread) => port.postMessage(message);

/** What is being drawn or refined. */
let work: Promise<unknown> = Promise.resolve();
const steps =
  data.isStepped === true ? new SteppedClock({ start: now(), settled: () => work.then(() => undefined) }) : null;
const clock: Clock = steps ?? wallClock;
/** The times of what is played count from here. */
const origin = clock.now();
trace.name = "render thread";
profileThread(trace.name);

async function main(): Promise<void> {
  renderPulse.start(data.pulse);
  const output = new SceneConsole({ post: (level, text) => post({ kind: "console", level, text }) });
  output.install();
  installScopes();
  const loader = new SceneLoader(data.sceneUrl);
  const loads = new LoadWatch((sentence) => output.write("error", sentence));
  const surface = new WebGlSurface(data);
  const scale = new DrawnScale(data);
  // What viewers measure is the machine's time, also where the scene's is another.
  const painter = new FramePainter(surface, new FrameRingWriter(data.ring), wallClock, scale);
  const inputs = new InputQueue();
  const wanted: { size: PictureSize | null } = { size: null };
  const panels = new PanelQueue();
  const intake = new DataIntake(data.dataPort);
  const drawing = workOf({ inputs, panels, intake, painter, wanted, stage: () => stage });
  const loop: FrameLoop = new FrameLoop(data.maxFps, steps === null ? drawing : stepped(drawing, steps), clock);
  const invalidate = () => loop.invalidate();
  const stage: SceneStage = new SceneStage({
    data,
    loader,
    loads,
    surface,
    store: intake.store,
    clock,
    post,
    invalidate,
  });
  surviveStrays((where, error) => stage.host.handleStray(where, error), end);
  await stage.start();
  stage.host.update();
  await stage.host.inside(() => painter.paint(stage.host.parts, false));
  stage.noteDrawn();
  stage.state.flush();
  stage.panels.look();
  intake.begin(() => loop.inputArrived());
  follow({ stage, loop, inputs, panels, intake, painter, scale, wanted });
  reportEverySecond(painter);
  post({ kind: "ready", renderer: surface.info, ...stage.description });
}

type Worked = Pick<Parts, "inputs" | "panels" | "intake" | "painter" | "wanted"> & { readonly stage: () => SceneStage };

/** What is done in a frame. `stage` is not there before the first one. */
function workOf({ inputs, panels, intake, painter, wanted, stage }: Worked): FrameWork {
  let shown: ShownInput[] = [];
  const resize = (): void => {
    if (wanted.size === null) return;
    stage().resize(wanted.size);
    painter.handleResize();
    wanted.size = null;
  };
  return {
    handleInputs() {
      const events = inputs.drain();
      const listened = events.filter(({ event }) => stage().host.handleInput(event));
      shown.push(...listened.map(({ viewerId, sequence, receivedAt }) => ({ viewerId, sequence, receivedAt })));
      const isDataNew = intake.take();
      return stage().handlePanelChanges(panels.drain()) || listened.length > 0 || isDataNew;
    },
    async draw(isAnswer) {
      resize();
      const { host, state } = stage();
      const begun = trace.begin();
      const wantsNext = host.update();
      trace.end("update", begun, painter.nextFrame);
      if (begun !== 0) traceShown(painter.nextFrame, shown);
      // Who steers is to learn that it arrived, whatever comes of it.
      if (shown.length > 0) post({ kind: "inputs-shown", frame: painter.nextFrame, inputs: shown });
      shown = [];
      const isNew = await host.attemptToDraw(() => painter.paint(host.parts, wantsNext, isAnswer));
      stage().noteDrawn();
      intake.noteDrawn();
      state.handleFrame();
      stage().panels.lookSoon();
      return { wantsNext, isNew };
    },
    async refine() {
      resize();
      const { host } = stage();
      if (!painter.isRefining) post({ kind: "resting", frame: painter.nextFrame });
      const [begun, frame] = [trace.begin(), painter.nextFrame];
      const wantsMore = await host.attemptToDraw(() => painter.refine(host.parts));
      trace.end("refine", begun, frame);
      stage().noteDrawn();
      return wantsMore;
    },
  };
}

/** While time is stepped all that is drawn is waited for before it passes on, and the scene is not refined as if it rested. */
function stepped(drawing: FrameWork, time: SteppedClock): FrameWork {
  const noted = <Result>(done: Promise<Result>): Promise<Result> => {
    work = done.catch(() => undefined);
    return done;
  };
  return {
    handleInputs: () => drawing.handleInputs(),
    draw: (isAnswer) => noted(drawing.draw(isAnswer)),
    refine: async () => (time.isStepped ? false : await noted(drawing.refine())),
  };
}

/** Gives the scene a piece of a replay. */
async function play({ inputs: played, untilMs, isLast }: Played, { inputs, loop, painter }: Parts): Promise<void> {
  for (const { viewerId, atMs, event } of played) {
    await steps?.passTo(origin + atMs);
    inputs.push({ viewerId, sequence: 0, receivedAt: now(), event });
    loop.inputArrived();
  }
  await steps?.passTo(origin + untilMs);
  if (isLast && steps !== null) {
    steps.run();
    // The last picture counts as a new one, so that it is refined.
    painter.forget();
    loop.invalidate();
  }
  post({ kind: "played", isLast });
}

/** Which inputs a frame is the first to show. */
function traceShown(frame: number, inputs: readonly ShownInput[]): void {
  const at = clock.now();
  for (const { viewerId, sequence } of inputs) trace.span("shown", at, at, frame, viewerNumber(viewerId), sequence);
}

type Parts = {
  readonly stage: SceneStage;
  readonly loop: FrameLoop;
  readonly inputs: InputQueue;
  readonly panels: PanelQueue;
  readonly intake: DataIntake;
  readonly painter: FramePainter;
  readonly scale: DrawnScale;
  /** The size that the picture is to have with the next frame. */
  readonly wanted: { size: PictureSize | null };
};

function follow(parts: Parts): void {
  const { stage, loop, inputs, panels, intake, painter, scale, wanted } = parts;
  let isWatched = false;
  port.on("message", (message: ToRenderThread) => {
    switch (message.kind) {
      case "input":
        inputs.push(message);
        loop.inputArrived();
        break;
      case "play":
        void play(message, parts);
        break;
      case "watched":
        isWatched = message.watched;
        if (isWatched) painter.forget();
        loop.setWatched(message.watched);
        intake.setWatched(message.watched);
        break;
      case "rgba-wanted":
        if (painter.setRgbaWanted(message.wanted)) loop.invalidate();
        break;
      case "preference":
        scale.setPreference(message.preference);
        break;
      case "resize":
        wanted.size = message.size;
        painter.retire();
        loop.invalidate();
        break;
      case "message":
        stage.host.handleMessage(message.from, message.body);
        break;
      case "set-state":
        if (stage.state.take(message.state)) loop.invalidate();
        break;
      case "set-parameters":
        void setParameters(stage, message);
        break;
      case "panel":
        panels.push(message.change);
        loop.inputArrived();
        // No frame will ask for it.
        if (!isWatched) stage.handlePanelChanges(panels.drain());
        break;
      case "close":
        loop.close();
        stage.close();
        process.exit(0);
    }
  });
}

async function setParameters(stage: SceneStage, message: Extract<ToRenderThread, { readonly kind: "set-parameters" }>) {
  const { requestId, values } = message;
  const error = await stage.setParameters(values).then(() => null, toPlainError);
  post({ kind: "parameters-set", requestId, error });
}

function reportEverySecond(painter: FramePainter): void {
  const cpuMs = cpuMeter();
  setInterval(() => {
    const times = painter.takeTimes();
    if (times.rendered > 0) post({ kind: "report", ...times, cpuMs: cpuMs() });
  }, REPORT_MS).unref();
}

function end(error: unknown): void {
  port.postMessage({ kind: "failed", error: toPlainError(error) });
  process.exit(1);
}

main().catch(end);
