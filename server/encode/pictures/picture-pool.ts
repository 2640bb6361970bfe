/** Owns the session's handle of the thread that makes snapshots and exact pictures. */

import { Piscina } from "piscina";
import { fromPlainError, StreamError, toPlainError } from "../../../shared/errors.ts";
import { FrameRingControl } from "../../frames/frame-ring.ts";
import { siblingUrl } from "../../platform/threads.ts";
import type { PictureTask, PictureThreadData, TakenPicture } from "./picture-protocol.ts";

/** More than this waiting and a picture is refused. */
const MAX_WAITING = 16;
/** A thread without work goes, with its libraries. */
const IDLE_MS = 30_000;

export class PicturePool {
  readonly #pool: Piscina<PictureTask, TakenPicture | null>;
  readonly #data: PictureThreadData;

  /** Starts no thread before the first picture. */
  constructor(data: PictureThreadData) {
    this.#data = data;
    this.#pool = new Piscina({
      filename: siblingUrl(import.meta.url, "./picture.worker").href,
      name: "takePicture",
      workerData: data,
      minThreads: 0,
      // One, because a reader of the ring holds one frame. A second would be a frame more of memory.
      maxThreads: 1,
      maxQueue: MAX_WAITING,
      idleTimeout: IDLE_MS,
    });
    this.#pool.on("error", () => undefined);
  }

  /**
   * Makes a picture. Rejects with a `StreamError`: "room-lost" where the scene has none, else "encoder-failed", also when too many wait
   * or it is closed meanwhile.
   */
  async take(task: PictureTask): Promise<TakenPicture> {
    const taken = await this.#pool.run(task).catch((error: unknown) => {
      throw fromPlainError(toPlainError(error), "encoder-failed");
    });
    if (taken === null) throw new StreamError("room-lost", "The scene has not drawn a picture yet.");
    return taken;
  }

  /** Ends the thread, whatever it does. */
  async close(): Promise<void> {
    await this.#pool.destroy();
    new FrameRingControl(this.#data.ring).forgetReader(this.#data.reader);
  }
}
