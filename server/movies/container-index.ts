/**
 * Owns the index of a movie from what its container says of it, without reading its pictures. In the thread that calls it. The only
 * file that imports mediabunny.
 */

import { open } from "node:fs/promises";
import { EncodedPacketSink, FilePathSource, Input, MATROSKA, MP4, QTFF, WEBM } from "mediabunny";
import type { AvMovieInput } from "./av-movie-input.ts";
import { hasPlainEdits } from "./edit-lists.ts";
import { FrameIndex, type IndexedPacket, plainIndex } from "./frame-index.ts";

/** Of these a packet is always a picture that is shown. */
const plainCodecs = ["h264", "hevc", "av1", "prores", "mjpeg", "dnxhd", "ffv1"];
/** What the last picture may differ by from what the file says, in frames. */
const MAX_OFF = 0.5;

/**
 * The index as the container has it; null where it cannot tell, as with edits other than a beginning, so that the packets have to be
 * read.
 */
export async function containerIndex(input: AvMovieInput): Promise<FrameIndex | null> {
  if (!plainCodecs.includes(input.codec)) return null;
  try {
    if (!(await hasOnlyPlainEdits(input.path))) return null;
    const packets = await packetsOf(input);
    return packets !== null && fits(packets, input) ? new FrameIndex(plainIndex("pts", packets)) : null;
  } catch {
    // It does not read it, or there is something wrong with it; FFmpeg may think otherwise.
    return null;
  }
}

async function packetsOf(input: AvMovieInput): Promise<IndexedPacket[] | null> {
  const source = new FilePathSource(input.path);
  using movie = new Input({ source, formats: [MP4, QTFF, MATROSKA, WEBM] });
  const track = await movie.getPrimaryVideoTrack();
  if (track === null) return null;
  const packets: IndexedPacket[] = [];
  for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true })) {
    if (packet.timestamp < 0) return null;
    const ticks = input.ticksAt(packet.timestamp, false);
    const isKey = packet.type === "key";
    packets.push({ mark: ticks, order: ticks, seconds: input.secondsOf(ticks), isKey, isShown: true, size: 0 });
  }
  return packets;
}

/** Whether it is what FFmpeg will find: it begins with a key frame, no time is there twice, and it ends where the file says. */
function fits(packets: readonly IndexedPacket[], { saidSeconds, saidRate }: AvMovieInput): boolean {
  const [first] = packets;
  if (first === undefined || !first.isKey || packets.some(({ order }) => order < first.order)) return false;
  if (new Set(packets.map(({ mark }) => mark)).size !== packets.length) return false;
  if (saidSeconds === null || saidRate === null) return false;
  const last = packets.reduce((latest, { seconds }) => Math.max(latest, seconds), 0);
  return Math.abs(last + 1 / saidRate - first.seconds - saidSeconds) * saidRate <= MAX_OFF;
}

async function hasOnlyPlainEdits(path: string): Promise<boolean> {
  await using file = await open(path, "r");
  return await hasPlainEdits(async (position, length) => {
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  });
}
