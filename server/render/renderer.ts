/** Owns the session's handle of the render thread. */

import type { ConsoleLine } from "../../shared/console.ts";
import type { MessageBody } from "../../shared/custom-message.ts";
import { Emitter } from "../../shared/emitter.ts";
import type { StreamError } from "../../shared/errors.ts";
import type { PanelChange } from "../../shared/panels.ts";
import type { Preference } from "../../shared/signaling.ts";
import type { PictureSize } from "../../shared/video.ts";
import type { ParameterValues } from "../platform/parameters.ts";
import { isFrameSource, isStudio } from "../platform/scene-address.ts";
import { siblingUrl, Thread } from "../platform/threads.ts";
import { StartProgress } from "./host/start-progress.ts";
import type {
  FromRenderThread,
  MessageSender,
  Played,
  QueuedInput,
  RenderThreadData,
  StartReport,
  ToRenderThread,
} from "./render-protocol.ts";
import { allocatePulse, PulseReader } from "./render-pulse.ts";
import type { ArrivedFrame, SourceOpened, WishedPicture } from "./source-protocol.ts";

export type RendererEvents = {
  readonly messageReceived: Exclude<FromRenderThread, { readonly kind: "ready" | "starting" }>;
  /** The thread is gone without having been asked: the scene's start failed, the device was lost, or a defect. */
  readonly ended: StreamError;
};

/** What is told while the scene is not there yet, so that nobody waits in the dark. */
export type RendererStart = {
  /** Once a second how it goes. */
  readonly progressed?: (report: StartReport) => void;
  /** What the scene prints meanwhile; it is no event then. */
  readonly printed?: (line: ConsoleLine) => void;
  /** The files of the scene, where they are watched. */
  readonly filesFound?: (files: readonly string[]) => void;
};

type Ready = Extract<FromRenderThread, { readonly kind: "ready" }>;

export class Renderer extends Emitter<RendererEvents> {
  readonly ready: Ready;
  /** Whether the thread comes back from what it does. */
  readonly pulse: PulseReader;
  readonly #thread: Thread<ToRenderThread, FromRenderThread>;
  /** What came before anybody listened. */
  #early: RendererEvents["messageReceived"][] | null = [];

  /** Starts the thread and waits until the first frame is in the ring. Rejects with the scene's `StreamError`. */
  static async start(data: Omit<RenderThreadData, "pulse">, told: RendererStart = {}): Promise<Renderer> {
    const name = threadFor(data.sceneUrl);
    const url = siblingUrl(import.meta.url, name);
    const pulse = allocatePulse();
    const workerData: RenderThreadData = { ...data, pulse };
    const ports = data.dataPort === undefined ? [] : [data.dataPort];
    const thread = new Thread<ToRenderThread, FromRenderThread>(
      url,
      "render thread",
      workerData,
      "scene-failed",
      ports,
    );
    const early: RendererEvents["messageReceived"][] = [];
    const progress = new StartProgress((report) => told.progressed?.(report));
    const started = new Promise<Renderer>((resolve, reject) => {
      const off = thread.on("messageReceived", (message) => {
        if (message.kind === "starting") progress.handle(message);
        else if (message.kind === "console" && told.printed !== undefined) told.printed(message);
        else if (message.kind === "files" && told.filesFound !== undefined) told.filesFound(message.files);
        else if (message.kind === "ready") {
          off();
          resolve(new Renderer(thread, message, early, new PulseReader(pulse)));
        } else early.push(message);
      });
      thread.on("ended", reject);
    });
    return await started.finally(() => progress.close());
  }

  private constructor(
    thread: Thread<ToRenderThread, FromRenderThread>,
    ready: Ready,
    early: RendererEvents["messageReceived"][],
    pulse: PulseReader,
  ) {
    super();
    this.#thread = thread;
    this.ready = ready;
    this.pulse = pulse;
    this.#early = early;
    thread.on("messageReceived", (message) => {
      if (message.kind === "ready" || message.kind === "starting") return;
      if (this.#early === null) this.emit("messageReceived", message);
      else this.#early.push(message);
    });
    thread.on("ended", (error) => this.emit("ended", error));
  }

  /** As of every emitter; the first listener to messages also gets those that came before it. */
  override on<Name extends keyof RendererEvents>(
    name: Name,
    listener: (payload: RendererEvents[Name]) => void,
  ): () => void {
    const off = super.on(name, listener);
    const early = name === "messageReceived" ? this.#early : null;
    if (early !== null) this.#early = null;
    for (const message of early ?? []) this.emit("messageReceived", message);
    return off;
  }

  /** Gives an input to the scene; it is drawn at once if the scene listens. */
  handleInput(input: QueuedInput): void {
    this.#thread.post({ kind: "input", ...input });
  }

  /** Plays a piece of a replay; `played` answers. */
  play({ inputs, untilMs, isLast }: Played): void {
    this.#thread.post({ kind: "play", inputs, untilMs, isLast });
  }

  /** Gives a viewer's message to the scene's listeners, watched or not. */
  sendMessage(from: MessageSender, body: MessageBody): void {
    this.#thread.post({ kind: "message", from, body });
  }

  /** Has the scene take a state, JSON text. */
  setState(state: string): void {
    this.#thread.post({ kind: "set-state", state });
  }

  /** Has the scene's parameters take these values; `parameters-set` answers. */
  setParameters(requestId: number, values: ParameterValues): void {
    this.#thread.post({ kind: "set-parameters", requestId, values });
  }

  /** Has the scene take a change of a panel, watched or not. */
  setPanel(change: PanelChange): void {
    this.#thread.post({ kind: "panel", change });
  }

  /** While nobody watches nothing is drawn. */
  setWatched(watched: boolean): void {
    this.#thread.post({ kind: "watched", watched });
  }

  /** While somebody takes frames as RGBA there are such; if the newest is not, another is drawn. */
  setRgbaWanted(wanted: boolean): void {
    this.#thread.post({ kind: "rgba-wanted", wanted });
  }

  /** The picture is to have this size; the next frame has it. */
  resize(size: PictureSize): void {
    this.#thread.post({ kind: "resize", size });
  }

  /** A program came that makes the pictures. */
  openSource(opened: SourceOpened): void {
    this.#thread.post({ kind: "source-opened", ...opened });
  }

  /** It has put a frame into a slot; `slot-freed` answers. */
  handleFrame(frame: ArrivedFrame): void {
    this.#thread.post({ kind: "frame-arrived", ...frame });
  }

  /** Viewers wish for such pictures of it. */
  wishPicture(wished: WishedPicture): void {
    this.#thread.post({ kind: "picture-wished", ...wished });
  }

  /** Tells a studio how a room does whose pictures it asked for. */
  tellMirror(mirrorId: string, trouble: string | null): void {
    this.#thread.post({ kind: "mirror-told", mirrorId, trouble });
  }

  /** What is given up where drawing is too slow. */
  setPreference(preference: Preference): void {
    this.#thread.post({ kind: "preference", preference });
  }

  close(): Promise<void> {
    return this.#thread.close({ kind: "close" });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The module of the thread that makes the pictures. */
function threadFor(sceneUrl: string): string {
  if (isStudio(sceneUrl)) return "../studio/studio.worker";
  return isFrameSource(sceneUrl) ? "./source/source.worker" : "./render.worker";
}
