/**
 * The render thread of a room whose pictures another program makes: takes its frames, hands it the input. It draws nothing itself, so
 * neither OpenGL nor three is loaded. Started by URL only, in place of render.worker.ts.
 */

import { workerData } from "node:worker_threads";
import { toPlainError } from "../../../shared/errors.ts";
import { FrameRingWriter } from "../../frames/frame-ring.ts";
import { wallClock } from "../../platform/clock.ts";
import { profileThread } from "../../platform/cpu-profile.ts";
import { titleOfSource } from "../../platform/scene-address.ts";
import { cpuMeter, threadPort } from "../../platform/threads.ts";
import { trace } from "../../platform/trace.ts";
import { FrameLoop } from "../frame-loop.ts";
import { refuseToSet, tellNothingToSet } from "../nothing-to-set.ts";
import type { FromRenderThread, RenderThreadData, ToRenderThread } from "../render-protocol.ts";
import { renderPulse } from "../render-pulse.ts";
import { SourceStage } from "./source-stage.ts";

const REPORT_MS = 1000;

const data = workerData as RenderThreadData;
const port = threadPort();
const post = (message: FromRenderThread): void => port.postMessage(message);
trace.name = "render thread";
profileThread(trace.name);

function main(): void {
  renderPulse.start(data.pulse);
  tellNothingToSet(data.parameters, post);
  const stage: SourceStage = new SourceStage({
    ring: new FrameRingWriter(data.ring),
    size: data.size,
    clock: wallClock,
    post,
    arrived: () => loop.inputArrived(),
  });
  const loop = new FrameLoop(data.maxFps, stage.work, wallClock);
  stage.begin();
  port.on("message", (message: ToRenderThread) => handle(message, stage, loop));
  const cpuMs = cpuMeter();
  setInterval(() => {
    const times = stage.takeTimes();
    if (times.rendered > 0 || times.replaced > 0) post({ kind: "report", ...times, cpuMs: cpuMs() });
  }, REPORT_MS).unref();
  const renderer = { name: "another program", isGpu: false, backend: "program" } as const;
  post({
    kind: "ready",
    renderer,
    title: titleOfSource(data.sceneUrl, "Frames"),
    messagesFrom: "control",
    content: "surfaces",
  });
}

function handle(message: ToRenderThread, stage: SourceStage, loop: FrameLoop): void {
  switch (message.kind) {
    case "input":
      return stage.handleInput(message);
    case "source-opened":
      return stage.open(message);
    case "frame-arrived":
      return stage.handleFrame(message);
    case "picture-wished":
      return stage.wish(message);
    case "watched":
      if (message.watched) stage.forget();
      post({ kind: "source-watched", watched: message.watched });
      return loop.setWatched(message.watched);
    case "resize":
      stage.resize(message.size);
      return loop.inputArrived();
    case "set-parameters":
      return refuseToSet(message, "The pictures are made by another program, which takes no parameters.", post);
    case "play":
      return post({ kind: "played", isLast: message.isLast });
    case "close":
      loop.close();
      stage.close();
      process.exit(0);
  }
}

try {
  main();
} catch (error) {
  port.postMessage({ kind: "failed", error: toPlainError(error) });
  process.exit(1);
}
