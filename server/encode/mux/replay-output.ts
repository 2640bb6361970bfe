/**
 * Owns a replay buffer: the packets of the last seconds, in memory, in the mux thread.
 *
 * RB1 It holds whole groups of pictures, each from a key frame to the next, so that a clip begins with one.
 * RB2 The oldest group is forgotten when the one after it reaches back far enough, or when all of them take too much.
 */

import { StreamError } from "../../../shared/errors.ts";
import { type Milliseconds, now } from "../../../shared/time.ts";
import { FileOutput } from "./file-output.ts";
import type { MuxOutput } from "./mux-output.ts";
import type { ClipWish, MuxPacket, OutputFigures, ReplayTarget } from "./mux-protocol.ts";

type Group = { readonly begin: Milliseconds; readonly packets: MuxPacket[]; bytes: number };

export class ReplayOutput implements MuxOutput {
  readonly #target: ReplayTarget;
  #groups: Group[] = [];
  #bytes = 0;

  constructor(target: ReplayTarget) {
    this.#target = target;
  }

  get figures(): OutputFigures {
    const [first] = this.#groups;
    const seconds = first === undefined ? 0 : (now() - first.begin) / 1000;
    const packets = this.#groups.reduce((sum, group) => sum + group.packets.length, 0);
    return { bytes: this.#bytes, seconds, packets };
  }

  take(packet: MuxPacket): void {
    if (packet.isKeyFrame) this.#groups.push({ begin: packet.time, packets: [], bytes: 0 });
    const group = this.#groups.at(-1);
    // What cannot be decoded without a group that was too large.
    if (group === undefined) return;
    group.packets.push(packet);
    group.bytes += packet.data.length;
    this.#bytes += packet.data.length;
    this.#forget(packet.time);
  }

  /** Writes what there is of the last seconds, from a key frame on, into a file. Rejects with `StreamError`. */
  async save({ seconds, at, to }: ClipWish): Promise<OutputFigures> {
    const from = at - seconds * 1000;
    const first = Math.max(
      0,
      this.#groups.findLastIndex(({ begin }) => begin <= from),
    );
    const groups = this.#groups.slice(first);
    if (groups.length === 0) throw new StreamError("nothing-to-save");
    const file = new FileOutput(to, () => undefined);
    try {
      for (const { packets } of groups) for (const packet of packets) file.take(packet);
    } finally {
      await file.end(at);
    }
    return file.figures;
  }

  end(): Promise<void> {
    this.#groups = [];
    this.#bytes = 0;
    return Promise.resolve();
  }

  /** RB2 */
  #forget(time: Milliseconds): void {
    const { seconds, maxBytes } = this.#target;
    const from = time - seconds * 1000;
    for (;;) {
      const next = this.#groups[1];
      const isOld = next !== undefined && next.begin <= from;
      if (!isOld && this.#bytes <= maxBytes) return;
      this.#bytes -= this.#groups.shift()?.bytes ?? 0;
    }
  }
}
