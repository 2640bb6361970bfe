/** Owns what everything that comes out of a scene has in common, in the scene's process: viewers, sinks, picture outlets. */

import type { PacketMessage } from "../../encode/video/encode-protocol.ts";
import type { OutgoingFrame } from "../../transport/transport.ts";

export type Output = {
  /** Whether somebody waits for what comes out. The scene is drawn while that is so of any output. */
  readonly isWatching: boolean;
  /** Ends it. Idempotent. */
  close(): Promise<void>;
};

/** A packet on its way to everything that takes packets. */
export type OutgoingPacket = {
  readonly packet: PacketMessage;
  /** The same as viewers' connections send it; its forms are made when the first one needs them. */
  readonly frame: OutgoingFrame;
  /** The name of the picture that it shows, where that is the one of the scene at rest. */
  readonly restPicture: string | null;
};

/** An output that takes packets. Picture outlets do not: they read the frames themselves. */
export type PacketOutput = Output & {
  handlePacket(outgoing: OutgoingPacket): void;
};
