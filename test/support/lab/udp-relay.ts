/** Owns the datagrams of the laboratory: a door for each port of the server, and behind it a socket for each viewer. */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Link } from "./link.ts";

export type UdpTarget = { readonly address: string; readonly port: number };
export type Links = { readonly down: Link; readonly up: Link };

/** What IP and UDP add to each datagram, which takes its part of the rate. */
const HEADER_BYTES = 28;

/** A port on loopback that leads to a port of the server, by the links. */
export class UdpDoor {
  readonly port: number;
  readonly #door: Socket;
  readonly #links: Links;
  readonly #target: UdpTarget;
  readonly #behind = new Map<string, Socket>();
  readonly #flow = { up: {} };
  #closed = false;
  #passed = { down: 0, up: 0 };

  /** Resolves when it listens. The caller closes it. */
  static async open(target: UdpTarget, links: Links): Promise<UdpDoor> {
    const door = createSocket("udp4");
    door.bind(0, "127.0.0.1");
    await once(door, "listening");
    return new UdpDoor(door, target, links);
  }

  private constructor(door: Socket, target: UdpTarget, links: Links) {
    this.#door = door;
    this.#target = target;
    this.#links = links;
    this.port = door.address().port;
    door.on("error", () => undefined);
    door.on("message", (datagram, { address, port }) => {
      const behind = this.#socketOf(address, port);
      this.#send(links.up, this.#flow.up, datagram, () => {
        this.#passed.up += 1;
        behind.send(datagram, target.port, target.address);
      });
    });
  }

  /** How many datagrams came out of it, to the viewers and to the server. */
  get passed(): { readonly down: number; readonly up: number } {
    return this.#passed;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const socket of [this.#door, ...this.#behind.values()]) socket.close();
  }

  #socketOf(address: string, port: number): Socket {
    const key = `${address} ${port}`;
    const known = this.#behind.get(key);
    if (known !== undefined) return known;
    const socket = createSocket("udp4");
    const flow = {};
    socket.on("error", () => undefined);
    socket.on("message", (datagram, from) => {
      if (from.port !== this.#target.port) return;
      this.#send(this.#links.down, flow, datagram, () => {
        this.#passed.down += 1;
        this.#door.send(datagram, port, address);
      });
    });
    this.#behind.set(key, socket);
    return socket;
  }

  #send(link: Link, flow: object, datagram: Buffer, pass: () => void): void {
    const arrive = () => {
      if (!this.#closed) pass();
    };
    link.send({ bytes: datagram.length + HEADER_BYTES, flow, isDatagram: true, arrive });
  }
}
