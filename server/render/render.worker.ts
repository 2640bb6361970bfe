/** The render thread: loads the scene, draws it when something changed, publishes the frames. Started by URL only. */

import { workerData } from "node:worker_threads";
import { toPlainError } from "../../shared/errors.ts";
import { FrameRingWriter } from "../frames/frame-ring.ts";
import { cpuMeter, threadPort } from "../platform/threads.ts";
import { FrameLoop, type FrameWork } from "./frame-loop.ts";
import { FramePainter } from "./frame-painter.ts";
import { SceneLoader } from "./host/scene-loader.ts";
import { SceneStage } from "./host/scene-stage.ts";
import { InputQueue } from "./input-merge.ts";
import { Page } from "./page/page.ts";
import type { FromRenderThread, RenderThreadData, ShownInput, ToRenderThread } from "./render-protocol.ts";
import { GlSurface } from "./surface/webgl-surface.ts";

const REPORT_MS = 1000;

const data = workerData as RenderThreadData;
const port = threadPort();
const post = (message: FromRenderThread) => port.postMessage(message);

async function main(): Promise<void> {
  const backend = process.env["SCENECAST_GL_BACKEND"] === "opengl" ? "opengl" : "vulkan";
  const loader = new SceneLoader(data.sceneUrl);
  const surface = new GlSurface(data.size, backend, data.asGpu);
  // After three has looked for what a browser has, before any module of the scene does.
  const page = Page.open({ url: data.sceneUrl, size: data.size, renderer: surface.renderer });
  const definition = await loader.load();
  const painter = new FramePainter(surface, new FrameRingWriter(data.ring));
  const inputs = new InputQueue();
  const loop: FrameLoop = new FrameLoop(
    data.maxFps,
    workOf(inputs, painter, () => stage),
  );
  const invalidate = () => loop.invalidate();
  const stage = await SceneStage.start({ data, loader, definition, page, surface, post, invalidate });
  stage.host.update();
  painter.paint(stage.host.parts);
  stage.noteGlErrors();
  stage.state.flush();
  follow(stage, loop, inputs);
  reportEverySecond(painter);
  post({ kind: "ready", renderer: surface.info, ...stage.description });
}

/** What is done in a frame. `stage` is not there before the first one. */
function workOf(inputs: InputQueue, painter: FramePainter, stage: () => SceneStage): FrameWork {
  let shown: ShownInput[] = [];
  return {
    handleInputs() {
      const events = inputs.drain();
      const listened = events.filter(({ event }) => stage().host.handleInput(event));
      shown.push(...listened.map(({ viewerId, sequence, receivedAt }) => ({ viewerId, sequence, receivedAt })));
      return listened.length > 0;
    },
    draw() {
      const { host, state } = stage();
      const wantsNext = host.update();
      if (shown.length > 0) post({ kind: "inputs-shown", frame: painter.nextFrame, inputs: shown });
      shown = [];
      host.attemptToDraw(() => painter.paint(host.parts));
      stage().noteGlErrors();
      state.handleFrame();
      return wantsNext;
    },
    refine() {
      const { host } = stage();
      if (!painter.isRefining) post({ kind: "resting", frame: painter.nextFrame });
      const wantsMore = host.attemptToDraw(() => painter.refine(host.parts));
      stage().noteGlErrors();
      return wantsMore;
    },
  };
}

function follow(stage: SceneStage, loop: FrameLoop, inputs: InputQueue): void {
  port.on("message", (message: ToRenderThread) => {
    switch (message.kind) {
      case "input":
        inputs.push(message);
        loop.inputArrived();
        break;
      case "watched":
        loop.setWatched(message.watched);
        break;
      case "message":
        stage.host.handleMessage(message.from, message.body);
        break;
      case "set-state":
        if (stage.state.take(message.state)) loop.invalidate();
        break;
      case "close":
        loop.close();
        stage.close();
        process.exit(0);
    }
  });
}

function reportEverySecond(painter: FramePainter): void {
  const cpuMs = cpuMeter();
  setInterval(() => {
    const times = painter.takeTimes();
    if (times.rendered > 0) post({ kind: "report", ...times, cpuMs: cpuMs() });
  }, REPORT_MS).unref();
}

main().catch((error: unknown) => {
  port.postMessage({ kind: "failed", error: toPlainError(error) });
  process.exit(1);
});
