/**
 * Owns the encoder of an encode thread while what it is to give changes.
 *
 * TE1 Where the encoder takes a bit rate while it runs, it gets it at once, without a key frame.
 * TE2 Another size always wants a new encoder, another frame rate too where the encoder spreads its bits by it (no TE1).
 * TE3 Where TE1 does not hold, a new encoder is made only for a bit rate that differs by more than a fifth, and for
 *     whatever reason not within 3 s of the one before.
 * TE4 A size that no encoder takes is not tried again; the encoder that there is goes on with the new bit rate.
 * TE5 Pictures of another size get a new encoder at once, whatever TE3 says, with the first of them. A target for pictures of
 *     another size waits for them; before it is there, they are coded smaller by as much as those before.
 * TE6 Where the encoder makes use of what the pictures are made of, it is opened anew as soon as that changes.
 */

import { StreamError } from "../../../shared/errors.ts";
import { isSameSize, type PictureSize, type SceneContent, scaledSize } from "../../../shared/video.ts";
import type { FramePixels } from "../../frames/frame-ring.ts";
import { type AvEncoder, type EncodedPicture, type EncodeTimes, openEncoder } from "./av-encoder.ts";
import type { EncodeTarget, EncodeThreadData } from "./encode-protocol.ts";
import { encoderThreads } from "./encoder-threads.ts";

const BITRATE_STEP = 1.2;
const REOPEN_PAUSE_MS = 3000;

type TargetEncoderData = Pick<EncodeThreadData, "codec" | "maxFps" | "ring" | "target"> &
  Partial<Pick<EncodeThreadData, "content">>;

export class TargetEncoder {
  readonly #data: TargetEncoderData;
  readonly #refused = new Set<string>();
  readonly #clock: () => number;
  #encoder: AvEncoder;
  /** What the encoder gives, and what it is to give. */
  #current: EncodeTarget;
  #target: EncodeTarget;
  /** The newest target, which may be for pictures that are still to come (TE5). */
  #wished: EncodeTarget;
  /** How large the pictures are that come. */
  #source: PictureSize;
  #content: SceneContent;
  #openedFor: SceneContent;
  #openedAt: number;
  #isNew = true;

  /** Throws `StreamError` "no-encoder" when none works here. */
  constructor(data: TargetEncoderData, clock: () => number = () => performance.now()) {
    this.#data = data;
    this.#clock = clock;
    this.#target = data.target;
    this.#wished = data.target;
    this.#current = data.target;
    this.#source = data.target.of ?? data.ring.size;
    this.#content = data.content ?? "surfaces";
    this.#openedFor = this.#content;
    this.#encoder = this.#open(data.target);
    this.#openedAt = clock();
  }

  /** FFmpeg's name of the encoder. */
  get name(): string {
    return this.#encoder.name;
  }

  get isHardware(): boolean {
    return this.#encoder.isHardware;
  }

  /** Whether a picture at rest may become finer when it is encoded once more. */
  get refines(): boolean {
    return this.#encoder.refines;
  }

  /** Quiet figures of the newest `encode`. */
  get times(): EncodeTimes {
    return this.#encoder.times;
  }

  /** Counts from the next picture on. */
  setTarget(target: EncodeTarget): void {
    const isAwaited = !isSameSize(target.of ?? this.#data.ring.size, this.#source);
    const keepsSize = isAwaited || this.#refused.has(nameOf(target.size));
    this.#wished = target;
    this.#target = keepsSize ? { ...target, size: this.#current.size } : target;
  }

  /** Counts from the next picture on, which is a key frame where the encoder makes use of it (TE6). */
  setContent(content: SceneContent): void {
    this.#content = content;
  }

  /** Whether a picture in these forms can be encoded. */
  takes(pixels: FramePixels): boolean {
    return this.#encoder.takes(pixels);
  }

  /** As `AvEncoder.encode`; `atRest` says whether the scene rests. A new encoder begins with a key frame. */
  encode(pixels: FramePixels, atRest: boolean, asKeyFrame: boolean): EncodedPicture[] {
    const { size = this.#source } = pixels;
    if (!isSameSize(size, this.#source)) this.#followPicture(size);
    if (this.#encoder.followsContent && this.#content !== this.#openedFor) this.#tryReplacing();
    else if (this.#target !== this.#current) this.#follow();
    this.#encoder.setAtRest(atRest);
    const pictures = this.#encoder.encode(pixels, asKeyFrame || this.#isNew);
    this.#isNew = false;
    return pictures;
  }

  close(): void {
    this.#encoder.close();
  }

  /** TE5 */
  #followPicture(size: PictureSize): void {
    const wished = this.#wished;
    const of = wished.of ?? this.#data.ring.size;
    this.#source = size;
    this.#target = isSameSize(of, size)
      ? wished
      : { ...wished, size: scaledSize(size, Math.min(1, wished.size.width / of.width)) };
    this.#replace();
  }

  #follow(): void {
    const { bitrateBps, size, maxFps } = this.#target;
    const { takesBitrate } = this.#encoder;
    const hasOtherSize = nameOf(size) !== nameOf(this.#current.size);
    if (hasOtherSize || (!takesBitrate && maxFps !== this.#current.maxFps)) return this.#reopen();
    if (takesBitrate) {
      this.#encoder.setBitrate(bitrateBps);
      this.#current = this.#target;
      return;
    }
    const ratio = bitrateBps / this.#current.bitrateBps;
    if (Math.max(ratio, 1 / ratio) > BITRATE_STEP) this.#reopen();
  }

  #reopen(): void {
    const at = this.#clock();
    if (!this.#encoder.takesBitrate && at - this.#openedAt < REOPEN_PAUSE_MS) return;
    this.#tryReplacing();
  }

  #tryReplacing(): void {
    try {
      this.#replace();
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      this.#refused.add(nameOf(this.#target.size));
      this.setTarget(this.#wished);
    }
  }

  /** The new encoder is there before the old one goes. */
  #replace(): void {
    this.#openedAt = this.#clock();
    // Also where none can be opened: it would be tried at every picture.
    this.#openedFor = this.#content;
    const next = this.#open(this.#target);
    this.#encoder.close();
    this.#encoder = next;
    this.#current = this.#target;
    this.#isNew = true;
  }

  #open({ bitrateBps, size: codedSize, maxFps: takenFps }: EncodeTarget): AvEncoder {
    const { codec, maxFps } = this.#data;
    const threads = encoderThreads(codedSize);
    const sizes = { size: this.#source, codedSize };
    return openEncoder({ codec, ...sizes, maxFps, takenFps, bitrateBps, threads, content: this.#content });
  }
}

function nameOf({ width, height }: PictureSize): string {
  return `${width}x${height}`;
}
