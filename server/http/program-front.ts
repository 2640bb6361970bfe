/**
 * Owns how a program that has an HTTP server of its own gives us the requests below our base path: one by one, or all that come to
 * a server (attachment.ts). In the main process.
 *
 * PF1 what is not below the base path is left to the program, and so is everything once we are closed.
 * PF2 what a port of our own would not put up with ends here as well: a body that takes more than 30 s to come.
 * PF3 closing ends the answers and connections that are ours, and no other.
 */

import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { ProgramServer } from "../options/network-options.ts";
import { Attachment, originOfProgram } from "./attachment.ts";
import { mountInProgram, strayMount } from "./base-path.ts";
import { limitBody } from "./request-bodies.ts";

/** What answers that which is ours (http-site.ts). */
export type Answerer = {
  readonly app: RequestListener;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  emit(name: "failed", event: { readonly error: unknown }): void;
};

export class ProgramFront {
  readonly #site: Answerer;
  readonly #basePath: string;
  readonly #bodyDeadlineMs: number | undefined;
  readonly #isBelow: (request: IncomingMessage) => boolean;
  readonly #attachments: Attachment[] = [];
  readonly #answering = new Set<ServerResponse>();
  #stopped = false;

  /** The caller closes it, and the site. */
  constructor(site: Answerer, basePath: string, bodyDeadlineMs?: number) {
    const mount = mountInProgram(basePath);
    this.#site = site;
    this.#basePath = basePath;
    this.#bodyDeadlineMs = bodyDeadlineMs;
    this.#isBelow = (request) => mount(request) !== null;
  }

  /** Where a browser on this machine reaches the program; null while none of the servers that we stand in listens. */
  get origin(): string | null {
    return this.#attachments.map(({ server }) => originOfProgram(server)).find((origin) => origin !== null) ?? null;
  }

  /** Takes what is ours of all that comes to a server, from now on. */
  attach(server: ProgramServer): void {
    if (this.#stopped || this.#attachments.some((attachment) => attachment.server === server)) return;
    this.#attachments.push(
      new Attachment(server, {
        isOurs: (request) => this.#isOurs(request),
        handle: (request, response) => this.handle(request, response),
        handleUpgrade: (request, socket, head) => this.handleUpgrade(request, socket, head),
      }),
    );
  }

  /** Answers a request, if it is ours. Says whether it was. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#stopped) return false;
    const place = strayMount(request, this.#basePath);
    if (place !== null) {
      this.#explainPlace(place, response);
      return true;
    }
    if (!this.#isBelow(request)) return false;
    this.#answering.add(response);
    response.once("close", () => this.#answering.delete(response));
    limitBody(request, this.#bodyDeadlineMs);
    this.#site.app(request, response);
    return true;
  }

  /** Takes over a connection, if the request is ours. Says whether it was. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (!this.#isOurs(request)) return false;
    this.#site.handleUpgrade(request, socket, head);
    return true;
  }

  /** Takes nothing any more (PF1). */
  stop(): void {
    this.#stopped = true;
    for (const attachment of this.#attachments) attachment.close();
  }

  /** Cuts what is being answered (PF3). */
  close(): void {
    this.stop();
    for (const response of this.#answering) response.destroy();
  }

  #isOurs(request: IncomingMessage): boolean {
    return !this.#stopped && this.#isBelow(request);
  }

  #explainPlace(place: string, response: ServerResponse): void {
    const sentence = `options.http.basePath must be "${place}", since that is where this program has the stream.`;
    this.#site.emit("failed", { error: new Error(sentence) });
    response.writeHead(500, { "Content-Type": "text/plain" }).end(`${sentence}\n`);
  }
}
