/**
 * Owns the contract of what the mux thread writes packets to. In the mux thread.
 *
 * MX1 An output never holds up another: `take` returns soon, and what waits for a disk or a network waits by itself.
 * MX2 What an output holds in memory is bounded; one that falls further behind ends with an error.
 * MX3 An output that fails ends alone, and what it has written until then can be played.
 * MX4 Packets are written as they come, byte for byte, but for what a format writes in place of start codes.
 */

import type { Milliseconds } from "../../../shared/time.ts";
import type { MuxPacket, OutputFigures } from "./mux-protocol.ts";

export type MuxOutput = {
  /** As of now. */
  readonly figures: OutputFigures;
  /** Takes the next packet; the first one is a key frame. What it throws ends this output alone. */
  take(packet: MuxPacket): void;
  /** Ends it in order, its last picture being shown until `at`; resolves when all is written. Rejects where it could not be. */
  end(at: Milliseconds): Promise<void>;
};
