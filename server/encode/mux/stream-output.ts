/**
 * Owns what is sent on to a server of others, in the mux thread: connects, and again and again where that fails, until it is ended.
 *
 * ON1 Each connection begins with a key frame, and counts its times from there.
 * ON2 Where the server takes less than it is sent, whole groups of pictures are left out, so that little waits in memory; one that
 *     takes nothing for a while is given up, and connected to anew.
 * ON3 It tries again at once, then after ever longer (retry-pauses.ts).
 */

import { StreamError } from "../../../shared/errors.ts";
import { now } from "../../../shared/time.ts";
import { RetryPauses } from "../../platform/retry-pauses.ts";
import { parseStreamAddress, type StreamAddress, shownAddress } from "../../platform/stream-address.ts";
import type { MuxOutput } from "./mux-output.ts";
import type { MuxPacket, OutputFigures, StreamTarget } from "./mux-protocol.ts";
import { RtmpLink } from "./rtmp/rtmp-link.ts";
import { SrtLink } from "./srt-link.ts";
import type { StreamLink, StreamLinkEvents } from "./stream-link.ts";

const MAX_WAITING_BYTES: number = 8 * 1024 * 1024;
const LOOK_MS = 1000;
/** So long a server may take nothing. */
const MAX_STALL_MS = 6000;

type Connected = {
  readonly link: StreamLink;
  isOpen: boolean;
  /** The time of its first packet. */
  begin: number | null;
  needsKeyFrame: boolean;
  sentBytes: number;
  movedAt: number;
};

export type StreamOutputOptions = {
  /** Default: by the kind of the address. */
  readonly connect?: (address: StreamAddress, events: StreamLinkEvents) => StreamLink;
};

export class StreamOutput implements MuxOutput {
  readonly #address: StreamAddress;
  readonly #shown: string;
  readonly #connect: (address: StreamAddress, events: StreamLinkEvents) => StreamLink;
  readonly #timer: NodeJS.Timeout;
  #connected: Connected | null = null;
  #retryTimer: NodeJS.Timeout | undefined;
  #isEnding = false;
  #connections = 0;
  #failures = 0;
  #error: string | null = null;
  readonly #pauses = new RetryPauses();
  #bytes = 0;
  #packets = 0;
  #sentMs = 0;

  /** Throws `StreamError` where the address is none. */
  constructor({ address }: StreamTarget, { connect = connectTo }: StreamOutputOptions = {}) {
    const parsed = parseStreamAddress(address);
    if (parsed === null) throw new StreamError("output-failed", "What is sent on has no address of RTMP or SRT.");
    this.#address = parsed;
    this.#shown = shownAddress(address);
    this.#connect = connect;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#begin();
  }

  get figures(): OutputFigures {
    const isSending = this.#connected?.isOpen === true;
    const bytes = this.#bytes + (this.#connected?.link.sentBytes ?? 0);
    const link = { isSending, connections: this.#connections, failures: this.#failures, error: this.#error };
    return { bytes, seconds: this.#sentMs / 1000, packets: this.#packets, link };
  }

  take(packet: MuxPacket): void {
    const connected = this.#connected;
    if (connected === null || !connected.isOpen) return;
    const { link } = connected;
    // ON2: what is left out makes the rest of its group useless.
    if (link.waitingBytes > MAX_WAITING_BYTES) connected.needsKeyFrame = true;
    const waits = link.waitingBytes > MAX_WAITING_BYTES / 4;
    if (connected.needsKeyFrame && (!packet.isKeyFrame || waits)) return;
    connected.needsKeyFrame = false;
    connected.begin ??= packet.time;
    const at = packet.time - connected.begin;
    link.send({ data: packet.data, isKeyFrame: packet.isKeyFrame, at });
    this.#packets += 1;
    this.#sentMs += Math.max(0, at - this.#lastAt);
    this.#lastAt = at;
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    clearInterval(this.#timer);
    clearTimeout(this.#retryTimer);
    await this.#connected?.link.close();
  }

  #lastAt = 0;

  #begin(): void {
    const events: StreamLinkEvents = {
      opened: () => this.#handleOpened(),
      failed: (reason) => this.#handleFailed(reason),
    };
    const link = this.#connect(this.#address, events);
    const movedAt = now();
    this.#connected = { link, isOpen: false, begin: null, needsKeyFrame: true, sentBytes: 0, movedAt };
  }

  #handleOpened(): void {
    if (this.#connected === null) return;
    this.#connected.isOpen = true;
    this.#connected.movedAt = now();
    this.#connections += 1;
    this.#lastAt = 0;
  }

  #handleFailed(reason: string): void {
    const connected = this.#connected;
    if (connected === null || this.#isEnding) return;
    this.#connected = null;
    this.#failures += 1;
    this.#bytes += connected.link.sentBytes;
    this.#error = `${this.#shown}: ${reason}.`;
    void connected.link.close();
    this.#retryTimer = setTimeout(() => this.#begin(), this.#pauses.failed());
  }

  #look(): void {
    const connected = this.#connected;
    if (connected === null || !connected.isOpen) return;
    const { link } = connected;
    if (link.sentBytes !== connected.sentBytes || link.waitingBytes === 0) {
      // One that takes what it is sent works again.
      if (link.sentBytes > 0 && connected.begin !== null) this.#handleFlow();
      connected.sentBytes = link.sentBytes;
      connected.movedAt = now();
    } else if (now() - connected.movedAt > MAX_STALL_MS) this.#handleFailed("the server takes nothing any more");
  }

  #handleFlow(): void {
    this.#pauses.noteWorks();
    this.#error = null;
  }
}

function connectTo(address: StreamAddress, events: StreamLinkEvents): StreamLink {
  return address.kind === "rtmp" ? new RtmpLink(address, events) : new SrtLink(address, events);
}
