/**
 * Owns the way of a packet from its encoder to everything that takes packets, in the scene's process. It says by the way whether the
 * scene rests.
 */

import { now } from "../../shared/time.ts";
import type { PacketMessage } from "../encode/video/encode-protocol.ts";
import { trace } from "../platform/trace.ts";
import type { FromSession } from "../session/session-protocol.ts";
import { FramePacketizer } from "./frame-packetizer.ts";
import type { PacketOutput } from "./outputs/output.ts";
import type { QualityDirector } from "./quality/quality-director.ts";
import type { ReportCollector } from "./report-collector.ts";
import { RestWatch } from "./rest-watch.ts";
import type { Viewers } from "./viewers/viewers.ts";

export type PacketPathOptions = {
  readonly director: Pick<QualityDirector, "noteEncoded">;
  readonly report: ReportCollector;
  /** They are served first. */
  readonly viewers: Viewers;
  readonly sinks: PacketOutput;
  /** What the picture of a frame is called. */
  readonly nameOf: (frame: number) => string;
  readonly send: (message: FromSession) => void;
};

export class PacketPath {
  readonly #options: PacketPathOptions;
  readonly #packetizer = new FramePacketizer();
  readonly #rest: RestWatch;

  constructor(options: PacketPathOptions) {
    const { viewers, nameOf, send } = options;
    this.#options = options;
    this.#rest = new RestWatch({
      nameOf,
      begun: (picture) => {
        send({ kind: "rest-begun", picture });
        viewers.sendRestBegun(picture);
      },
      changed: (picture) => send({ kind: "rest-changed", picture }),
    });
  }

  /** A frame of the scene at rest is being drawn. */
  noteResting(frame: number): void {
    this.#rest.noteBegun(frame);
  }

  handle(packet: PacketMessage): void {
    const { director, report, viewers, sinks } = this.#options;
    const begun = now();
    const traced = trace.begin();
    const frame = this.#packetizer.packetize(packet);
    trace.end("packetize", traced, packet.frame);
    report.noteEncoded(packet);
    director.noteEncoded(packet);
    const outgoing = { packet, frame, restPicture: this.#rest.note(packet) };
    const sending = trace.begin();
    for (const output of [viewers, sinks]) output.handlePacket(outgoing);
    trace.end("send", sending, packet.frame);
    report.time("send", now() - begun);
  }
}
