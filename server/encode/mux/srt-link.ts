/**
 * Owns a connection on which video is sent by SRT, as H.264 in a transport stream of MPEG. In the mux thread; what may wait for the
 * network is done by FFmpeg in one of the few threads that a process has for that, which others need, too.
 *
 * TX1 Of all connections one at a time is being made.
 */

import { AV_LOG_FATAL, AVIO_FLAG_WRITE } from "node-av/constants";
import { FFmpegError, IOContext, Log } from "node-av/lib";
import type { SrtAddress } from "../../platform/stream-address.ts";
import { AvMuxer } from "./av-muxer.ts";
import { streamParametersOf } from "./av-stream-parameters.ts";
import type { StreamLink, StreamLinkEvents, StreamPacket } from "./stream-link.ts";

const CONNECT_MS = 3000;
const WRITE_MS = 2000;
const CLOSE_MS = 500;
/** Seven packets of a transport stream. */
const PACKET_BYTES = 1316;
/** Nobody knows how long the newest picture will be shown. */
const PICTURE_MS = 20;

// Else it would print addresses with their passphrases.
Log.setLevel(AV_LOG_FATAL);

let lastConnecting: Promise<unknown> = Promise.resolve();

export class SrtLink implements StreamLink {
  readonly #events: StreamLinkEvents;
  readonly #io = new IOContext();
  #muxer: AvMuxer | null = null;
  #queue: Uint8Array[] = [];
  #waitingBytes = 0;
  #sentBytes = 0;
  #isOpen = false;
  #isOver = false;
  #writing: Promise<void> | null = null;

  /** Connects as soon as it may. */
  constructor(address: SrtAddress, events: StreamLinkEvents) {
    this.#events = events;
    lastConnecting = lastConnecting.then(() => this.#connect(address));
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  send({ data, isKeyFrame, at }: StreamPacket): void {
    if (!this.#isOpen) return;
    this.#muxer ??= this.#begin(data);
    this.#muxer.write({ data, isKeyFrame, at, durationMs: PICTURE_MS });
    this.#muxer.flush();
    this.#writing ??= this.#write();
  }

  async close(): Promise<void> {
    this.#isOver = true;
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await Promise.race([this.#writing, new Promise((resolve) => setTimeout(resolve, CLOSE_MS))]);
    this.#queue = [];
    this.#free();
  }

  #begin(keyFrame: Uint8Array): AvMuxer {
    const bytes = {
      size: 0,
      position: 0,
      seek: () => undefined,
      write: (piece: Uint8Array): boolean => {
        // FFmpeg's memory is used again.
        this.#queue.push(piece.slice());
        this.#waitingBytes += piece.length;
        return true;
      },
    };
    return new AvMuxer({ format: "mpegts", options: {}, parameters: streamParametersOf("h264", keyFrame), bytes });
  }

  async #connect(address: SrtAddress): Promise<void> {
    if (this.#isOver) return;
    const result = await this.#io.open2(urlOf(address), AVIO_FLAG_WRITE);
    if (result < 0) return this.#fail(`no connection could be made (${new FFmpegError(result).message})`);
    if (this.#isOver) return void this.#io.closep();
    this.#isOpen = true;
    this.#events.opened();
  }

  async #write(): Promise<void> {
    for (let piece = this.#queue.shift(); piece !== undefined; piece = this.#queue.shift()) {
      await this.#io.write(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
      await this.#io.flush();
      this.#waitingBytes -= piece.length;
      if (this.#io.error < 0) {
        this.#fail("the connection was lost");
        break;
      }
      this.#sentBytes += piece.length;
    }
    this.#writing = null;
    if (this.#isOver) this.#free();
  }

  #fail(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isOpen = false;
    this.#queue = [];
    this.#events.failed(reason);
  }

  /** Not while FFmpeg writes. */
  #free(): void {
    if (this.#writing !== null) return;
    this.#muxer?.close();
    this.#muxer = null;
    void this.#io.closep();
  }
}

/** FFmpeg takes the escapes out of an id alone; no other value has what ends one (stream-address.ts). */
function urlOf({ host, port, options }: SrtAddress): string {
  const own = { mode: "caller", connect_timeout: CONNECT_MS, timeout: WRITE_MS * 1000, pkt_size: PACKET_BYTES };
  const query = Object.entries({ ...own, ...options }).map(
    ([key, value]) => `${key}=${key === "streamid" ? String(value).replaceAll(/[&#+%]/g, encodeURIComponent) : value}`,
  );
  return `srt://${host.includes(":") ? `[${host}]` : host}:${port}?${query.join("&")}`;
}
