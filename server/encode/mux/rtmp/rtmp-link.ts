/**
 * Owns a connection on which video is published by RTMP or, within TLS, RTMPS (Adobe's Real-Time Messaging Protocol 1.0), as
 * H.264 in tags of FLV, with silence beside it. In the mux thread; by Node's sockets, so that a server that hangs holds no thread.
 */

import { randomBytes } from "node:crypto";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { RtmpAddress } from "../../../platform/stream-address.ts";
import { type StreamLink, type StreamLinkEvents, type StreamPacket, socketWords } from "../stream-link.ts";
import { type AmfValue, decodeAmf, encodeAmf } from "./amf.ts";
import { avcPictureOf } from "./avc.ts";
import { ChunkReader, chunksOf, type RtmpMessage } from "./chunks.ts";
import { Silence, silenceHeader } from "./silence.ts";

/** Until it takes packets. */
const OPEN_MS = 5000;
const CLOSE_MS = 500;
const VERSION = 3;
const HANDSHAKE_BYTES = 1536;
const CHUNK_BYTES = 4096;
const CHANNEL = { control: 2, command: 3, audio: 4, video: 6 } as const;
const TYPE = {
  chunkBytes: 1,
  acknowledgement: 3,
  user: 4,
  window: 5,
  audio: 8,
  video: 9,
  commandAmf3: 17,
  data: 18,
  command: 20,
} as const;
const PING = { request: 6, response: 7 } as const;
const TRANSACTION = { connect: 1, createStream: 4 } as const;

export class RtmpLink implements StreamLink {
  readonly #address: RtmpAddress;
  readonly #events: StreamLinkEvents;
  readonly #socket: Socket;
  readonly #reader = new ChunkReader();
  readonly #timer: NodeJS.Timeout;
  /** What of the handshake has come; null when it is done. */
  #handshake: Buffer | null = Buffer.alloc(0);
  #stream: number | null = null;
  #isOpen = false;
  #isOver = false;
  #configuration: Buffer | null = null;
  readonly #silence = new Silence();
  #waitingBytes = 0;
  #sentBytes = 0;
  #receivedBytes = 0;
  #acknowledgedBytes = 0;
  #windowBytes = 0;

