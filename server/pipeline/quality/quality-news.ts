/**
 * Owns what viewers are told of their streams, in the scene's process: what they get, when that changed and now and then, and
 * how many frames went by WebRTC.
 */

import type { ServerMessage, StreamQuality } from "../../../shared/signaling.ts";
import type { EncodeTarget } from "../../encode/video/encode-protocol.ts";
import type { VideoStream } from "../viewers/video-stream.ts";

const PAUSE_MS = 500;
const AGAIN_MS = 2000;
/** Less than this part of a bit rate is no change. */
const CHANGE = 0.05;

type Told = { readonly quality: StreamQuality; readonly at: number };

export class QualityNews {
  readonly #send: (viewerId: string, message: ServerMessage) => void;
  readonly #told = new Map<string, Told>();

  constructor(send: (viewerId: string, message: ServerMessage) => void) {
    this.#send = send;
  }

  /** Over the WebSocket, how many frames went by WebRTC. */
  sendCounts(streams: readonly VideoStream[]): void {
    for (const stream of streams) {
      const sent = stream.takeSentFrames();
      if (sent !== null) this.#send(stream.viewerId, { kind: "sent", ...sent });
    }
  }

  /** `targetOf` gives what the encoder of a stream gives; null where it has none yet. Streams not named are forgotten. */
  sendQuality(
    streams: readonly VideoStream[],
    targetOf: (stream: VideoStream) => EncodeTarget | null,
    at: number,
  ): void {
    const ids = new Set(streams.map(({ id }) => id));
    for (const id of this.#told.keys()) if (!ids.has(id)) this.#told.delete(id);
    for (const stream of streams) {
      const { id, viewerId, connection } = stream;
      const target = targetOf(stream);
      if (connection === null || target === null) continue;
      const quality = qualityOf(stream, target);
      if (!isWorthTelling(quality, this.#told.get(id), at)) continue;
      this.#told.set(id, { quality, at });
      this.#send(viewerId, { kind: "quality", connection, ...quality });
    }
  }
}

function qualityOf({ transport }: VideoStream, { size, maxFps, bitrateBps }: EncodeTarget): StreamQuality {
  const { bitrateBps: estimateBps, roundTripMs, loss } = transport.estimate;
  return { size, maxFps, bitrateBps, estimateBps, roundTripMs, loss };
}

function isWorthTelling(quality: StreamQuality, told: Told | undefined, at: number): boolean {
  if (told === undefined) return true;
  if (at - told.at < PAUSE_MS) return false;
  if (at - told.at >= AGAIN_MS) return true;
  const before = told.quality;
  if (quality.size.width !== before.size.width || quality.maxFps !== before.maxFps) return true;
  const differs = (one: number | null, other: number | null) =>
    one === null || other === null ? one !== other : Math.abs(one - other) > CHANGE * other;
  return differs(quality.bitrateBps, before.bitrateBps) || differs(quality.estimateBps, before.estimateBps);
}
