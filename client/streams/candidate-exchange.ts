/**
 * Owns the ICE candidates of one WebRTC connection, those of the server and our own: each waits for the server's answer, and
 * then goes where it belongs.
 */

import type { IceCandidate } from "../../shared/signaling.ts";

export class CandidateExchange {
  readonly #peer: RTCPeerConnection;
  readonly #send: (candidate: IceCandidate) => void;
  /** The server's, which may overtake its answer; null once that is there. */
  #early: IceCandidate[] | null = [];
  /** Our own wait for the answer as well: a server that is still reading the offer may stumble over them. */
  readonly #foundEarly: IceCandidate[] = [];
  #closed = false;

  /** `send` gives one of our own to the server. */
  constructor(peer: RTCPeerConnection, send: (candidate: IceCandidate) => void) {
    this.#peer = peer;
    this.#send = send;
    peer.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate === null || this.#closed) return;
      const { candidate: text, sdpMid, sdpMLineIndex } = candidate;
      const found = { candidate: text, sdpMid, sdpMLineIndex };
      if (peer.signalingState === "stable") send(found);
      else this.#foundEarly.push(found);
    });
  }

  /** The browser has taken the server's answer. */
  async handleAnswered(): Promise<void> {
    for (const candidate of this.#foundEarly.splice(0)) this.#send(candidate);
    const early = this.#early ?? [];
    this.#early = null;
    for (const candidate of early) await this.#add(candidate);
  }

  /** The server has told one of its candidates. */
  async handle(candidate: IceCandidate): Promise<void> {
    if (this.#early === null) await this.#add(candidate);
    else this.#early.push(candidate);
  }

  close(): void {
    this.#closed = true;
  }

  async #add(candidate: IceCandidate): Promise<void> {
    try {
      if (!this.#closed) await this.#peer.addIceCandidate({ ...candidate });
    } catch (error) {
      console.warn("The browser refused an ICE candidate of the server, which is ignored.", error);
    }
  }
}
