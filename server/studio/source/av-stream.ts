/**
 * Owns the pictures of whatever FFmpeg reads: files, streams, cameras. They are decoded on FFmpeg's threads and brought into shape in one
 * pass, by the colour space that each picture says. In the process of the source.
 */

import { Decoder, Demuxer, FilterAPI } from "node-av/api";
import { AV_LOG_FATAL } from "node-av/constants";
import { avGetPixFmtName, type Frame, Log, type Packet } from "node-av/lib";
import { cutOf } from "../../../shared/picture-cut.ts";
import type { PictureExit } from "./picture-exit.ts";

// What matters comes back as errors; what FFmpeg would print has addresses in it.
Log.setLevel(AV_LOG_FATAL);

export type AvInput = {
  readonly address: string;
  /** That of a device; else FFmpeg finds out. */
  readonly format?: string;
  readonly options: Readonly<Record<string, string>>;
};

export class AvStream {
  readonly #demuxer: Demuxer;
  readonly #decoder: Decoder;
  readonly #index: number;
  #filter: { readonly key: string; readonly api: FilterAPI } | null = null;
  #last: Frame | null = null;

  /** Rejects with what FFmpeg says, and with an `Error` where there is no video. The caller closes it. */
  static async open({ address, format, options }: AvInput): Promise<AvStream> {
    const demuxer = await Demuxer.open(address, {
      ...(format === undefined ? {} : { format }),
      options: { ...options },
    });
    try {
      const stream = demuxer.video();
      if (stream === undefined) throw new Error("There is no video in it.");
      return new AvStream(demuxer, await Decoder.create(stream), stream.index);
    } catch (error) {
      await demuxer.close();
      throw error;
    }
  }

  private constructor(demuxer: Demuxer, decoder: Decoder, index: number) {
    this.#demuxer = demuxer;
    this.#decoder = decoder;
    this.#index = index;
  }

  /**
   * Decodes one picture after the other; `wanted` says whether they are, else packets are passed over up to a key frame. `shown` gets
   * each with its time in seconds, and the stream goes on when it resolves. The newest stays for `put`.
   */
  async play(wanted: () => boolean, shown: (time: number) => Promise<void>): Promise<void> {
    for await (const frame of this.#decoder.frames(this.#packets(wanted))) {
      if (frame === null) continue;
      this.#last?.free();
      this.#last = frame;
      const { num, den } = frame.timeBase;
      await shown((Number(frame.pts) * num) / den);
    }
  }

  /** Puts the newest picture where it is shown. */
  put(exit: PictureExit): void {
    const frame = this.#last;
    if (frame === null) return;
    const { from, to } = cutOf(frame, exit.showing);
    const crop = `crop=${from.width}:${from.height}:${from.x}:${from.y}`;
    const flags = to.width < from.width ? "area" : "bilinear";
    const key = `${frame.width}x${frame.height} ${frame.format} ${crop} ${to.width}x${to.height}`;
    if (this.#filter?.key !== key) {
      this.#filter?.api.close();
      const api = FilterAPI.create(`${crop},scale=${to.width}:${to.height}:flags=${flags},format=rgba`);
      this.#filter = { key, api };
    }
    // The filter takes what it is given.
    const copy = frame.clone();
    if (copy === null) return;
    for (const made of this.#filter.api.processAllSync(copy)) {
      const rows = made.data?.[0];
      if (rows !== undefined) exit.put(rows, made.linesize[0] ?? to.width * 4, made, hasAlpha(frame));
      made.free();
    }
    copy.free();
  }

  async close(): Promise<void> {
    this.#last?.free();
    this.#last = null;
    this.#filter?.api.close();
    this.#decoder.close();
    await this.#demuxer.close();
  }

  async *#packets(wanted: () => boolean): AsyncGenerator<Packet | null> {
    let needsKey = false;
    for await (const packet of this.#demuxer.packets(this.#index)) {
      if (packet !== null && !wanted()) needsKey = true;
      else if (packet === null || !needsKey || packet.isKeyframe) {
        needsKey = false;
        yield packet;
        continue;
      }
      packet?.free();
    }
  }
}

function hasAlpha({ format }: Frame): boolean {
  return /^(?:rgba|argb|bgra|abgr|pal8|ya|gbrap|yuva)/.test(
    avGetPixFmtName(format as Parameters<typeof avGetPixFmtName>[0]) ?? "",
  );
}
