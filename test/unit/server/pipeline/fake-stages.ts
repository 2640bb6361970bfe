/** Owns stand-ins for what a pipeline joins: encoders, the render thread, ways to viewers, sinks. They note what they are told. */

import type { EncodeTarget, PacketMessage } from "../../../../server/encode/video/encode-protocol.ts";
import type { MirrorOutletsEvents } from "../../../../server/pipeline/outputs/mirror-outlets.ts";
import type { PictureOutletsEvents } from "../../../../server/pipeline/outputs/picture-outlets.ts";
import type { Sink, SinkPacket, SinkWay } from "../../../../server/pipeline/outputs/sink.ts";
import type { EncoderId, EncoderSetEvents, RunningEncoder } from "../../../../server/pipeline/quality/encoder-set.ts";
import { allocatePulse, PulseReader } from "../../../../server/render/render-pulse.ts";
import type { Renderer, RendererEvents } from "../../../../server/render/renderer.ts";
import {
  noCounts,
  type OutgoingFrame,
  type Transport,
  type TransportEvents,
  unknownWay,
  type WayEstimate,
} from "../../../../server/transport/transport.ts";
import { Emitter } from "../../../../shared/emitter.ts";
import type { StreamError } from "../../../../shared/errors.ts";
import type { IceCandidate } from "../../../../shared/signaling.ts";
import { milliseconds } from "../../../../shared/time.ts";
import type { PictureSize, SceneContent, StreamCodec, VideoCodec } from "../../../../shared/video.ts";

