/** Owns making files with sound for tests: a rising tone, as AAC in an M4A or as PCM in a WAV. */

import { writeFileSync } from "node:fs";
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_CODEC_ID_AAC,
  AV_LOG_FATAL,
  AV_SAMPLE_FMT_FLTP,
} from "node-av/constants";
import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Log, Packet, Rational } from "node-av/lib";

Log.setLevel(AV_LOG_FATAL);

const RATE = 48_000;
const FRAME = 1024;

function toneAt(sample: number): number {
  const seconds = sample / RATE;
  return 0.5 * Math.sin(2 * Math.PI * (200 + 100 * seconds) * seconds);
}

/** PCM with 16 bits, mono, 48 kHz. Gives its samples as bytes. */
export function writeWave(path: string, seconds: number): Buffer {
  const samples = Buffer.alloc(seconds * RATE * 2);
  for (let at = 0; at < seconds * RATE; at += 1) samples.writeInt16LE(Math.round(toneAt(at) * 32_767), at * 2);
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(samples.length, 40);
  writeFileSync(path, Buffer.concat([header, samples]));
  return samples;
}

/** AAC, mono, 48 kHz. */
export function writeAac(path: string, seconds: number): void {
  const encoder = new CodecContext();
  const codec = Codec.findEncoder(AV_CODEC_ID_AAC);
  encoder.allocContext3(codec);
  encoder.sampleRate = RATE;
  encoder.sampleFormat = AV_SAMPLE_FMT_FLTP;
  encoder.channelLayout = AV_CHANNEL_LAYOUT_MONO;
  encoder.bitRate = 64_000n;
  encoder.timeBase = new Rational(1, RATE);
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  FFmpegError.throwIfError(encoder.open2Sync(codec, null), "aac");
  const output = new FormatContext();
  FFmpegError.throwIfError(output.allocOutputContext2(null, "mp4", `file:${path}`), "mp4");
  const stream = output.newStream(null);
  stream.codecpar.fromContext(encoder);
  stream.timeBase = encoder.timeBase;
  FFmpegError.throwIfError(output.openOutputSync(), path);
  FFmpegError.throwIfError(output.writeHeaderSync(null), "header");
  const packet = new Packet();
  packet.alloc();
  const send = (frame: Frame | null): void => {
    FFmpegError.throwIfError(encoder.sendFrameSync(frame), "frame");
    while (encoder.receivePacketSync(packet) >= 0) {
      packet.streamIndex = 0;
      packet.rescaleTs(encoder.timeBase, stream.timeBase);
      FFmpegError.throwIfError(output.writeFrameSync(packet), "packet");
    }
  };
  for (let at = 0; at < seconds * RATE; at += FRAME) send(frameFrom(at));
  send(null);
  output.writeTrailerSync();
  output.closeOutputSync();
  packet.free();
  encoder.freeContext();
}

function frameFrom(first: number): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.format = AV_SAMPLE_FMT_FLTP;
  frame.sampleRate = RATE;
  frame.channelLayout = AV_CHANNEL_LAYOUT_MONO;
  frame.nbSamples = FRAME;
  FFmpegError.throwIfError(frame.getBuffer(0), "frame");
  const [plane] = frame.data ?? [];
  for (let at = 0; at < FRAME; at += 1) plane?.writeFloatLE(toneAt(first + at), at * 4);
  frame.pts = BigInt(first);
  return frame;
}
