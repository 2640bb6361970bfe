/**
 * Owns standing in an HTTP server of a program: takes what is ours before the program's own listeners see it, and leaves all else
 * to them, whichever were there first. In the main process.
 *
 * AT1 what is not ours reaches the program's listeners as if we were not there, requests to upgrade included, whether the program
 *     listens to those or not.
 * AT2 no setting of the program's server is changed, and after `close` it is as it was.
 */

import { type IncomingMessage, ServerResponse } from "node:http";
import { Server as SecureServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ProgramServer } from "../options/network-options.ts";
import { hasBody } from "./request-bodies.ts";

/** Who takes what is ours. Each says whether it did. */
export type Takers = {
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Whether what a request asks for is ours. */
  isOurs(request: IncomingMessage): boolean;
};

/** Node has it since 24.9: which requests to upgrade are told as such; the others are requests like any. */
export type WithUpgradeChoice = { shouldUpgradeCallback?: (request: IncomingMessage) => boolean };

export class Attachment {
  readonly server: ProgramServer;
  readonly #takers: Takers;
  readonly #undo: readonly (() => void)[];
  #closed = false;

  /** The caller closes it. */
  constructor(server: ProgramServer, takers: Takers) {
    this.server = server;
    this.#takers = takers;
    this.#undo = [this.#standBefore(), this.#chooseUpgrades()];
  }

  /** Takes nothing any more. What was taken goes on. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const undo of this.#undo) undo();
  }

  /**
   * A listener could not keep the others from hearing of what is ours: a `ws` server with a path, for one, refuses every other
   * path, and express answers 404. So what is ours is taken before it is told.
   */
  #standBefore(): () => void {
    const { server } = this;
    const isOwn = Object.hasOwn(server, "emit");
    const theirs = server.emit;
    const emit = (name: string | symbol, ...told: unknown[]): boolean => {
      if (!this.#closed && this.#take(name, told)) return true;
      return Reflect.apply(theirs, server, [name, ...told]);
    };
    server.emit = emit;
    return () => {
      // Where somebody else put theirs over it, it passes all on.
      if (server.emit !== emit) return;
      if (isOwn) server.emit = theirs;
      else Reflect.deleteProperty(server, "emit");
    };
  }

  /** Has Node tell of our upgrades, though the program may listen to none; and of no more of theirs than before. */
  #chooseUpgrades(): () => void {
    const server: ProgramServer & WithUpgradeChoice = this.server;
    server.on("upgrade", standIn);
    const theirs = server.shouldUpgradeCallback;
    if (theirs === undefined) return () => server.off("upgrade", standIn);
    const choose = (request: IncomingMessage): boolean =>
      this.#takers.isOurs(request)
        ? isForWebSocket(request)
        : listensToUpgrades(server) && Reflect.apply(theirs, server, [request]);
    server.shouldUpgradeCallback = choose;
    return () => {
      server.off("upgrade", standIn);
      if (server.shouldUpgradeCallback === choose) server.shouldUpgradeCallback = theirs;
    };
  }

  #take(name: string | symbol, told: readonly unknown[]): boolean {
    if (name === "upgrade") return this.#takeUpgrade(...(told as [IncomingMessage, Duplex, Buffer]));
    if (name !== "request" && name !== "checkContinue") return false;
    const [request, response] = told as [IncomingMessage, ServerResponse];
    if (!this.#takers.isOurs(request)) return false;
    if (name === "checkContinue") response.writeContinue();
    return this.#takers.handle(request, response);
  }

  #takeUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const isOurs = this.#takers.isOurs(request);
    if (isOurs && isForWebSocket(request)) return this.#takers.handleUpgrade(request, socket, head);
    if (!isOurs && listensToUpgrades(this.server)) return false;
    // Without us Node would have told of it as a request (AT1), as those of clients that only offer HTTP/2 are.
    answerPlainly(this.server, request, socket as Socket);
    return true;
  }
}

/** Of what else a client offers, as HTTP/2, nothing comes, and it is a request like any (RFC 9110 section 7.8). */
export function isForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** The origin of a program's server for a browser on this machine; null while it does not listen on a port. */
export function originOfProgram(server: ProgramServer): string | null {
  const address = server.address();
  if (address === null || typeof address === "string") return null;
  const isAny = address.address === "::" || address.address === "0.0.0.0";
  const name = isAny ? "localhost" : address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `${server instanceof SecureServer ? "https" : "http"}://${name}:${address.port}`;
}

/** Node tells of upgrades only where somebody listens. */
function standIn(): void {
  return undefined;
}

/** Whether the program does. */
function listensToUpgrades(server: ProgramServer): boolean {
  return server.listeners("upgrade").some((listener) => listener !== standIn);
}

/** Answers a request to upgrade as if it were none, for a Node that has told of it as one. */
export function answerPlainly(server: ProgramServer, request: IncomingMessage, socket: Socket): void {
  // Its body came with the connection, which is read no more.
  if (hasBody(request))
    return void socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  socket.on("error", () => socket.destroy());
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  socket.on("drain", () => response.emit("drain"));
  response.once("finish", () => {
    response.detachSocket(socket);
    socket.end();
  });
  server.emit("request", request, response);
}
