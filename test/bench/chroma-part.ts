/**
 * Owns the measurement of 4:4:4 beside 4:2:0, and of AV1's tools for screens: thin coloured lines and text that move, encoded
 * at the pace of a stream in one process, decoded again and compared with what was drawn.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { openEncoder } from "../../server/encode/video/av-encoder.ts";
import { encoderThreads } from "../../server/encode/video/encoder-threads.ts";
import type { PictureSize, SceneContent, StreamCodec } from "../../shared/video.ts";
import { colouredText, psnr, thinLines } from "../support/thin-pictures.ts";
import { decodePictures } from "../support/video-decoder.ts";
import { numberText, spreadOf, sum } from "./figures.ts";
import type { Table } from "./table.ts";

const FPS = 60;
const PICTURES = 90;
/** The first pictures are a key frame and what mends it. */
const SETTLED = 30;
/** Every so many of the later ones are compared. */
const COMPARED = 6;
const LINES = 48;

type Variant = { readonly codec: StreamCodec; readonly content: SceneContent };
const variants: readonly Variant[] = [
  ...(["h264", "h264-444", "vp9", "vp9-444", "av1"] as const).map((codec) => ({ codec, content: "lines" }) as const),
  { codec: "av1", content: "text" },
];
const motifs = {
  text: (size: PictureSize, step: number) => colouredText(size, step),
  lines: (size: PictureSize, step: number) => thinLines(size, LINES, step),
} as const;
const bitrates = [2_000_000, 8_000_000, 24_000_000];

export type ChromaFigures = Variant & {
  readonly motif: keyof typeof motifs;
  readonly bitrateBps: number;
  readonly decibels: number;
  /** Medians. */
  readonly convertMs: number | null;
  readonly encodeMs: number | null;
  /** Processor time of all threads a frame. */
  readonly cpuMs: number;
  readonly keyFrameBytes: number;
  readonly frameBytes: number;
};

/** Measures everything in pictures of `size`. Rejects where there are no fonts. */
export async function measureChroma(size: PictureSize): Promise<readonly ChromaFigures[]> {
  const figures: ChromaFigures[] = [];
  for (const motif of ["text", "lines"] as const) {
    const pictures = Array.from({ length: PICTURES }, (_, step) => motifs[motif](size, step));
    for (const bitrateBps of bitrates) {
      for (const variant of variants) {
        const measured = await measureVariant(variant, size, bitrateBps, pictures);
        figures.push({ ...variant, motif, bitrateBps, ...measured });
      }
    }
  }
  return figures;
}

async function measureVariant(
  { codec, content }: Variant,
  size: PictureSize,
  bitrateBps: number,
  pictures: readonly Uint8Array[],
): Promise<Omit<ChromaFigures, keyof Variant | "motif" | "bitrateBps">> {
  const encoder = openEncoder({ codec, content, size, maxFps: FPS, bitrateBps, threads: encoderThreads(size) });
  const [coded, convertMs, encodeMs]: [Uint8Array[], number[], number[]] = [[], [], []];
  const begun = performance.now();
  let cpu = process.cpuUsage();
  for (const [index, rgba] of pictures.entries()) {
    await sleep(Math.max(1, begun + (index * 1000) / FPS - performance.now()));
    if (index === SETTLED) cpu = process.cpuUsage();
    for (const { data } of encoder.encode({ rgba, i420: null }, index === 0)) coded.push(data);
    if (index < SETTLED) continue;
    convertMs.push(encoder.times.convertMs);
    encodeMs.push(encoder.times.encodeMs);
  }
  const { user, system } = process.cpuUsage(cpu);
  encoder.close();
  const late = coded.slice(SETTLED);
  return {
    decibels: meanDecibels(codec, coded, pictures),
    convertMs: spreadOf(convertMs)?.median ?? null,
    encodeMs: spreadOf(encodeMs)?.median ?? null,
    cpuMs: (user + system) / 1000 / (PICTURES - SETTLED),
    keyFrameBytes: coded[0]?.length ?? Number.NaN,
    frameBytes: sum(late.map(({ length }) => length)) / late.length,
  };
}

function meanDecibels(codec: StreamCodec, coded: readonly Uint8Array[], pictures: readonly Uint8Array[]): number {
  const values = decodePictures(codec, coded).flatMap((picture, index) => {
    const drawn = pictures[index];
    return index < SETTLED || index % COMPARED !== 0 || drawn === undefined ? [] : psnr(picture, drawn);
  });
  return sum(values) / values.length;
}

export function chromaTable(figures: readonly ChromaFigures[]): Table {
  const name = ({ codec, content }: ChromaFigures) => (content === "text" ? `${codec}, tools for screens` : codec);
  return {
    title: "Thin coloured text that is scrolled, and lines that are turned, in 4:2:0 and in 4:4:4",
    note: "PSNR of R, G and B in motion; milliseconds a frame to convert and to encode (medians), and processor time for both; kB of the first key frame and of a later frame.",
    head: ["picture", "codec", "Mbit/s at most", "PSNR", "convert", "encode", "processor", "key frame", "frame"],
    rows: figures.map((one) => [
      one.motif,
      name(one),
      numberText(one.bitrateBps / 1e6),
      numberText(one.decibels),
      ...[one.convertMs, one.encodeMs, one.cpuMs].map(numberText),
      ...[one.keyFrameBytes, one.frameBytes].map((bytes) => numberText(bytes / 1000)),
    ]),
  };
}