/** A way that takes all frames from its first key frame on, and carries what the test says. */
export class FakeTransport
  extends Emitter<TransportEvents & { readonly candidateGathered: IceCandidate }>
  implements Transport
{
  readonly codec: StreamCodec;
  needsKeyFrame = true;
  estimate: WayEstimate = unknownWay;
  maxBitrateBps: number | null = null;
  readonly sent: OutgoingFrame[] = [];
  readonly feedback: string[] = [];
  readonly candidates: IceCandidate[] = [];
  isPaused = false;
  isClosed = false;

  constructor(codec: StreamCodec = "h264") {
    super();
    this.codec = codec;
  }

  send(frame: OutgoingFrame, sent: (name: number) => void): boolean {
    if (frame.isKeyFrame) this.needsKeyFrame = false;
    if (this.needsKeyFrame) return false;
    this.sent.push(frame);
    sent(1000 + frame.count);
    return true;
  }

  setMaxBitrate(bitrateBps: number | null): void {
    this.maxBitrateBps = bitrateBps;
  }

  sendFeedback(channel: string): void {
    this.feedback.push(channel);
  }

  setPaused(paused: boolean): void {
    this.isPaused = paused;
    this.needsKeyFrame = true;
  }

  takeCounts() {
    return { ...noCounts, packets: this.sent.length };
  }

  answer(offer: string): Promise<string> {
    return Promise.resolve(`answer to ${offer}`);
  }

  addCandidate(candidate: IceCandidate): void {
    this.candidates.push(candidate);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

const nameOf = ({ codec, tier }: EncoderId): string => `${codec} ${tier}`;

/** Encoders that give a packet when the test says so; key frames are those that were asked for, and each one's first. */
export class FakeEncoders extends Emitter<EncoderSetEvents> {
  readonly targets = new Map<string, EncodeTarget>();
  /** What key frames were asked for and not given yet. */
  readonly keyFrames: string[] = [];
  /** How many encoders besides those of tier 0 there can be. */
  readers = 6;
  wanted: EncoderId[] = [];
  content: SceneContent = "surfaces";
  isClosed = false;
  readonly #opened = new Set<string>();
  #frame = 0;

  get running(): RunningEncoder[] {
    return this.wanted.map(({ codec }) => ({ codec, size: { width: 320, height: 192 }, maxFps: 60, bitrateBps: 1e6 }));
  }

  get wantedNames(): string[] {
    return this.wanted.map(nameOf);
  }

  tiersOf(): number[] {
    return [0, 1, 2];
  }

  setWanted(ids: readonly EncoderId[]): void {
    const before = new Set(this.wantedNames);
    this.wanted = [...new Map(ids.map((id) => [nameOf(id), id])).values()].sort((a, b) => a.tier - b.tier);
    for (const name of this.wantedNames) if (!before.has(name)) this.keyFrames.push(name);
  }

  setTarget(id: EncoderId, target: EncodeTarget): boolean {
    const isNew = id.tier > 0 && !this.#opened.has(nameOf(id));
    if (isNew && this.#opened.size >= this.readers) return false;
    if (isNew) this.#opened.add(nameOf(id));
    this.targets.set(nameOf(id), target);
    return true;
  }

  setContent(content: SceneContent): void {
    this.content = content;
  }

  requestKeyFrame(id: EncoderId): void {
    this.keyFrames.push(nameOf(id));
  }

  /** What picture was asked for once more. */
  readonly pictures: string[] = [];

  requestPicture(id: EncoderId): void {
    this.pictures.push(nameOf(id));
    this.#give(id, false, true);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  /** A new frame, of every encoder that is wanted; without `isNew` the one before again, of those that owe a key frame. */
  encode(isNew = true, atRest = false): void {
    if (isNew) this.#frame += 1;
    for (const id of this.wanted) {
      const name = nameOf(id);
      const isKeyFrame = this.keyFrames.includes(name);
      if (!isNew && !isKeyFrame) continue;
      this.keyFrames.splice(0, this.keyFrames.length, ...this.keyFrames.filter((asked) => asked !== name));
      this.#give(id, isKeyFrame, atRest);
    }
  }

  #give({ codec, tier }: EncoderId, isKeyFrame: boolean, atRest: boolean): void {
    const bytes = (this.targets.get(nameOf({ codec, tier }))?.bitrateBps ?? 0) / 8 / 62;
    const times = { renderedAt: milliseconds(performance.now()), convertMs: 1, encodeMs: 2, skipped: 0, cpuMs: 3 };
    const coded = { codec, tier, data: new Uint8Array(bytes), isKeyFrame, frame: this.#frame, atRest };
    this.emit("packetEncoded", { kind: "packet", ...coded, ...times } satisfies PacketMessage);
  }
}

/** A render thread that notes what it is told. */
export class FakeRenderer extends Emitter<RendererEvents> {
  readonly ready: Renderer["ready"] = {
    kind: "ready",
    renderer: { name: "fake", isGpu: false, backend: "vulkan" },
    title: "A scene",
    messagesFrom: "everyone",
    content: "surfaces",
  };
  readonly pulse = new PulseReader(allocatePulse());
  isWatched = false;
  isRgbaWanted = false;
  isClosed = false;
  readonly received: unknown[] = [];

  handleInput(...input: unknown[]): void {
    this.received.push(...input);
  }
  play(played: unknown): void {
    this.received.push(played);
  }
  sendMessage(...message: unknown[]): void {
    this.received.push(message);
  }
  setState(state: string): void {
    this.received.push(state);
  }
  setParameters(requestId: number, values: unknown): void {
    this.received.push({ requestId, values });
  }
  setPanel(change: unknown): void {
    this.received.push(change);
  }
  openSource(opened: unknown): void {
    this.received.push(opened);
  }
  tellMirror(mirrorId: string, trouble: string | null): void {
    this.received.push({ mirrorId, trouble });
  }
  handleFrame(frame: unknown): void {
    this.received.push(frame);
  }
  wishPicture(wished: unknown): void {
    this.received.push(wished);
  }
  setRgbaWanted(wanted: boolean): void {
    this.isRgbaWanted = wanted;
  }
  resize(size: PictureSize): void {
    this.received.push(size);
  }
  setPreference(preference: string): void {
    this.received.push(preference);
  }
  setWatched(watched: boolean): void {
    this.isWatched = watched;
  }
  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

export class FakeOutlets extends Emitter<PictureOutletsEvents> {
  isWatching = false;
  isClosed = false;
  readonly received: unknown[] = [];

  handle(message: unknown): void {
    this.received.push(message);
  }
  handleWatched(): void {}
  pictureName(frame: number): string {
    return `p${frame}`;
  }
  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

/** Ways out to studios that note what they are told. */
export class FakeMirrors extends Emitter<MirrorOutletsEvents> {
  isWatching = false;
  isClosed = false;
  readonly received: unknown[] = [];

  handle(message: unknown): void {
    this.received.push(message);
  }
  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

/** A sink that keeps what it gets. */
export class FakeSink implements Sink {
  readonly codec: VideoCodec;
  readonly target: EncodeTarget | null;
  readonly maxKeyFrameGapMs: number | null;
  readonly maxGapMs?: number;
  readonly way?: SinkWay;
  readonly isOnGrid: boolean;
  readonly packets: SinkPacket[] = [];
  readonly ends: (StreamError | null)[] = [];

  constructor({
    codec = "h264",
    target = null,
    maxKeyFrameGapMs = null,
    maxGapMs,
    way,
    isOnGrid = false,
  }: Partial<Sink> = {}) {
    if (way !== undefined) this.way = way;
    this.isOnGrid = isOnGrid;
    if (maxGapMs !== undefined) this.maxGapMs = maxGapMs;
    this.codec = codec;
    this.target = target;
    this.maxKeyFrameGapMs = maxKeyFrameGapMs;
  }

  get tiers(): number[] {
    return [...new Set(this.packets.map(({ tier }) => tier))];
  }

  take(packet: SinkPacket): void {
    this.packets.push(packet);
  }

  handleEnd(error: StreamError | null): void {
    this.ends.push(error);
  }
}
