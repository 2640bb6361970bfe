/** Owns what Prometheus reads of the streams by HLS. With metrics.ts it imports prom-client. */

import { Counter, type Registry } from "prom-client";
import { LiveGauges } from "./live-gauges.ts";

/** Of all rooms: how many watch, how many requests wait, and what is held for them in memory. */
export type HlsNow = { readonly watching: number; readonly waiting: number; readonly heldBytes: number };

export class HlsMetrics {
  /** What is so now. */
  readonly now: LiveGauges<HlsNow>;
  readonly #sent: Counter;

  constructor(registers: Registry[]) {
    this.now = new LiveGauges<HlsNow>(registers, { watching: 0, waiting: 0, heldBytes: 0 }, [
      [
        "scenecast_hls_viewers",
        "Who watches by HLS, by how often playlists are asked for.",
        ({ watching }) => watching,
      ],
      ["scenecast_hls_waiting", "Requests that wait for the next part of a stream by HLS.", ({ waiting }) => waiting],
      ["scenecast_hls_held_bytes", "Bytes of streams by HLS that are held in memory.", ({ heldBytes }) => heldBytes],
    ]);
    this.#sent = new Counter({
      name: "scenecast_hls_bytes_total",
      help: "Bytes of playlists and video that players by HLS were sent.",
      registers,
    });
  }

  countSent(bytes: number): void {
    this.#sent.inc(bytes);
  }
}