  /** Connects at once. */
  constructor(address: RtmpAddress, events: StreamLinkEvents) {
    this.#address = address;
    this.#events = events;
    const { host, port, isSecure } = address;
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const socket = isSecure ? connectTls({ host, port, ...servername }) : connectTcp({ host, port });
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.once(isSecure ? "secureConnect" : "connect", () => this.#greet());
    socket.on("data", (bytes: Buffer) => this.#receive(bytes));
    socket.on("error", (error) => this.#fail(socketWords(error)));
    socket.on("close", () => this.#fail("the server ended the connection"));
    this.#timer = setTimeout(() => this.#fail("no answer came"), OPEN_MS);
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  send({ data, isKeyFrame, at }: StreamPacket): void {
    if (!this.#isOpen || this.#stream === null) return;
    const sound = { channel: CHANNEL.audio, type: TYPE.audio, stream: this.#stream };
    if (this.#configuration === null) this.#message({ ...sound, at, payload: silenceHeader });
    const silence = [...this.#silence.until(at)].map((frame) => chunksOf({ ...sound, ...frame }, CHUNK_BYTES));
    if (silence.length > 0) this.#write(Buffer.concat(silence));
    const { configuration, units } = avcPictureOf(data);
    // Another size, too, begins with one.
    if (configuration !== null && this.#configuration?.equals(configuration) !== true) {
      this.#configuration = configuration;
      this.#video(Buffer.of(0x17, 0, 0, 0, 0), configuration, at);
    }
    this.#video(Buffer.of(isKeyFrame ? 0x17 : 0x27, 1, 0, 0, 0), units, at);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isOpen && this.#stream !== null) {
      this.#command("FCUnpublish", 0, [null, this.#address.key]);
      this.#command("deleteStream", 0, [null, this.#stream]);
    }
    this.#isOver = true;
    this.#isOpen = false;
    const socket = this.#socket;
    if (socket.destroyed) return;
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    setTimeout(() => socket.destroy(), CLOSE_MS).unref();
    socket.end();
    await closed;
  }

  #video(tag: Buffer, body: Buffer, at: number): void {
    const payload = Buffer.concat([tag, body]);
    this.#message({ channel: CHANNEL.video, type: TYPE.video, stream: this.#stream ?? 0, at, payload });
  }

  /** Section 5.2: C0 and C1. */
  #greet(): void {
    this.#write(Buffer.concat([Buffer.of(VERSION), Buffer.alloc(8), randomBytes(HANDSHAKE_BYTES - 8)]));
  }

  #receive(bytes: Buffer): void {
    if (this.#isOver) return;
    this.#receivedBytes += bytes.length;
    try {
      const rest = this.#handshake === null ? bytes : this.#shakeHands(Buffer.concat([this.#handshake, bytes]));
      this.#reader.read(rest, (message) => this.#handle(message));
    } catch {
      this.#fail("what answers there does not speak RTMP");
    }
    this.#acknowledge();
  }

  /** S0, S1 and S2. Returns what comes behind. */
  #shakeHands(come: Buffer): Buffer {
    const whole = 1 + 2 * HANDSHAKE_BYTES;
    this.#handshake = come;
    if (come.length > 0 && come[0] !== VERSION) throw new Error("This is no RTMP.");
    if (come.length < whole) return Buffer.alloc(0);
    this.#handshake = null;
    this.#write(come.subarray(1, 1 + HANDSHAKE_BYTES));
    const size = Buffer.alloc(4);
    size.writeUInt32BE(CHUNK_BYTES);
    // In chunks of the size until then.
    this.#message({ channel: CHANNEL.control, type: TYPE.chunkBytes, stream: 0, at: 0, payload: size });
    const { app, base } = this.#address;
    const about = { app, type: "nonprivate", flashVer: "FMLE/3.0 (compatible; scenecast)", tcUrl: base };
    this.#command("connect", TRANSACTION.connect, [about]);
    return come.subarray(whole);
  }

  #handle({ type, payload }: RtmpMessage): void {
    const bytes = Buffer.from(payload);
    switch (type) {
      case TYPE.chunkBytes:
        this.#reader.chunkBytes = Math.max(1, bytes.readUInt32BE() & 0x7f_ff_ff_ff);
        return;
      case TYPE.window:
        this.#windowBytes = bytes.readUInt32BE();
        return;
      case TYPE.user:
        if (bytes.readUInt16BE() === PING.request) this.#pong(bytes.subarray(2, 6));
        return;
      case TYPE.command:
        return this.#handleCommand(decodeAmf(bytes));
      case TYPE.commandAmf3:
        return this.#handleCommand(decodeAmf(bytes.subarray(1)));
    }
  }

  #handleCommand([name, transaction, , detail]: readonly (AmfValue | undefined)[]): void {
    const code = codeIn(detail);
    if (name === "_error") return this.#refuse(code);
    if (name === "_result" && transaction === TRANSACTION.connect) return this.#askForStream();
    if (name === "_result" && transaction === TRANSACTION.createStream && typeof detail === "number") {
      this.#stream = detail;
      return this.#command("publish", 5, [null, this.#address.key, "live"], detail);
    }
    if (name !== "onStatus" || code === null) return;
    if (code === "NetStream.Publish.Start") this.#open();
    else if (isRefusal(detail)) this.#refuse(code);
  }

  #askForStream(): void {
    const { key } = this.#address;
    this.#command("releaseStream", 2, [null, key]);
    this.#command("FCPublish", 3, [null, key]);
    this.#command("createStream", TRANSACTION.createStream, [null]);
  }

  #open(): void {
    if (this.#isOpen) return;
    clearTimeout(this.#timer);
    this.#isOpen = true;
    // H.264 is number 7 there, AAC 10.
    const about = { videocodecid: 7, audiocodecid: 10, encoder: "scenecast" };
    const payload = encodeAmf(["@setDataFrame", "onMetaData", about]);
    this.#message({ channel: CHANNEL.command, type: TYPE.data, stream: this.#stream ?? 0, at: 0, payload });
    this.#events.opened();
  }

  /** Descriptions of servers may have the key in them. */
  #refuse(code: string | null): void {
    this.#fail(`the server refuses the stream${code === null ? "" : ` (${code})`}; is its key right?`);
  }

  #pong(stamp: Buffer): void {
    const payload = Buffer.concat([Buffer.of(0, PING.response), stamp]);
    this.#message({ channel: CHANNEL.control, type: TYPE.user, stream: 0, at: 0, payload });
  }

  #acknowledge(): void {
    if (this.#windowBytes === 0 || this.#receivedBytes - this.#acknowledgedBytes < this.#windowBytes) return;
    this.#acknowledgedBytes = this.#receivedBytes;
    const payload = Buffer.alloc(4);
    payload.writeUInt32BE(this.#receivedBytes >>> 0);
    this.#message({ channel: CHANNEL.control, type: TYPE.acknowledgement, stream: 0, at: 0, payload });
  }

  #command(name: string, transaction: number, values: readonly AmfValue[], stream: number = 0): void {
    const payload = encodeAmf([name, transaction, ...values]);
    this.#message({ channel: CHANNEL.command, type: TYPE.command, stream, at: 0, payload });
  }

  #message(message: RtmpMessage): void {
    this.#write(chunksOf(message, CHUNK_BYTES));
  }

  #write(bytes: Buffer): void {
    if (this.#isOver || !this.#socket.writable) return;
    this.#waitingBytes += bytes.length;
    this.#socket.write(bytes, (error) => {
      this.#waitingBytes -= bytes.length;
      if (error == null) this.#sentBytes += bytes.length;
    });
  }

  #fail(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#socket.destroy();
    this.#events.failed(reason);
  }
}

/** The code of a status, as `NetStream.Publish.BadName`. */
function codeIn(detail: AmfValue | undefined): string | null {
  const code = typeof detail === "object" && detail !== null ? detail["code"] : null;
  return typeof code === "string" && /^Net(?:Stream|Connection)(?:\.[A-Za-z]{1,24}){1,3}$/.test(code) ? code : null;
}

function isRefusal(detail: AmfValue | undefined): boolean {
  return typeof detail === "object" && detail !== null && detail["level"] === "error";
}
