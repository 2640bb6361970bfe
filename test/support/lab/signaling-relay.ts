/**
 * Owns the HTTP side of the laboratory: passes requests on to the server as they are, and WebSockets message by message, with
 * the candidates changed (candidates.ts). Nothing waits in it: who sends faster than the other end takes is held up.
 */

import { createServer, type IncomingMessage, request, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import { toldToServer, toldToViewer } from "./candidates.ts";
import { type Links, UdpDoor, type UdpTarget } from "./udp-relay.ts";

const MOST_WAITING_BYTES = 16 * 1024;

export class SignalingRelay {
  readonly #target: URL;
  readonly #links: Links;
  readonly #http: Server;
  readonly #webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
  readonly #doors = new Set<UdpDoor>();
  readonly #open = new Set<WebSocket>();

  /** `target` is the address of the server; `links` are those that datagrams take. */
  constructor(target: URL, links: Links) {
    this.#target = target;
    this.#links = links;
    this.#http = createServer((asked, answer) => this.#passRequest(asked, answer));
    this.#http.on("upgrade", (asked: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#passUpgrade(asked, socket, head);
    });
  }

  /** Datagrams that came out, to the viewers and to the server, on the connections that are open. */
  get passed(): { readonly down: number; readonly up: number } {
    const total = { down: 0, up: 0 };
    for (const { passed } of this.#doors) {
      total.down += passed.down;
      total.up += passed.up;
    }
    return total;
  }

  /** Serves whoever is at the other end of this stream. */
  serve(connection: Duplex): void {
    this.#http.emit("connection", connection);
  }

  close(): void {
    for (const socket of this.#open) socket.terminate();
    for (const door of this.#doors) door.close();
    this.#http.closeAllConnections();
  }

  #passRequest(asked: IncomingMessage, answer: ServerResponse): void {
    const { method, headers, url = "/" } = asked;
    const { hostname, port } = this.#target;
    const passed = request({ host: hostname, port, path: url, method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
      response.on("error", () => answer.destroy());
    });
    passed.on("error", () =>
      answer.headersSent ? answer.destroy() : answer.writeHead(502).end("The server is away.\n"),
    );
    answer.on("close", () => passed.destroy());
    asked.pipe(passed);
  }

  #passUpgrade(asked: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const address = new URL(asked.url ?? "/", this.#target);
    address.protocol = "ws:";
    const server = new WebSocket(address, { headers: plainHeaders(asked), perMessageDeflate: false });
    this.#open.add(server);
    server.on("close", () => this.#open.delete(server));
    server.on("error", () => socket.destroy());
    server.on("unexpected-response", (_request, { statusCode = 502 }) => {
      socket.end(
        `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      );
    });
    server.on("open", () => {
      this.#webSockets.handleUpgrade(asked, socket, head, (viewer) => this.#join(viewer, server));
    });
  }

  #join(viewer: WebSocket, server: WebSocket): void {
    const doors = new Map<string, Promise<UdpDoor>>();
    const doorOf = async (target: UdpTarget): Promise<number> => {
      const key = `${target.address} ${target.port}`;
      const door = doors.get(key) ?? this.#openDoor(target);
      doors.set(key, door);
      return (await door).port;
    };
    passMessages(server, viewer, (text) => toldToViewer(text, doorOf));
    passMessages(viewer, server, async (text) => toldToServer(text));
    viewer.on("close", () => {
      for (const opening of doors.values()) void opening.then((door) => this.#closeDoor(door));
    });
  }

  async #openDoor(target: UdpTarget): Promise<UdpDoor> {
    const door = await UdpDoor.open(target, this.#links);
    this.#doors.add(door);
    return door;
  }

  #closeDoor(door: UdpDoor): void {
    door.close();
    this.#doors.delete(door);
  }
}

/** In their order, as fast as `to` takes them; text changed, or left out for null. */
function passMessages(from: WebSocket, to: WebSocket, change: (text: string) => Promise<string | null>): void {
  let last = Promise.resolve();
  const send = (data: RawData | string, isBinary: boolean): void => {
    if (to.readyState !== WebSocket.OPEN) return;
    to.send(data as Buffer, { binary: isBinary }, () => {
      if (from.isPaused && to.bufferedAmount <= MOST_WAITING_BYTES) from.resume();
    });
    if (to.bufferedAmount > MOST_WAITING_BYTES) from.pause();
  };
  from.on("message", (data, isBinary) => {
    last = last.then(async () => {
      const told = isBinary ? data : await change(String(data));
      if (told !== null) send(told, isBinary);
    });
  });
  from.on("error", () => from.terminate());
  from.on("close", (code, reason) => {
    void last.then(() => {
      // 1005 and 1006 say that there was no code, and must not be sent (RFC 6455 section 7.4.1).
      if (code === 1006) to.terminate();
      else to.close(code === 1005 ? 1000 : code, reason);
    });
  });
}

/** Without those that are about the connection to us. */
function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  const own = /^(connection|upgrade|sec-websocket-.*)$/;
  const others = Object.entries(headers).filter(([name]) => !own.test(name));
  return Object.fromEntries(others.map(([name, value]) => [name, String(value)]));
}
