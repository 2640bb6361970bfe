/**
 * Owns a laboratory: a bad network on loopback between browsers and a server. One link each way carries all that is between
 * them, the TCP connections and the datagrams of video.
 */

import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Link } from "./link.ts";
import { ShapedSocket } from "./shaped-socket.ts";
import { freeLink, type LinkCounts, type LinkSettings } from "./shaper.ts";
import { SignalingRelay } from "./signaling-relay.ts";

export type LaboratoryOptions = {
  /** The address of the server, `http:` and on loopback. */
  readonly to: string;
  /** Where browsers come; 0 for any port that is free. */
  readonly port?: number;
  /** How the network is each way, where it is not free of faults. */
  readonly network?: Partial<LinkSettings>;
  /** A whole number; the same for the same chances. Default 1. */
  readonly seed?: number;
  /** Changes, each so many milliseconds after the beginning. */
  readonly script?: readonly NetworkChange[];
};

export type NetworkChange = Partial<LinkSettings> & { readonly atMs: number };

export class Laboratory {
  readonly #server: Server;
  readonly #down: Link;
  readonly #up: Link;
  readonly #relay: SignalingRelay;
  readonly #sockets = new Set<Socket>();

  /** Resolves when it listens. Rejects where the port is taken. The caller closes it. */
  static async start(options: LaboratoryOptions): Promise<Laboratory> {
    const server = createServer({ noDelay: true, allowHalfOpen: true });
    server.listen(options.port ?? 0, "127.0.0.1");
    await once(server, "listening");
    return new Laboratory(server, options);
  }

  private constructor(server: Server, { to, network = {}, seed = 1, script = [] }: LaboratoryOptions) {
    const settings = { ...freeLink, ...network };
    this.#server = server;
    this.#down = new Link(settings, seed);
    this.#up = new Link(settings, seed + 1000);
    this.#relay = new SignalingRelay(new URL(to), { down: this.#down, up: this.#up });
    for (const { atMs, ...change } of script) this.change(change, atMs);
    server.on("connection", (socket) => this.#accept(socket));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** What went towards the viewers, all ways together, and how long what waits for it will take. */
  get down(): LinkCounts & { readonly waitingMs: number } {
    return { ...this.#down.counts, waitingMs: this.#down.waitingMs };
  }

  get up(): LinkCounts {
    return this.#up.counts;
  }

  /** Datagrams that came out of it, to the viewers and to the server. */
  get datagrams(): { readonly down: number; readonly up: number } {
    return this.#relay.passed;
  }

  /** Another network, both ways, from now on or so many milliseconds later. */
  change(settings: Partial<LinkSettings>, inMs: number = 0): void {
    this.#down.change(settings, inMs);
    this.#up.change(settings, inMs);
  }

  async close(): Promise<void> {
    for (const part of [this.#down, this.#up, this.#relay]) part.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    this.#relay.serve(new ShapedSocket(socket, { down: this.#down, up: this.#up }));
  }
}
