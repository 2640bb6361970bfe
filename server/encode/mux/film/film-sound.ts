/**
 * Owns the sound of a movie as a track of its own. In the process that encodes.
 *
 * VA1 AAC with one or two channels is copied, packet by packet, from the beginning of the movie on; everything else is encoded to it.
 */

import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_CODEC_ID_AAC,
  AV_SAMPLE_FMT_FLTP,
} from "node-av/constants";
import { Codec, CodecContext, FFmpegError, type Frame, Packet, Rational, type Stream } from "node-av/lib";
import { StreamError } from "../../../../shared/errors.ts";
import type { FilmInput } from "./film-input.ts";
import { FilterLine } from "./filter-line.ts";
import { SegmentCutter } from "./segment-cutter.ts";
import type { TrackFolder } from "./track-folder.ts";

const BITS_PER_CHANNEL = 64_000;
/** Samples of a packet of AAC. */
const FRAME = 1024;
/** Those that every player of AAC takes. */
const rates = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];

export type FilmSoundInfo = {
  readonly codecs: string | null;
  readonly channels: number;
  readonly sampleRate: number;
  readonly isCopied: boolean;
  /** As the file says (ISO 639-2); null where it does not. */
  readonly language: string | null;
};

/** Writes the track; gives nothing, but now and then control. Throws `StreamError` "input-failed" or "output-failed". */
export function* writeSound(
  input: FilmInput,
  sound: Stream,
  folder: TrackFolder,
  seconds: number,
): Generator<void, FilmSoundInfo> {
  const isCopied = mayCopy(sound);
  using source = isCopied ? new CopiedSound(input, sound) : new EncodedSound(input, sound);
  const { sampleRate, channels } = source;
  const cutter = new SegmentCutter(folder, { ticksPerSecond: sampleRate, seconds }, (stream) =>
    source.describe(stream),
  );
  try {
    for (const packet of source.packets()) {
      // What leads in at the start lies before time 0, and no player plays it.
      if (Number(packet.pts) >= 0) cutter.write(packet, true);
      yield;
    }
    cutter.finish();
    const language = languageOf(sound);
    return { codecs: cutter.muxer.codecs, channels, sampleRate, isCopied, language };
  } finally {
    cutter.close();
  }
}

/** VA1. Without the extra data, as in MPEG transport streams, its packets have headers of their own. */
function mayCopy({ codecpar }: Stream): boolean {
  const { codecId, channels, sampleRate, extradataSize } = codecpar;
  return codecId === AV_CODEC_ID_AAC && channels >= 1 && channels <= 2 && sampleRate > 0 && extradataSize > 0;
}

/** "und" is none. */
function languageOf({ metadata }: Stream): string | null {
  const language = metadata?.get("language") ?? "und";
  return /^[a-z]{2,3}$/.test(language) && language !== "und" ? language : null;
}

class CopiedSound {
  readonly #input: FilmInput;
  readonly #sound: Stream;

  constructor(input: FilmInput, sound: Stream) {
    this.#input = input;
    this.#sound = sound;
  }

  get sampleRate(): number {
    return this.#sound.codecpar.sampleRate;
  }

  get channels(): number {
    return this.#sound.codecpar.channels;
  }

  describe(stream: Stream): number {
    return this.#sound.codecpar.copy(stream.codecpar);
  }

  *packets(): Generator<Packet> {
    const { num, den } = this.#sound.timeBase;
    let last = Number.NEGATIVE_INFINITY;
    for (const { packet, at } of this.#input.soundPackets()) {
      if (at <= last) continue;
      last = at;
      const duration = Math.round((Number(packet.duration) * num * this.sampleRate) / den);
      packet.pts = packet.dts = BigInt(at);
      packet.duration = BigInt(duration > 0 ? duration : FRAME);
      yield packet;
    }
  }

  [Symbol.dispose](): void {
    // Nothing of its own.
  }
}

class EncodedSound {
  readonly #input: FilmInput;
  readonly #encoder = new CodecContext();
  readonly #packet = new Packet();
  #line: FilterLine | null = null;
  #form = "";
  readonly sampleRate: number;
  readonly channels: number;

  constructor(input: FilmInput, sound: Stream) {
    this.#input = input;
    const { sampleRate, channels } = sound.codecpar;
    this.sampleRate = rates.includes(sampleRate) ? sampleRate : 48_000;
    this.channels = channels === 1 ? 1 : 2;
    this.#packet.alloc();
    try {
      this.#open();
    } catch (error) {
      this[Symbol.dispose]();
      throw new StreamError("no-encoder", "No encoder for AAC works here.", { cause: error });
    }
  }

  describe(stream: Stream): number {
    return stream.codecpar.fromContext(this.#encoder);
  }

  *packets(): Generator<Packet> {
    for (const frame of this.#input.soundFrames()) {
      const form = soundForm(frame);
      if (form !== this.#form) {
        yield* this.#drain();
        this.#line = this.#makeLine(frame, form);
        this.#form = form;
      }
      this.#line?.push(frame);
      yield* this.#encodeTaken();
    }
    yield* this.#drain();
    yield* this.#send(null);
  }

  [Symbol.dispose](): void {
    this.#line?.close();
    this.#line = null;
    this.#packet.free();
    this.#encoder.freeContext();
  }

  #open(): void {
    const codec = Codec.findEncoder(AV_CODEC_ID_AAC);
    this.#encoder.allocContext3(codec);
    this.#encoder.sampleRate = this.sampleRate;
    this.#encoder.sampleFormat = AV_SAMPLE_FMT_FLTP;
    this.#encoder.channelLayout = this.channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
    this.#encoder.bitRate = BigInt(this.channels * BITS_PER_CHANNEL);
    this.#encoder.timeBase = new Rational(1, this.sampleRate);
    this.#encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    FFmpegError.throwIfError(this.#encoder.open2Sync(codec, null), "aac");
  }

  /** Gaps are filled with silence. */
  #makeLine(frame: Frame, form: string): FilterLine {
    const layout = this.channels === 1 ? "mono" : "stereo";
    const source = `time_base=1/${this.#inputRate}:${form}`;
    const shape = `aformat=sample_fmts=fltp:sample_rates=${this.sampleRate}:channel_layouts=${layout}`;
    const filters = `[in]aresample=async=1:out_sample_rate=${this.sampleRate},${shape},asetnsamples=n=${FRAME}:p=0[out0]`;
    if (frame.nbSamples === 0) throw new StreamError("input-failed", "There is sound without samples.");
    return new FilterLine({ kind: "sound", source, filters, outputs: 1 });
  }

  get #inputRate(): number {
    return this.#input.sound?.codecpar.sampleRate ?? this.sampleRate;
  }

  *#drain(): Generator<Packet> {
    this.#line?.push(null);
    yield* this.#encodeTaken();
    this.#line?.close();
    this.#line = null;
  }

  *#encodeTaken(): Generator<Packet> {
    for (const frame of this.#line?.taken(0) ?? []) yield* this.#send(frame);
  }

  *#send(frame: Frame | null): Generator<Packet> {
    FFmpegError.throwIfError(this.#encoder.sendFrameSync(frame), "aac");
    while (this.#encoder.receivePacketSync(this.#packet) >= 0) {
      yield this.#packet;
      this.#packet.unref();
    }
  }
}

function soundForm({ sampleRate, format, channelLayout }: Frame): string {
  const { mask, nbChannels } = channelLayout;
  const layout = mask > 0n ? `channel_layout=0x${mask.toString(16)}` : `channels=${nbChannels}`;
  return `sample_rate=${sampleRate}:sample_fmt=${format}:${layout}`;
}
