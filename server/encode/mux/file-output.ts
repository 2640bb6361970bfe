/**
 * Owns a recording: a file of the packets that an output gets, in the mux thread.
 *
 * WF1 Each packet is in the file, so that it can be played, when the next one comes: whoever kills the process costs one picture.
 *     It waits until then, as only the next one tells how long it was shown.
 * WF2 Where the file cannot be written any further, what was whole until then stays (FB2).
 */

import { StreamError, toPlainError } from "../../../shared/errors.ts";
import { type Milliseconds, milliseconds, now } from "../../../shared/time.ts";
import { codecOf } from "../../../shared/video.ts";
import { AvMuxer } from "./av-muxer.ts";
import { streamParametersOf } from "./av-stream-parameters.ts";
import { FileBytes } from "./file-bytes.ts";
import type { MuxOutput } from "./mux-output.ts";
import type { Container, FileTarget, MuxPacket, OutputFigures } from "./mux-protocol.ts";
import { addSphericalIndex } from "./spherical-file.ts";
import { Timeline } from "./timeline.ts";

/**
 * MP4 in pieces that can be played while it is written, and as a plain MP4 with an index once it is ended. FFmpeg writes such a
 * piece, and a cluster of Matroska, when it is flushed.
 */
const formats: Readonly<
  Record<Container, { readonly name: string; readonly options: Readonly<Record<string, string>> }>
> = {
  mp4: { name: "mp4", options: { movflags: "hybrid_fragmented+frag_custom" } },
  mkv: { name: "matroska", options: {} },
  webm: { name: "webm", options: {} },
};

type Held = { readonly packet: MuxPacket; readonly at: number };

export class FileOutput implements MuxOutput {
  readonly #target: FileTarget;
  readonly #ended: (error: unknown) => void;
  readonly #bytes: FileBytes;
  readonly #timeline: Timeline;
  #muxer: AvMuxer | null = null;
  #held: Held | null = null;
  #packets = 0;
  /** When it has all that it wanted. */
  #until: Milliseconds | null = null;
  #timer: NodeJS.Timeout | undefined;
  #ending: Promise<void> | null = null;
  /** How long it was when it ended. */
  #endLengthMs: number | null = null;

  /** Opens the file; throws `StreamError`. */
  constructor(target: FileTarget, ended: (error: unknown) => void) {
    this.#target = target;
    this.#ended = ended;
    this.#timeline = new Timeline(target.cutRests);
    this.#bytes = new FileBytes(target.path, (error) => this.#fail(error));
  }

  get figures(): OutputFigures {
    const lengthMs = this.#endLengthMs ?? this.#timeline.lengthAt(now());
    return { bytes: this.#bytes.size, seconds: lengthMs / 1000, packets: this.#packets };
  }

  take(packet: MuxPacket): void {
    if (this.#ending !== null) return;
    // Where the machine is busy such a packet comes before the timer.
    if (this.#until !== null && packet.time >= this.#until) return this.#complete(this.#until);
    this.#muxer ??= this.#begin(packet);
    const at = this.#timeline.place(packet);
    this.#writeHeld(at);
    this.#held = { packet, at };
    this.#packets += 1;
  }

  end(at: Milliseconds): Promise<void> {
    this.#ending ??= this.#end(at);
    return this.#ending;
  }

  #begin(packet: MuxPacket): AvMuxer {
    const { container, maxSeconds, isPanorama = false } = this.#target;
    const { name: format, options } = formats[container];
    const codec = codecOf(packet.codec);
    const parameters = streamParametersOf(codec, packet.data);
    if (maxSeconds !== null) {
      const until = milliseconds(packet.time + maxSeconds * 1000);
      this.#until = until;
      this.#timer = setTimeout(() => this.#complete(until), until - now());
    }
    try {
      const projection = isPanorama ? "equirectangular" : null;
      return new AvMuxer({ format, options, parameters, projection, bytes: this.#bytes });
    } catch (error) {
      const reason = toPlainError(error).message;
      const sentence = `${codec} cannot be put into a file of ${container}: ${reason}.`;
      throw this.#bytes.error ?? new StreamError("output-failed", sentence, { cause: error });
    }
  }

  /** Writes the picture that waits, which is shown until `until` (WF1). */
  #writeHeld(until: number): void {
    const held = this.#held;
    if (held === null || this.#muxer === null) return;
    this.#held = null;
    const { data, isKeyFrame } = held.packet;
    try {
      this.#muxer.write({ data, isKeyFrame, at: held.at, durationMs: until - held.at });
      this.#muxer.flush();
    } catch (error) {
      throw this.#bytes.error ?? error;
    }
    this.#bytes.markWhole();
  }

  /** It has all that it wanted. */
  #complete(at: Milliseconds): void {
    this.end(at).then(
      () => this.#ended(null),
      (error: unknown) => this.#ended(error),
    );
  }

  /** Once it ends in order, whoever ends it is told. */
  #fail(error: StreamError): void {
    if (this.#ending === null) this.#ended(error);
  }

  async #end(at: Milliseconds): Promise<void> {
    clearTimeout(this.#timer);
    this.#endLengthMs = this.#timeline.lengthAt(at);
    try {
      // After an error the end would be written over what can be played (FB2).
      if (this.#muxer !== null && this.#bytes.error === null) {
        this.#writeHeld(this.#endLengthMs);
        this.#muxer.finish();
      }
    } catch (error) {
      throw this.#bytes.error ?? error;
    } finally {
      this.#muxer?.close();
      await this.#bytes.close();
    }
    if (this.#bytes.error !== null) throw this.#bytes.error;
    this.#markWhole();
  }

  /** FFmpeg says it for the newer players alone. */
  #markWhole(): void {
    const { path, container, isPanorama = false } = this.#target;
    if (isPanorama && container === "mp4" && this.#muxer !== null) addSphericalIndex(path, "equirectangular");
  }
}
