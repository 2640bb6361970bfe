/** Owns the messages between the scene's pipeline and the mux thread, which writes packets that are already encoded. */

import type { PlainError } from "../../../shared/errors.ts";
import type { Milliseconds } from "../../../shared/time.ts";
import type { EncodedPacket, PictureSize } from "../../../shared/video.ts";

/** What files of video can be made as. */
export const containers = ["mp4", "mkv", "webm"] as const;

/** What a file of video is made as. */
export type Container = (typeof containers)[number];

export type FileTarget = {
  readonly kind: "file";
  /** Where it lies; what is there is written over. */
  readonly path: string;
  readonly container: Container;
  /** Whether pictures that stand still for longer than a second are shown for a second. */
  readonly cutRests: boolean;
  /** How long it is recorded, in seconds; null until it is ended. */
  readonly maxSeconds: number | null;
  /** Whether its pictures show all around, equirectangular. Default false; the scene's process fills it in. */
  readonly isPanorama?: boolean;
};

export type ReplayTarget = {
  readonly kind: "replay";
  /** How much of late is kept. */
  readonly seconds: number;
  /** What it may take of memory; the oldest is forgotten where that is not enough. */
  readonly maxBytes: number;
};

/** Sent on to a server of others; H.264 alone. */
export type StreamTarget = {
  readonly kind: "stream";
  /** By RTMP, RTMPS or SRT, with keys and passwords (stream-address.ts). */
  readonly address: string;
};

/** Cut into segments and parts of them for players that fetch these by HTTP; each goes on as a piece. H.264 alone. */
export type SegmentTarget = {
  readonly kind: "segments";
  /** What the times of the pictures count from. Streams of the same pictures in several sizes have the same. */
  readonly epoch: Milliseconds;
};

/** A piece of a stream that is cut into segments. Its bytes are a part of fragmented MP4 (CMAF). */
export type StreamPiece =
  /** What decoders are to have before all that follows. `codecs` as in RFC 6381. */
  | {
      readonly kind: "init";
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly codecs: string;
      readonly size: PictureSize;
    }
  | {
      readonly kind: "part";
      readonly bytes: Uint8Array<ArrayBuffer>;
      /** When its first picture was shown. */
      readonly at: Milliseconds;
      readonly durationMs: number;
      /** Whether it begins with a key frame. */
      readonly isIndependent: boolean;
      /** Whether it is the first of its segment, which begins with a key frame; and the last one. */
      readonly begins: boolean;
      readonly ends: boolean;
    };

/** Where the packets of an output go. */
export type MuxTarget = FileTarget | ReplayTarget | StreamTarget | SegmentTarget;

/** A packet as a sink gets it (pipeline/outputs/sink.ts). */
export type MuxPacket = EncodedPacket & {
  readonly tier: number;
  readonly atRest: boolean;
  readonly time: Milliseconds;
};

/** What an output has written, or holds, so far. */
export type OutputFigures = {
  readonly bytes: number;
  /** How long it is when it is played. */
  readonly seconds: number;
  readonly packets: number;
  /** Of what is sent on. */
  readonly link?: LinkFigures;
};

/** Of an output that has none yet. */
export const noFigures: OutputFigures = { bytes: 0, seconds: 0, packets: 0 };

export type LinkFigures = {
  readonly isSending: boolean;
  /** How often it was connected. */
  readonly connections: number;
  /** How often it could not be connected, or was lost. */
  readonly failures: number;
  /** Why it is not sending, or was not before, in a sentence; null where nothing went wrong since it last began. */
  readonly error: string | null;
};

/** How an output does. Once it `isOver` nothing more is told of it; `error` says why where it could not go on. */
export type OutputNews = OutputFigures & { readonly isOver: boolean; readonly error: PlainError | null };

/** A clip of what a replay holds: of its last `seconds`, as of `at`, into a file. */
export type ClipWish = {
  readonly requestId: number;
  readonly outputId: string;
  readonly seconds: number;
  readonly at: Milliseconds;
  readonly to: FileTarget;
};

/** The pipeline is the only sender. `outputId` is never used twice. */
export type ToMuxThread =
  | { readonly kind: "open"; readonly outputId: string; readonly target: MuxTarget }
  /** A packet for these outputs; its data is transferred. The first one of an output is a key frame. */
  | { readonly kind: "packet"; readonly outputIds: readonly string[]; readonly packet: MuxPacket }
  /** Ends an output in order; its last picture is shown until `at`. */
  | { readonly kind: "end"; readonly outputId: string; readonly at: Milliseconds }
  | ({ readonly kind: "clip" } & ClipWish)
  /** Ends all of them in order, and the thread. */
  | { readonly kind: "close"; readonly at: Milliseconds };

/** The mux thread is the only sender. */
export type FromMuxThread =
  /** How an output does: once a second, and when it is over. */
  | { readonly kind: "told"; readonly outputId: string; readonly news: OutputNews }
  /** A piece of an output that is cut into segments; its bytes are transferred. */
  | { readonly kind: "piece"; readonly outputId: string; readonly piece: StreamPiece }
  | { readonly kind: "clip-saved"; readonly requestId: number; readonly figures: OutputFigures }
  | { readonly kind: "clip-refused"; readonly requestId: number; readonly error: PlainError }
  /** Since the last of these: bytes of packets that were taken, and processor time of the thread. Once a second. */
  | { readonly kind: "worked"; readonly takenBytes: number; readonly cpuMs: number };
