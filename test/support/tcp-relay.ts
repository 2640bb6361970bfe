/** Owns a plain TCP forwarder on loopback that can be as slow as a bad network, stand still, and be fast again. */

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

const TICK_MS = 10;
/** What waits in the relay itself: as little as a router has. */
const MOST_WAITING_BYTES = 8 * 1024;

export type RelayTarget = { readonly host: string; readonly port: number };

/** What the server sends on one connection, on its way to the viewer. */
class Downstream {
  readonly #from: Socket;
  readonly #to: Socket;
  #waiting: Buffer[] = [];

  constructor(from: Socket, to: Socket) {
    this.#from = from;
    this.#to = to;
    from.on("data", (chunk: Buffer) => {
      this.#waiting.push(chunk);
      if (this.#length > MOST_WAITING_BYTES) from.pause();
    });
  }

  /** Passes on so many bytes at most. Returns how many it were. */
  pass(most: number): number {
    if (this.#to.writableNeedDrain) return 0;
    let left = most;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#to.write(next.subarray(0, left));
      if (next.length > left) this.#waiting.unshift(next.subarray(left));
      left -= Math.min(left, next.length);
      if (left === 0) break;
    }
    if (this.#length <= MOST_WAITING_BYTES) this.#from.resume();
    return most - left;
  }

  get #length(): number {
    return this.#waiting.reduce((sum, { length }) => sum + length, 0);
  }
}

export class TcpRelay {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #downstreams = new Set<Downstream>();
  readonly #timer: NodeJS.Timeout;
  #bitsPerSecond: number | null = null;
  #budget = 0;
  #passedAt = performance.now();

  /** Listens on a free port. The caller closes it. */
  static async start(target: RelayTarget): Promise<TcpRelay> {
    // What a client says last may come after it has closed its end.
    const server = createServer({ noDelay: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new TcpRelay(server, target);
  }

  private constructor(server: Server, target: RelayTarget) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on("connection", (client) => this.#join(client, connect({ ...target, noDelay: true })));
    this.#timer = setInterval(() => this.#pass(), TICK_MS);
  }

  /** The address of what it leads to, for browsers. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** From the server to viewers so many bits a second in all pass from now on; null: all at once; 0: none. */
  setRate(bitsPerSecond: number | null): void {
    this.#bitsPerSecond = bitsPerSecond;
    this.#budget = 0;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #join(client: Socket, server: Socket): void {
    const downstream = new Downstream(server, client);
    this.#downstreams.add(downstream);
    client.on("data", (chunk: Buffer) => server.write(chunk));
    server.on("data", () => {
      if (this.#bitsPerSecond === null) downstream.pass(Number.MAX_SAFE_INTEGER);
    });
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        if (socket === server) downstream.pass(this.#bitsPerSecond === null ? Number.MAX_SAFE_INTEGER : 0);
        this.#downstreams.delete(downstream);
        client.end();
        server.end();
      });
    }
  }

  #pass(): void {
    const now = performance.now();
    const seconds = (now - this.#passedAt) / 1000;
    this.#passedAt = now;
    const rate = this.#bitsPerSecond;
    this.#budget = rate === null ? Number.MAX_SAFE_INTEGER : Math.min(rate / 8, this.#budget + (rate / 8) * seconds);
    for (const downstream of this.#downstreams) this.#budget -= downstream.pass(Math.floor(this.#budget));
  }
}
