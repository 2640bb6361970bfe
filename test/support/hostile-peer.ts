/** Owns a viewer that means ill: it connects by WHEP as any viewer does, and then sends what no browser would. */

import { randomBytes } from "node:crypto";
import type { RTCPeerConnection } from "werift";
import { loopbackPeer } from "./loopback-peer.ts";

const DCEP = 50;
const DCEP_ACK = 2;

export class HostilePeer {
  readonly #peer: RTCPeerConnection;
  readonly #resource: URL;

  /** Resolves once it is connected and could open data channels. */
  static async open(serverUrl: string): Promise<HostilePeer> {
    const peer = loopbackPeer();
    const channel = peer.createDataChannel("control");
    await peer.setLocalDescription(await peer.createOffer());
    const headers = { "Content-Type": "application/sdp" };
    const body = peer.localDescription?.sdp ?? "";
    const response = await fetch(new URL("whep", serverUrl), { method: "POST", headers, body });
    await peer.setRemoteDescription({ type: "answer", sdp: await response.text() });
    if (channel.readyState !== "open") {
      await channel.stateChanged.watch((state) => state === "open", 30_000);
    }
    return new HostilePeer(peer, new URL(response.headers.get("location") ?? "", response.url));
  }

  private constructor(peer: RTCPeerConnection, resource: URL) {
    this.#peer = peer;
    this.#resource = resource;
  }

  /** Acknowledges data channels that nobody opened. */
  async acknowledgeUnknownChannels(count: number): Promise<void> {
    const sctp = this.#peer.sctpTransport?.sctp;
    if (sctp === undefined) throw new Error("There is no SCTP.");
    for (let stream = 0; stream < count; stream += 1) {
      await sctp.send(1000 + stream, DCEP, Buffer.from([DCEP_ACK])).catch(() => undefined);
    }
  }

  /** Sends bytes of no meaning within the encrypted connection, where SCTP is expected. */
  async sendBrokenSctp(count: number): Promise<void> {
    const [dtls] = this.#peer.dtlsTransports;
    for (let sent = 0; sent < count; sent += 1) {
      await dtls?.sendData(brokenBytes(sent, 0)).catch(() => undefined);
    }
  }

  /** Sends packets that begin as STUN, DTLS, RTP, RTCP and nothing known (RFC 7983), and are none. */
  async sendBrokenPackets(count: number): Promise<void> {
    const [ice] = this.#peer.iceTransports;
    for (let sent = 0; sent < count; sent += 1) {
      for (const first of [0, 1, 20, 22, 23, 64, 128, 129, 255]) {
        await ice?.connection.send(brokenBytes(sent, first)).catch(() => undefined);
      }
      const rtcp = brokenBytes(sent, 0x81);
      rtcp[1] = 200 + (sent % 8);
      await ice?.connection.send(rtcp).catch(() => undefined);
    }
  }

  /** Says goodbye, and disconnects. */
  async close(): Promise<void> {
    await fetch(this.#resource, { method: "DELETE" });
    await this.#peer.close();
  }
}

function brokenBytes(length: number, first: number): Buffer {
  const bytes = randomBytes(2 + (length % 200));
  bytes[0] = first;
  return bytes;
}
