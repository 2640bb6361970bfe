/**
 * Owns the packets of one sink in the scene's process: which encoder's it takes, its times, and when it wants a key frame
 * (rules SI2 and SI4 in sink.ts).
 */

import { StreamError, toPlainError } from "../../../shared/errors.ts";
import { type Milliseconds, milliseconds, now } from "../../../shared/time.ts";
import type { VideoCodec } from "../../../shared/video.ts";
import type { EncodeTarget } from "../../encode/video/encode-protocol.ts";
import { TierSwitch } from "../quality/tier-switch.ts";
import type { OutgoingPacket } from "./output.ts";
import type { Sink } from "./sink.ts";

/** On the grid no picture is asked for where one came so shortly before: it moves. */
const FRESH_MS = 40;

export class SinkStream {
  /** Unique among the sinks of a pipeline. */
  readonly id: string;
  readonly sink: Sink;
  readonly tiers: TierSwitch = new TierSwitch();
  /** What its packets are to be; null for all that a stream may have. */
  target: EncodeTarget | null;
  readonly #due: (what: "keyFrameDue" | "pictureDue") => void;
  #needsKeyFrame = true;
  #lastTime: Milliseconds = milliseconds(0);
  #timer: NodeJS.Timeout | undefined;
  #gapTimer: NodeJS.Timeout | undefined;
  #takenAt = 0;

  /** `due` is called when the sink's last key frame, or its last packet, is as old as it may be. */
  constructor(id: string, sink: Sink, due: (what: "keyFrameDue" | "pictureDue") => void) {
    this.id = id;
    this.sink = sink;
    this.target = sink.target;
    this.#due = due;
    if (sink.isOnGrid === true) this.#followGrid();
    else this.#awaitKeyFrame();
  }

  get codec(): VideoCodec {
    return this.sink.codec;
  }

  /** Whether it takes what viewers get, where that is good enough. */
  get isShared(): boolean {
    return this.sink.target === null && this.sink.maxKeyFrameGapMs === null;
  }

  /** Takes the packets of this encoder from its next key frame on. Returns whether one is to be asked for. */
  moveTo(tier: number): boolean {
    return this.tiers.moveTo(tier, this.#needsKeyFrame);
  }

  /** Hands a packet on if it is one of its encoder's. Returns the error of a sink that threw, which is over then. */
  handlePacket({ packet, frame }: OutgoingPacket): StreamError | null {
    if (packet.codec !== this.codec || !this.tiers.takes(packet)) return null;
    if (this.#needsKeyFrame && !packet.isKeyFrame) return null;
    this.#needsKeyFrame = false;
    if (this.sink.isOnGrid === true) this.#takenAt = now();
    else this.#awaitNext(packet.isKeyFrame);
    const { codec, data, isKeyFrame, tier, atRest } = packet;
    // Two encoders count their times by themselves.
    this.#lastTime = milliseconds(Math.max(frame.time, this.#lastTime + 1));
    try {
      this.sink.take({ codec, data, isKeyFrame, frame: packet.frame, tier, atRest, time: this.#lastTime }, frame);
      return null;
    } catch (error) {
      return new StreamError("encoder-failed", `A sink failed: ${toPlainError(error).message}`, { cause: error });
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#gapTimer);
  }

  /** Waits for the next point of the grid, again and again. */
  #followGrid(): void {
    const { maxKeyFrameGapMs, maxGapMs = maxKeyFrameGapMs } = this.sink;
    if (maxKeyFrameGapMs === null || maxGapMs === null) return;
    const at = now();
    const next = (Math.floor(at / maxGapMs) + 1) * maxGapMs;
    // Timers may be early by a millisecond, which would be two for one point.
    this.#timer = setTimeout(
      () => {
        this.#followGrid();
        if (next % maxKeyFrameGapMs < maxGapMs) this.#due("keyFrameDue");
        else if (now() - this.#takenAt > FRESH_MS) this.#due("pictureDue");
      },
      Math.ceil(next - at) + 1,
    );
  }

  #awaitNext(isKeyFrame: boolean): void {
    if (isKeyFrame) this.#awaitKeyFrame();
    this.#awaitPicture();
  }

  #awaitPicture(): void {
    const { maxGapMs } = this.sink;
    if (maxGapMs === undefined) return;
    this.#gapTimer ??= setInterval(() => this.#due("pictureDue"), maxGapMs);
    this.#gapTimer.refresh();
  }

  #awaitKeyFrame(): void {
    const gapMs = this.sink.maxKeyFrameGapMs;
    clearTimeout(this.#timer);
    if (gapMs === null) return;
    this.#timer = setTimeout(() => {
      this.#awaitKeyFrame();
      this.#due("keyFrameDue");
    }, gapMs);
  }
}
