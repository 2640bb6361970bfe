/**
 * Owns which packets went to a viewer under which transport-wide numbers, and reads the feedback about them
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01). Pure.
 *
 * SN1 A packet is reported as arrived once, and as lost once before that; the same again is nothing new.
 * SN2 Feedback about numbers that were not sent, or so long ago that they were given away again, is ignored.
 * SN3 Times of arrival are on the viewer's clock, without a jump where its reference time wraps around.
 * SN4 A packet is lost only if a later one arrived: what merely was not fed back yet is not judged.
 */

import { RunLengthChunk, type TransportWideCC } from "werift";

/** What became of a packet. Times in milliseconds, each on the clock of its own side. */
export type PacketReport = {
  readonly sentAt: number;
  /** Null: lost. */
  readonly arrivedAt: number | null;
  readonly bytes: number;
  /** The probe that it was a part of; 0: of none. */
  readonly probe: number;
  /** It was reported as lost before it arrived after all. */
  readonly wasLost: boolean;
};

/** At 1200 bytes, one second lasts up to 78 Mbit/s. */
const CAPACITY = 8192;
const REFERENCE_MS = 64;
/** The status of a packet in feedback (section 3.1.1): 1 with a small, 2 with a large difference of time. */
const SMALL = 1;
const LARGE = 2;

const nothing = 0;
const sent = 1;
const lost = 2;

export class SentPackets {
  #next = 0;
  readonly #numbers = new Uint16Array(CAPACITY);
  readonly #states = new Uint8Array(CAPACITY);
  readonly #sentAt = new Float64Array(CAPACITY);
  readonly #bytes = new Uint16Array(CAPACITY);
  readonly #probes = new Uint32Array(CAPACITY);
  #reference: { readonly raw: number; readonly ms: number } | null = null;

  /** Notes a packet that is sent now and gives its transport-wide number. */
  add(bytes: number, at: number, probe: number): number {
    const number = this.#next;
    this.#next = (number + 1) & 0xffff;
    const slot = number % CAPACITY;
    this.#numbers[slot] = number;
    this.#states[slot] = sent;
    this.#sentAt[slot] = at;
    this.#bytes[slot] = bytes;
    this.#probes[slot] = probe;
    return number;
  }

  /** What is new in this feedback, in the order in which the packets were sent. */
  read(feedback: TransportWideCC): PacketReport[] {
    const reports: PacketReport[] = [];
    let arrivedAt = this.#referenceOf(feedback.referenceTime);
    let next = 0;
    const statuses = statusesOf(feedback);
    const last = statuses.findLastIndex((status) => status === SMALL || status === LARGE);
    for (const [index, status] of statuses.slice(0, last + 1).entries()) {
      const hasArrived = status === SMALL || status === LARGE;
      if (hasArrived) {
        const delta = feedback.recvDeltas[next]?.delta;
        if (delta === undefined) break;
        next += 1;
        arrivedAt += delta / 1000;
      } else if (status !== 0) continue;
      const report = this.#judge((feedback.baseSequenceNumber + index) & 0xffff, hasArrived ? arrivedAt : null);
      if (report !== null) reports.push(report);
    }
    return reports;
  }

  #judge(number: number, arrivedAt: number | null): PacketReport | null {
    const slot = number % CAPACITY;
    const state = this.#states[slot] ?? nothing;
    if (this.#numbers[slot] !== number || state === nothing || (state === lost && arrivedAt === null)) return null;
    this.#states[slot] = arrivedAt === null ? lost : nothing;
    const [sentAt, bytes, probe] = [this.#sentAt[slot] ?? 0, this.#bytes[slot] ?? 0, this.#probes[slot] ?? 0];
    return { sentAt, arrivedAt, bytes, probe, wasLost: state === lost };
  }

  /** SN3: 24 bits in units of 64 ms, which wrap around after twelve days. */
  #referenceOf(raw: number): number {
    const before = this.#reference;
    const ms = before === null ? raw * REFERENCE_MS : before.ms + (((raw - before.raw) << 8) >> 8) * REFERENCE_MS;
    this.#reference = { raw, ms };
    return ms;
  }
}

function statusesOf({ packetChunks, packetStatusCount }: TransportWideCC): number[] {
  const statuses: number[] = [];
  for (const chunk of packetChunks) {
    const room = packetStatusCount - statuses.length;
    if (room <= 0) break;
    if (chunk instanceof RunLengthChunk) {
      for (let index = Math.min(room, chunk.runLength); index > 0; index -= 1) statuses.push(chunk.packetStatus);
    } else statuses.push(...chunk.symbolList.slice(0, room));
  }
  return statuses;
}
