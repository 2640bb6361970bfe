/** Owns one track of CMAF in memory: its header, and fragments one after another. In the process that calls it. */

import { Dictionary, FFmpegError, FormatContext, IOContext, type Packet, Rational, type Stream } from "node-av/lib";

const BUFFER_BYTES = 64 * 1024;
/**
 * A fragment ends where that is asked for, and its times are those of its packets also where these do not begin at 0. That pictures wait
 * for others before they are shown is said in the edit list: what FFmpeg reads is late by that otherwise.
 */
const OPTIONS = {
  movflags: "+frag_custom+frag_discont+delay_moov+default_base_moof",
  use_editlist: "1",
  avoid_negative_ts: "disabled",
};

export type Fragment = {
  /** What players need before any fragment; with the first one alone. */
  readonly header: Buffer | null;
  readonly bytes: Buffer;
};

export class FragmentMuxer {
  readonly #context = new FormatContext();
  readonly #io = new IOContext();
  readonly #stream: Stream;
  readonly #ticksPerSecond: number;
  #bytes: Buffer[] = [];
  #hasHeader = false;
  #closed = false;

  /** `describe` sets the parameters of the track, whose packets have times in `ticksPerSecond`. Throws what FFmpeg says. */
  constructor(ticksPerSecond: number, describe: (stream: Stream) => number) {
    this.#ticksPerSecond = ticksPerSecond;
    const context = this.#context;
    FFmpegError.throwIfError(context.allocOutputContext2(null, "mp4", null), "mp4");
    const taken = (buffer: Buffer): number => {
      this.#bytes.push(buffer);
      return buffer.length;
    };
    this.#io.allocContextWithCallbacks(BUFFER_BYTES, 1, null, taken, null);
    context.pb = this.#io;
    this.#stream = context.newStream(null);
    try {
      FFmpegError.throwIfError(describe(this.#stream), "track");
      this.#stream.codecpar.codecTag = 0;
      this.#stream.timeBase = new Rational(1, ticksPerSecond);
      FFmpegError.throwIfError(context.writeHeaderSync(Dictionary.fromObject(OPTIONS)), "header");
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** As RFC 6381 names it; null where FFmpeg does not know. */
  get codecs(): string | null {
    return this.#stream.codecpar.getCodecString();
  }

  /** Takes a packet, in ticks, into the fragment that is open; it is empty afterwards. */
  write(packet: Packet): void {
    packet.streamIndex = 0;
    packet.rescaleTs(new Rational(1, this.#ticksPerSecond), this.#stream.timeBase);
    FFmpegError.throwIfError(this.#context.writeFrameSync(packet), "packet");
  }

  /** Ends the fragment that is open, and gives its bytes. */
  endFragment(): Fragment {
    const header = this.#hasHeader ? null : this.#flush();
    this.#hasHeader = true;
    return { header, bytes: this.#flush() };
  }

  /** Frees FFmpeg's memory. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#context.pb = null;
    this.#context.freeContext();
    this.#io.freeContext();
  }

  /** The first time it gives the header. */
  #flush(): Buffer {
    FFmpegError.throwIfError(this.#context.writeFrameSync(null), "fragment");
    this.#io.flushSync();
    const all = Buffer.concat(this.#bytes);
    this.#bytes = [];
    return all;
  }
}
