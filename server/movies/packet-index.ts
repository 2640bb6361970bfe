/**
 * Owns the index of a movie from its packets as FFmpeg reads them, and from decoding where they do not tell enough. In the thread that
 * calls it, which has nothing else to do meanwhile.
 *
 * QI1 What is shown is what FFmpeg's programs show: not what leads in before the first key frame and cannot be decoded.
 */

import { StreamError } from "../../shared/errors.ts";
import { AvMovieDecoder } from "./av-movie-decoder.ts";
import { AvMovieInput, type ReadPacket } from "./av-movie-input.ts";
import { FrameIndex, type IndexedPacket, type PacketMark, plainIndex } from "./frame-index.ts";

/** Of these a packet is one picture, shown at its time, unless it says otherwise. Others are decoded once to know. */
const knownCodecs = [
  ...["h264", "hevc", "vvc", "vp8", "vp9", "av1", "prores", "mjpeg", "dnxhd", "ffv1", "mpeg1video", "mpeg2video"],
  ...["huffyuv", "ffvhuff", "utvideo", "rawvideo", "png", "qtrle", "cfhd", "jpeg2000", "gif", "dvvideo", "theora"],
];

/** Reads all of a movie, from where `input` stands: its beginning. Throws `StreamError` "input-failed". */
export function packetIndex(input: AvMovieInput): FrameIndex {
  const packets = input.readAll();
  const markedBy = (["pts", "pos", "dts"] as const).find((mark) => areUnique(packets, mark));
  if (packets.length === 0 || markedBy === undefined) {
    throw new StreamError("input-failed", `The pictures of ${input.path} cannot be told apart.`);
  }
  const isOrdered = knownCodecs.includes(input.codec) && packets.every(({ pts }) => pts !== null);
  const indexed = isOrdered
    ? withoutLead(input, orderedByTime(input, packets, markedBy))
    : orderedByDecoding(input, packets, markedBy);
  return new FrameIndex(plainIndex(markedBy, indexed));
}

/** Whether each is known by it. */
function areUnique(packets: readonly ReadPacket[], mark: PacketMark): boolean {
  const seen = new Set<number>();
  for (const packet of packets) {
    const value = packet[mark];
    if (value === null || (mark === "pos" && value < 0)) return false;
    seen.add(value);
  }
  return seen.size === packets.length;
}

function orderedByTime(input: AvMovieInput, packets: readonly ReadPacket[], markedBy: PacketMark): IndexedPacket[] {
  return packets.map((packet) => ({
    mark: packet[markedBy] ?? 0,
    order: packet.pts ?? 0,
    seconds: input.secondsOf(packet.pts ?? 0),
    isKey: packet.isKey,
    isShown: !packet.isDiscarded && !packet.isHidden,
    size: packet.size,
  }));
}

/** Of these what follows a key frame may have to be decoded for a while until there is a picture. */
const slowCodecs = ["h264", "hevc", "vvc", "mpeg1video", "mpeg2video"];

/** QI1: the beginning is decoded, where it may matter, to see what of it can be. */
function withoutLead(input: AvMovieInput, packets: IndexedPacket[]): IndexedPacket[] {
  const first = packets.findIndex(({ isKey }) => isKey);
  const from = packets[first]?.order ?? Number.POSITIVE_INFINITY;
  const leads = packets.some(({ order, isShown }, number) => isShown && (number < first || order < from));
  if (first >= 0 && !leads && !slowCodecs.includes(input.codec)) return packets;
  const decoded = new Set<number>();
  // Where the first picture stands that is no lead.
  let begin = Number.POSITIVE_INFINITY;
  for (const number of decodedNumbers(input)) {
    decoded.add(number);
    const order = packets[number]?.order ?? 0;
    if (first < 0 || number < first || order < from) continue;
    begin = order;
    break;
  }
  const isLost = ({ order }: IndexedPacket, number: number): boolean =>
    (number < first || order < begin) && !decoded.has(number);
  return packets.map((packet, number) => (isLost(packet, number) ? { ...packet, isShown: false } : packet));
}

function orderedByDecoding(input: AvMovieInput, packets: readonly ReadPacket[], markedBy: PacketMark): IndexedPacket[] {
  const ranks = new Map<number, number>();
  for (const number of decodedNumbers(input)) {
    if (ranks.has(number)) {
      throw new StreamError(
        "input-failed",
        `${input.path} has several pictures in one packet, which is not supported.`,
      );
    }
    ranks.set(number, ranks.size);
  }
  const rate = input.saidRate ?? 25;
  const haveTimes = packets.every(({ pts }) => pts !== null);
  return packets.map((packet, number) => {
    const rank = ranks.get(number);
    return {
      mark: packet[markedBy] ?? 0,
      order: rank ?? 0,
      seconds: haveTimes ? input.secondsOf(packet.pts ?? 0) : (rank ?? 0) / rate,
      isKey: packet.isKey,
      isShown: rank !== undefined,
      size: packet.size,
    };
  });
}

/** The numbers of the packets in the order in which the decoder shows their pictures. */
function* decodedNumbers({ path }: AvMovieInput): Generator<number> {
  const input = new AvMovieInput(path);
  let decoder: AvMovieDecoder | null = null;
  try {
    decoder = new AvMovieDecoder(input.stream, { threads: 1, path });
    let isOver = false;
    for (let number = 0; !isOver; number += 1) {
      isOver = !input.read();
      decoder.send(isOver ? null : input.packet, number);
      for (let shown = decoder.receive(); shown !== null; shown = decoder.receive()) yield shown;
    }
  } finally {
    decoder?.close();
    input.close();
  }
}
