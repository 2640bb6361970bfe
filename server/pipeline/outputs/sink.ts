/**
 * Owns the contract of a sink: what takes the packets of a scene and is no viewer, as a recording, HLS, RTMP or WHIP does. In
 * the scene's process. Sinks are given to `Pipeline.addSink`.
 *
 * SI1 While a sink is there the scene counts as watched: it is drawn and encoded, also where nobody else looks.
 * SI2 A sink gets every packet of its encoder from a key frame on, in order, with times that strictly grow. It goes on with
 *     those of another encoder only at a key frame of that one.
 * SI3 What the ways to viewers carry never lowers what a sink gets, as long as a reader of the ring is free (sink-plan.ts).
 * SI4 A sink changes nothing for viewers but one key frame when it begins: whoever wants key frames now and then, or a size or
 *     bit rate of its own, gets an encoder that no viewer takes.
 * SI5 Closing a sink ends what it wished for; with the last one that watches, the drawing ends.
 * SI6 A sink with a way of its own gets what that carries, by the ladder that viewers have (quality-ladder.ts), from an encoder that
 *     nobody else takes. It may ask for key frames six times at once and once a second, as a viewer may.
 */

import type { StreamError } from "../../../shared/errors.ts";
import type { Milliseconds } from "../../../shared/time.ts";
import type { EncodedPacket, VideoCodec } from "../../../shared/video.ts";
import type { EncodeTarget } from "../../encode/video/encode-protocol.ts";
import type { OutgoingFrame, WayEstimate } from "../../transport/transport.ts";

/** A packet as a sink gets it. `data` is the same memory that others get: it must not be changed. */
export type SinkPacket = EncodedPacket & {
  /** Which encoder of the codec made it; where this changes, the size of the picture may have changed. */
  readonly tier: number;
  /** Whether it shows the finer picture of a scene at rest. */
  readonly atRest: boolean;
  /** The point in time that it shows, in milliseconds since the epoch; later than that of the packet before. */
  readonly time: Milliseconds;
};

/** Of a sink whose packets go over a network that may carry less than there is, and has to be followed. */
export type SinkWay = {
  readonly estimate: WayEstimate;
  /** As of a Transport. */
  setMaxBitrate(bitrateBps: number | null): void;
};

export type Sink = {
  readonly codec: VideoCodec;
  /** How its packets go out, where that lowers what it gets; only with `maxKeyFrameGapMs`. Default: it takes all that it is given. */
  readonly way?: SinkWay;
  /**
   * What its packets are to be: bit rate in bits a second, size in pixels, at most that of the scene, and frames a second at
   * most. Null for the best that there is, in the size of the scene; those are the packets that viewers get where their ways
   * carry as much, so that nothing is encoded twice.
   */
  readonly target: EncodeTarget | null;
  /**
   * How far its key frames may be apart, in milliseconds, at least 500; also while the scene rests, when it would get no packet
   * otherwise. Null for none but the first and those that come anyway.
   */
  readonly maxKeyFrameGapMs: number | null;
  /**
   * How long it may be without a packet while the scene rests, in milliseconds, at least 100, for players that would starve: then the
   * same picture is encoded once more. It takes an encoder of its own, so only with `maxKeyFrameGapMs`. Default: as long as it rests.
   */
  readonly maxGapMs?: number;
  /**
   * Whether its key frames, and what it gets while the scene rests, come at whole multiples of these spans since the epoch, so that
   * sinks in several sizes can be cut at the same pictures. Default: counted from the ones before.
   */
  readonly isOnGrid?: boolean;
  /**
   * Takes the next packet, with the same as viewers' connections send it. Called in the thread that sends to viewers, so it must hand
   * over what takes time. What it throws ends this sink alone.
   */
  take(packet: SinkPacket, frame: OutgoingFrame): void;
  /**
   * Told once that no more packets come, unless it was closed by its owner: with the reason, or null where the scene's process
   * ends in order.
   */
  handleEnd(error: StreamError | null): void;
};

/** What the owner of a sink holds. */
export type SinkHandle = {
  /** What it got was lost: the next packet is to be a key frame. */
  requestKeyFrame(): void;
  /** What is known of its way changed. */
  noteWay(): void;
  /** Ends it: it gets nothing more and nothing is done for it (SI5). Idempotent. */
  close(): void;
};
