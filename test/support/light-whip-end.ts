/** A WHIP endpoint on loopback that costs next to nothing: it answers, and counts what comes without decrypting or decoding it. */

import { randomBytes } from "node:crypto";
import type { RTCPeerConnection } from "werift";
import { type LightCounts, RtpCounter } from "./light-counts.ts";
import { divert, preferAsBrowsersDo, socketsOf } from "./light-viewer.ts";
import { loopbackPeer } from "./loopback-peer.ts";
import { WhipStandIn } from "./whip-stand-in.ts";

export class LightWhipEnd implements AsyncDisposable {
  readonly #end: WhipStandIn;
  readonly #peers = new Map<string, RTCPeerConnection>();
  readonly #counter = new RtpCounter();

  static async start(): Promise<LightWhipEnd> {
    return new LightWhipEnd(await WhipStandIn.start());
  }

  private constructor(end: WhipStandIn) {
    this.#end = end;
    end.answer = ({ method, path, body }, response) => {
      if (method === "DELETE") {
        void this.#peers.get(path)?.close();
        response.writeHead(this.#peers.delete(path) ? 200 : 404).end();
        return;
      }
      const location = `/${randomBytes(8).toString("hex")}`;
      void this.#open(location, body).then((answer) =>
        response.writeHead(201, { "Content-Type": "application/sdp", Location: location }).end(answer),
      );
    };
  }

  /** The address of an output. */
  get address(): string {
    return `whip+${this.#end.origin}/whip`;
  }

  /** How many send to it. */
  get senders(): number {
    return this.#peers.size;
  }

  /** What came since the last call. */
  take(): LightCounts {
    return this.#counter.take();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#peers.values()].map((peer) => peer.close()));
    await this.#end[Symbol.asyncDispose]();
  }

  async #open(location: string, offer: string): Promise<string> {
    const peer = loopbackPeer();
    this.#peers.set(location, peer);
    await peer.setRemoteDescription({ type: "offer", sdp: offer });
    preferAsBrowsersDo(peer);
    await peer.setLocalDescription(await peer.createAnswer());
    for (const socket of socketsOf(peer)) divert(socket, this.#counter);
    return peer.localDescription?.sdp ?? "";
  }
}
