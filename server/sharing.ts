/**
 * Owns the share link of a running server, how much goes through its tunnel, and who hears of that: the program that runs the
 * server, its metrics, and the hosts in all rooms. Main process.
 */

import type { Emitter } from "../shared/emitter.ts";
import type { TunnelUsage } from "../shared/tunnel.ts";
import type { TunnelUse } from "./http/http-site-options.ts";
import type { TunnelCount } from "./monitoring/metrics.ts";
import type { ResolvedHttp, ResolvedShare } from "./options/network-options.ts";
import { stateFolder } from "./platform/state-folder.ts";
import type { Room } from "./room/room.ts";
import type { Rooms } from "./room/rooms.ts";
import type { ViewerEntry } from "./room/viewer-directory.ts";
import { originOf } from "./share/addresses.ts";
import { Share } from "./share/share.ts";
import { TunnelMeter } from "./share/tunnel-meter.ts";
import { type TunnelParts, tunnelName, tunnelOf } from "./share/tunnel-of.ts";
import type { StreamServerEvents } from "./stream-server-events.ts";

/** What the link leads to. */
export type SharedDoor = {
  /** Null in a program's own server, which is not shared. */
  readonly port: number | null;
  /** What the link carries; null where no token is asked for. */
  readonly inviteToken: string | null;
  setShareHost(host: string | null): void;
  countTunnelled(count: TunnelCount): void;
};

export type SharingOptions = {
  readonly http: ResolvedHttp;
  readonly share: ResolvedShare;
  readonly parts: TunnelParts;
  readonly rooms: Rooms;
  /** The events of the server, for whoever runs it. */
  readonly events: Emitter<StreamServerEvents>;
};

export class Sharing {
  /** For what answers the requests that come through it. */
  readonly tunnel: TunnelUse;
  readonly #options: SharingOptions;
  readonly #meter: TunnelMeter;
  #share: Share | null = null;
  #closed = false;

  constructor(options: SharingOptions) {
    this.#options = options;
    const { share, rooms, events } = options;
    const failed = (warning: string) => events.emit("shareUsed", { ...this.usage, warning });
    this.#meter = new TunnelMeter({
      folder: stateFolder(),
      name: tunnelName(share),
      allowanceBytes: share.monthlyBytes,
      failed,
    });
    const { traffic } = this.#meter;
    this.tunnel = { maxBps: share.bitrateBps, came: (socket) => traffic.add(socket) };
    this.#meter.on("told", ({ usage, warning }) => {
      events.emit("shareUsed", { ...usage, warning });
      for (const { viewers } of rooms.all) for (const entry of viewers.entries.values()) this.#tell(entry);
    });
    for (const room of rooms.all) this.#follow(room);
    rooms.on("opened", ({ room }) => this.#follow(room));
  }

  /** The public address of the page; null while there is none. */
  get pageUrl(): string | null {
    return this.#share?.pageUrl ?? null;
  }

  /** The public link with the token; null while there is none. */
  get link(): string | null {
    return this.#share?.link ?? null;
  }

  /** How much went through the tunnel. */
  get usage(): TunnelUsage {
    return this.#meter.usage;
  }

  /** Opens the tunnel to the server. What comes of it are events; the server goes on without it. */
  open(door: SharedDoor): void {
    const { http, share: options, parts, events } = this.#options;
    if (door.port === null) return;
    const share = new Share({
      tunnel: tunnelOf(options, originOf(http, door.port), parts),
      token: door.inviteToken,
      setHost: (host) => door.setShareHost(host),
    });
    this.#share = share;
    share.on("changed", (event) => events.emit("shareChanged", event));
    this.#meter.on("counted", (count) => door.countTunnelled({ ...count, monthBytes: this.#meter.usage.monthBytes }));
    // Not before who started the server had the time to listen.
    setImmediate(() => {
      if (!this.#closed) void share.open();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#share?.close();
    this.#meter.close();
  }

  #follow(room: Room): void {
    room.on("viewerJoined", ({ entry }) => this.#tell(entry));
  }

  /** Hosts alone, who decide what is shared. */
  #tell({ identity, connection }: ViewerEntry): void {
    if (identity.role === "host") connection?.sendMessage({ kind: "tunnel", ...this.#meter.usage });
  }
}
