/** Owns the decoding of coded pictures in tests, by FFmpeg, to colours by the formula of BT.601 written out here. */

import {
  AV_CODEC_ID_AV1,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_VP8,
  AV_CODEC_ID_VP9,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV444P,
  AVCOL_RANGE_MPEG,
} from "node-av/constants";
import { Codec, CodecContext, FFmpegError, Frame, Packet } from "node-av/lib";
import { type Chroma, codecOf, type StreamCodec } from "../../shared/video.ts";

const codecIds = { h264: AV_CODEC_ID_H264, vp8: AV_CODEC_ID_VP8, vp9: AV_CODEC_ID_VP9, av1: AV_CODEC_ID_AV1 };

export type DecodedPicture = {
  readonly width: number;
  readonly height: number;
  readonly chroma: Chroma;
  readonly isLimitedRange: boolean;
  /** sRGB bytes of the pixel at `x`, `y`, from 0 to 1, `y` down. */
  colourAt(x: number, y: number): number[];
};

/** Decodes all pictures, in order. Throws when the decoder finds fault with one. */
export function decodePictures(codec: StreamCodec, coded: readonly Uint8Array[]): DecodedPicture[] {
  const context = new CodecContext();
  const found = Codec.findDecoder(codecIds[codecOf(codec)]);
  context.allocContext3(found);
  context.threadCount = 1;
  FFmpegError.throwIfError(context.open2Sync(found, null), "open");
  const pictures: DecodedPicture[] = [];
  for (const data of [...coded, null]) {
    const packet = new Packet();
    packet.alloc();
    if (data !== null) packet.data = Buffer.from(data);
    FFmpegError.throwIfError(context.sendPacketSync(data === null ? null : packet), "decode");
    packet.free();
    pictures.push(...receive(context));
  }
  context.freeContext();
  return pictures;
}

/** What a decoder has ready. */
export function receive(context: CodecContext): DecodedPicture[] {
  const pictures: DecodedPicture[] = [];
  for (;;) {
    const frame = new Frame();
    frame.alloc();
    if (context.receiveFrameSync(frame) < 0) {
      frame.free();
      return pictures;
    }
    const isFull = frame.format === AV_PIX_FMT_YUV444P;
    if (!isFull && frame.format !== AV_PIX_FMT_YUV420P) throw new Error(`unexpected pixel format ${frame.format}`);
    const planes = (frame.data ?? []).map((plane) => Uint8Array.from(plane));
    const { width, height } = frame;
    const looks = {
      width,
      height,
      chroma: isFull ? "444" : "420",
      isLimitedRange: frame.colorRange === AVCOL_RANGE_MPEG,
    } as const;
    pictures.push(pictureOf(planes, frame.linesize, looks));
    frame.free();
  }
}

/** Of planes of Y, Cb and Cr in limited range, with the bytes of a row of each. */
export function pictureOf(
  planes: readonly Uint8Array[],
  strides: readonly number[],
  looks: Omit<DecodedPicture, "colourAt">,
): DecodedPicture {
  const { width, height } = looks;
  const halved = looks.chroma === "444" ? 0 : 1;
  const sample = (plane: number, x: number, y: number) => planes[plane]?.[y * (strides[plane] ?? 0) + x] ?? 0;
  return {
    ...looks,
    colourAt(x, y) {
      const [column, row] = [Math.floor(x * width), Math.floor(y * height)];
      const luma = (sample(0, column, row) - 16) * (255 / 219);
      const blue = (sample(1, column >> halved, row >> halved) - 128) * (255 / 224);
      const red = (sample(2, column >> halved, row >> halved) - 128) * (255 / 224);
      // ITU-R BT.601-7 section 2.5, solved for R, G and B.
      const rgb = [luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue];
      return rgb.map((value) => Math.round(Math.min(255, Math.max(0, value))));
    },
  };
}
