/**
 * The render thread of a studio: composes its view of sources, each of which is read in a process of its own. Neither OpenGL nor three is
 * loaded. Started by URL only, in place of render.worker.ts.
 */

import { workerData } from "node:worker_threads";
import { StreamError, toPlainError } from "../../shared/errors.ts";
import { FrameRingWriter } from "../frames/frame-ring.ts";
import { wallClock } from "../platform/clock.ts";
import { profileThread } from "../platform/cpu-profile.ts";
import { sweepKeptFolders } from "../platform/kept-folder.ts";
import { fileOfStudio, titleOfStudio } from "../platform/scene-address.ts";
import { cpuMeter, threadPort } from "../platform/threads.ts";
import { trace } from "../platform/trace.ts";
import { FrameLoop } from "../render/frame-loop.ts";
import { refuseToSet, tellNothingToSet } from "../render/nothing-to-set.ts";
import type { FromRenderThread, RenderThreadData, ToRenderThread } from "../render/render-protocol.ts";
import { renderPulse } from "../render/render-pulse.ts";
import { Arranging } from "./arranging.ts";
import type { Layout } from "./layout.ts";
import { LayoutFile } from "./layout-file.ts";
import { StudioStage } from "./studio-stage.ts";
import { StudioView } from "./studio-view.ts";

const REPORT_MS = 1000;

const data = workerData as RenderThreadData;
const port = threadPort();
const post = (message: FromRenderThread): void => port.postMessage(message);
trace.name = "render thread";
profileThread(trace.name);

class Studio {
  readonly #file: LayoutFile;
  readonly #view: StudioView;
  readonly #stage: StudioStage;
  readonly #arranging: Arranging;
  #loop: FrameLoop;
  #fps: number;
  #watched = false;

  constructor() {
    this.#file = openLayout(
      (layout) => this.#setLayout(layout),
      (text) => post({ kind: "notice", text }),
    );
    const { layout } = this.#file;
    requireSize(layout);
    this.#view = new StudioView({
      ask: (mirrorId, room, wish) => post({ kind: "mirror-asked", mirrorId, room, wish }),
      failed: (name, reason) => post({ kind: "console", level: "warn", text: `${name}: ${reason}` }),
    });
    this.#stage = new StudioStage({
      ...{ ring: new FrameRingWriter(data.ring), size: data.size, clock: wallClock, post },
      ...{ layout, view: this.#view },
    });
    this.#arranging = new Arranging({
      layout: () => this.#file.layout,
      change: (changes) => this.#setLayout(this.#file.change(changes)),
      send: (to, body) => post({ kind: "message", to, body }),
    });
    this.#fps = Math.min(data.maxFps, layout.fps);
    this.#loop = new FrameLoop(this.#fps, this.#stage.work, wallClock);
    this.#stage.begin();
  }

  handle(message: ToRenderThread): void {
    switch (message.kind) {
      case "message":
        return this.#arranging.handle(message.from, message.body);
      case "mirror-told":
        return this.#view.handleMirror(message.mirrorId, message.trouble);
      case "watched":
        return this.#setWatched(message.watched);
      case "resize":
        this.#stage.resize(message.size);
        return this.#loop.invalidate();
      case "set-parameters":
        return refuseToSet(message, "A studio takes no parameters; what it shows says its layout.", post);
      case "play":
        return post({ kind: "played", isLast: message.isLast });
      case "close":
        this.#loop.close();
        this.#file.close();
        this.#view.close();
        process.exit(0);
    }
  }

  report(cpuMs: number): void {
    const times = this.#stage.takeTimes();
    if (times.rendered > 0) post({ kind: "report", ...times, cpuMs });
  }

  #setWatched(watched: boolean): void {
    this.#watched = watched;
    if (watched) this.#stage.forget();
    this.#view.setWatched(watched);
    this.#loop.setWatched(watched);
  }

  #setLayout(layout: Layout): void {
    try {
      requireSize(layout);
    } catch (error) {
      return post({ kind: "notice", text: toPlainError(error).message });
    }
    this.#stage.setLayout(layout);
    this.#arranging.tell();
    const fps = Math.min(data.maxFps, layout.fps);
    if (fps === this.#fps) return this.#loop.invalidate();
    this.#fps = fps;
    this.#loop.close();
    this.#loop = new FrameLoop(fps, this.#stage.work, wallClock);
    this.#loop.setWatched(this.#watched);
  }
}

/** Throws `StreamError` "scene-missing" or "scene-invalid" where there is no layout to begin with. */
function openLayout(changed: (layout: Layout) => void, told: (trouble: string | null) => void): LayoutFile {
  const path = fileOfStudio(data.sceneUrl);
  try {
    return new LayoutFile({ path, changed, told });
  } catch (error) {
    const isMissing = error instanceof Error && (error as NodeJS.ErrnoException).code === "ENOENT";
    if (isMissing) throw new StreamError("scene-missing", `There is no layout ${path}.`, { cause: error });
    throw new StreamError("scene-invalid", `${path} was not taken: ${toPlainError(error).message}`, { cause: error });
  }
}

function requireSize({ width, height }: Layout): void {
  const { maxPixels } = data.ring;
  if (width * height <= maxPixels) return;
  throw new StreamError("scene-invalid", `layout.width times layout.height must be at most ${maxPixels}.`);
}

function main(): void {
  renderPulse.start(data.pulse);
  // What the memory of a process before this one was, which was killed.
  void sweepKeptFolders();
  tellNothingToSet(data.parameters, post);
  const studio = new Studio();
  port.on("message", (message: ToRenderThread) => studio.handle(message));
  const cpuMs = cpuMeter();
  setInterval(() => studio.report(cpuMs()), REPORT_MS).unref();
  post({
    kind: "ready",
    renderer: { name: "the studio", isGpu: false, backend: "program" },
    title: titleOfStudio(data.sceneUrl),
    // Hosts arrange it whoever has control; the studio hears nobody else.
    messagesFrom: "everyone",
    content: "surfaces",
  });
}

try {
  main();
} catch (error) {
  port.postMessage({ kind: "failed", error: toPlainError(error) });
  process.exit(1);
}
