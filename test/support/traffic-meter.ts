/** Measures what goes between a page and the server by every way: WebRTC, WebSocket and requests. */

import type { Page } from "playwright-core";

declare global {
  // biome-ignore lint/style/useConsistentTypeDefinitions: nothing but an interface adds to Window.
  interface Window {
    peersOfTest?: RTCPeerConnection[];
  }
}

export type Traffic = { readonly bitsPerSecond: number; readonly requests: readonly string[] };

export class TrafficMeter {
  /** The addresses that the page asked for so far. */
  readonly requests: string[] = [];
  readonly #page: Page;
  #socketBytes = 0;

  /** To run in the page before anything else, so that its connections are found. */
  static readonly keepPeers = (): void => {
    const Original = window.RTCPeerConnection;
    window.peersOfTest = [];
    window.RTCPeerConnection = class extends Original {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        window.peersOfTest?.push(this);
      }
    };
  };

  constructor(page: Page) {
    this.#page = page;
    page.on("request", (request) => this.requests.push(request.url()));
    page.on("websocket", (socket) => {
      const count = ({ payload }: { payload: string | Buffer }) => {
        this.#socketBytes += Buffer.byteLength(payload);
      };
      socket.on("framesent", count);
      socket.on("framereceived", count);
    });
  }

  /** Both directions together, without the headers of IP. */
  async measure(forMs: number): Promise<Traffic> {
    const [socketBytes, peerBytes, requests] = [this.#socketBytes, await this.#peerBytes(), this.requests.length];
    await this.#page.waitForTimeout(forMs);
    const bytes = this.#socketBytes - socketBytes + (await this.#peerBytes()) - peerBytes;
    return { bitsPerSecond: (bytes * 8000) / forMs, requests: this.requests.slice(requests) };
  }

  #peerBytes(): Promise<number> {
    return this.#page.evaluate(async () => {
      let bytes = 0;
      for (const peer of window.peersOfTest ?? []) {
        if (peer.connectionState !== "connected") continue;
        for (const entry of (await peer.getStats()).values()) {
          if (entry.type === "transport") bytes += entry.bytesSent + entry.bytesReceived;
        }
      }
      return bytes;
    });
  }
}
