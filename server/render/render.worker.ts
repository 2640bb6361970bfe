/** The render thread: loads the scene, draws it when something changed, publishes the frames. Started by URL only. */

import { workerData } from "node:worker_threads";
import { toPlainError } from "../../shared/errors.ts";
import { FrameRingWriter } from "../frames/frame-ring.ts";
import { cpuMeter, threadPort } from "../threads.ts";
import { FrameLoop } from "./frame-loop.ts";
import { FramePainter } from "./frame-painter.ts";
import { GlSurface } from "./gl-surface.ts";
import { InputQueue } from "./input-merge.ts";
import type { FromRenderThread, RenderThreadData, ShownInput, ToRenderThread } from "./render-protocol.ts";
import { SceneHost, type SceneHostHooks } from "./scene-host.ts";
import { SceneLoader } from "./scene-loader.ts";

const REPORT_MS = 1000;

const data = workerData as RenderThreadData;
const port = threadPort();
const post = (message: FromRenderThread) => port.postMessage(message);

async function main(): Promise<void> {
  const backend = process.env["SCENECAST_GL_BACKEND"] === "opengl" ? "opengl" : "vulkan";
  const loader = new SceneLoader(data.sceneUrl);
  const definition = await loader.load();
  const surface = new GlSurface(data.size, backend);
  const painter = new FramePainter(surface, new FrameRingWriter(data.ring));
  const inputs = new InputQueue();
  let shown: ShownInput[] = [];

  const loop: FrameLoop = new FrameLoop(data.maxFps, {
    handleInputs() {
      const events = inputs.drain();
      const listened = events.filter(({ event }) => host.handleInput(event));
      shown.push(...listened.map(({ viewerId, sequence, receivedAt }) => ({ viewerId, sequence, receivedAt })));
      return listened.length > 0;
    },
    draw() {
      const wantsNext = host.update();
      if (shown.length > 0) post({ kind: "inputs-shown", frame: painter.nextFrame, inputs: shown });
      shown = [];
      host.attemptToDraw(() => painter.paint(host.parts));
      return wantsNext;
    },
    refine: () => host.attemptToDraw(() => painter.refine(host.parts)),
  });
  const hooks: SceneHostHooks = { invalidate: () => loop.invalidate(), noticed: tellChanges() };
  let host = await SceneHost.start(definition, surface, hooks);
  host.update();
  painter.paint(host.parts);

  const reload = async () => {
    try {
      const next = await SceneHost.start(await loader.load(), surface, hooks);
      host.dispose();
      host = next;
      hooks.noticed(null);
      post({ kind: "reloaded", title: host.title ?? loader.defaultTitle });
      loop.invalidate();
    } catch (error) {
      hooks.noticed(`${toPlainError(error).message} The scene as it was before goes on.`);
    }
    stopWatching = loader.watch(changed);
  };
  const changed = () => {
    stopWatching();
    void reload();
  };
  let stopWatching = data.watch ? loader.watch(changed) : () => undefined;

  port.on("message", (message: ToRenderThread) => {
    switch (message.kind) {
      case "input":
        inputs.push(message);
        loop.inputArrived();
        break;
      case "watched":
        loop.setWatched(message.watched);
        break;
      case "close":
        stopWatching();
        loop.close();
        host.dispose();
        process.exit(0);
    }
  });
  reportEverySecond(painter);
  post({ kind: "ready", renderer: surface.info, title: host.title ?? loader.defaultTitle });
}

/** Passes a notice on only when it differs from the one before, so that a scene that throws at every frame says it once. */
function tellChanges(): (text: string | null) => void {
  let last: string | null = null;
  return (text) => {
    if (text !== last) post({ kind: "notice", text });
    last = text;
  };
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
