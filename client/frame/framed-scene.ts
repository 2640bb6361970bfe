/** Owns the page's end of the messages with the server's page in a frame of it. */

import { Emitter } from "../../shared/emitter.ts";
import type { MessageData } from "../index.ts";
import {
  type ControlValues,
  type FrameEvents,
  type FromFrame,
  fromFrame,
  marked,
  type ToFrame,
} from "./frame-messages.ts";

/** What `connectFrame` takes besides the frame. */
export type FrameOptions = {
  /** The origin of the server. Default that of the frame's `src`. */
  readonly origin?: string;
};

/** The scene in a frame. Made by `connectFrame`. */
export type FramedScene = {
  /**
   * Resolves when the frame answers; rejects with an `Error` where the server was not told that pages of this origin may drive it
   * (`--frame-driver`). Commands wait for it, and for the scene.
   */
  readonly ready: Promise<void>;
  /** Calls `listener` at every `name` event of the viewer in the frame. Returns a function that takes it off again. */
  on<Name extends keyof FrameEvents>(name: Name, listener: (event: FrameEvents[Name]) => void): () => void;
  /**
   * Sets controls by their ids, such as `{ "/scene/speed": 2 }`, for whoever has control in the frame; `true` presses a button.
   * Rejects with an `Error` naming the control and the rule; then none is set.
   */
  setControls(values: ControlValues): Promise<void>;
  /** Sends the scene a message. Rejects with an `Error` where it is too long or cannot be sent. */
  send(data: MessageData): Promise<void>;
  /** The picture of this moment as PNG. Rejects with an `Error` where there is none. */
  snapshot(): Promise<Blob>;
  /** No frames are sent until `resume()`; the last picture stays. */
  pause(): Promise<void>;
  /** Takes `pause()` back. */
  resume(): Promise<void>;
  /** Hears no more of the frame, which goes on by itself. What was not answered rejects. */
  close(): void;
};

/** Connects to the server's page in a frame, whenever that is loaded. Throws `TypeError` naming the argument and the rule. */
export function connectFrame(frame: HTMLIFrameElement, options: FrameOptions = {}): FramedScene {
  if (!(frame instanceof HTMLIFrameElement)) throw new TypeError("frame must be an HTMLIFrameElement.");
  const { origin = frame.src } = options;
  const url = URL.parse(origin, document.baseURI);
  if (url === null || url.origin === "null")
    throw new TypeError("options.origin must be an origin like https://example.org.");
  return new FrameLink(frame, url.origin);
}

type Waiting = { readonly resolve: (result: Blob | null) => void; readonly reject: (error: Error) => void };
/** A command without its number. */
type Command = ToFrame extends infer One
  ? One extends { readonly number: number }
    ? Omit<One, "number">
    : never
  : never;

class FrameLink implements FramedScene {
  readonly ready: Promise<void>;
  readonly #frame: HTMLIFrameElement;
  readonly #origin: string;
  readonly #emitter = new Emitter<FrameEvents>();
  readonly #answered = Promise.withResolvers<void>();
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;

  constructor(frame: HTMLIFrameElement, origin: string) {
    this.#frame = frame;
    this.#origin = origin;
    this.ready = this.#answered.promise;
    this.ready.catch(() => undefined);
    window.addEventListener("message", this.#handle);
    this.#hello();
  }

  on<Name extends keyof FrameEvents>(name: Name, listener: (event: FrameEvents[Name]) => void): () => void {
    return this.#emitter.on(name, listener);
  }

  async setControls(values: ControlValues): Promise<void> {
    await this.#command({ kind: "set-controls", values });
  }

  async send(data: MessageData): Promise<void> {
    await this.#command({ kind: "send", data });
  }

  async snapshot(): Promise<Blob> {
    const picture = await this.#command({ kind: "snapshot" });
    if (picture === null) throw new Error("The frame gave no picture.");
    return picture;
  }

  async pause(): Promise<void> {
    await this.#command({ kind: "pause" });
  }

  async resume(): Promise<void> {
    await this.#command({ kind: "resume" });
  }

  close(): void {
    window.removeEventListener("message", this.#handle);
    const error = new Error("The connection to the frame was closed.");
    this.#answered.reject(error);
    this.#rejectAll(error);
  }

  readonly #handle = ({ source, origin, data }: MessageEvent): void => {
    if (source !== this.#frame.contentWindow || origin !== this.#origin) return;
    const message = fromFrame(data);
    if (message !== null) this.#handleMessage(message);
  };

  #handleMessage(message: FromFrame): void {
    switch (message.kind) {
      case "here":
        this.#rejectAll(new Error("The frame was loaded anew."));
        return this.#hello();
      case "refused":
        return this.#answered.reject(new Error(message.sentence));
      case "event":
        this.#answered.resolve();
        return this.#emitter.emit(message.name, message.detail);
      case "answer": {
        const waiting = this.#waiting.get(message.number);
        this.#waiting.delete(message.number);
        if (message.error === null) waiting?.resolve(message.result);
        else waiting?.reject(new Error(message.error));
      }
    }
  }

  /** To whichever page is in the frame, as it may not be there yet: nothing is said by it. */
  #hello(): void {
    this.#frame.contentWindow?.postMessage(marked({ kind: "hello" }), "*");
  }

  async #command(command: Command): Promise<Blob | null> {
    await this.ready;
    this.#count += 1;
    const number = this.#count;
    const answer = Promise.withResolvers<Blob | null>();
    this.#waiting.set(number, answer);
    this.#frame.contentWindow?.postMessage(marked({ ...command, number } as ToFrame), this.#origin);
    return await answer.promise;
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
