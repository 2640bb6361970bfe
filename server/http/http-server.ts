/**
 * Owns by which way requests reach what answers them (http-site.ts): on a port of our own, or in the server of a program. In the
 * main process.
 */

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Identity } from "../access/identity.ts";
import type { ProgramServer } from "../options/network-options.ts";
import { answerPlainly, isForWebSocket, type WithUpgradeChoice } from "./attachment.ts";
import { mountInProgram, mountOfPort } from "./base-path.ts";
import { HttpSite, type HttpSiteEvents } from "./http-site.ts";
import type { HttpSiteOptions } from "./http-site-options.ts";
import { listen, makeServer } from "./listening.ts";
import { ProgramFront } from "./program-front.ts";

export type HttpServerOptions = HttpSiteOptions & {
  /** A program's, in which we stand; null where it gives us requests otherwise. Undefined for a port of our own. */
  readonly server: ProgramServer | null | undefined;
};

type Way =
  | { readonly kind: "port"; readonly server: Server; port: number }
  | { readonly kind: "program"; readonly front: ProgramFront };

export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #site: HttpSite;
  readonly #way: Way;
  #closed: Promise<void> | null = null;

  /** Listens, or stands in the program's server. Rejects with a `StreamError`: `port-taken`, `listen-failed` or `tls-invalid`. */
  static async start(options: HttpServerOptions): Promise<HttpServer> {
    const server = new HttpServer(options);
    await server.#open();
    return server;
  }

  private constructor(options: HttpServerOptions) {
    const { server, basePath, tls, port } = options;
    this.#options = options;
    this.#site = new HttpSite(options, server === undefined ? mountOfPort(basePath) : mountInProgram(basePath));
    this.#way =
      server === undefined
        ? { kind: "port", server: makeServer(tls, this.#site.app), port }
        : { kind: "program", front: new ProgramFront(this.#site, basePath) };
  }

  /** The port of our own that is listened on; null where there is none. */
  get port(): number | null {
    return this.#way.kind === "port" ? this.#way.port : null;
  }

  /** By which a program gives us requests; null where we have a port of our own. */
  get front(): ProgramFront | null {
    return this.#way.kind === "program" ? this.#way.front : null;
  }

  /** The host name of the share link, which is answered to while there is one. */
  setShareHost(host: string | null): void {
    this.#site.setShareHost(host);
  }

  /** Ends the responses that go on and whose asker `isDue`. */
  endResponses(isDue: (identity: Identity) => boolean): void {
    this.#site.endResponses(isDue);
  }

  on<Name extends keyof HttpSiteEvents>(name: Name, listener: (event: HttpSiteEvents[Name]) => void): () => void {
    return this.#site.on(name, listener);
  }

  /** Stops listening and ends every connection; of a program's server those that are ours. */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #open(): Promise<void> {
    const way = this.#way;
    const { server: given, host } = this.#options;
    if (way.kind === "program") {
      if (given) way.front.attach(given);
      return;
    }
    const server: Server & WithUpgradeChoice = way.server;
    server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
      this.#site.handleExpecting(request, response);
    });
    server.shouldUpgradeCallback = isForWebSocket;
    server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
      if (isForWebSocket(request)) this.#site.handleUpgrade(request, socket, head);
      else answerPlainly(server, request, socket);
    });
    way.port = await listen(server, host ?? "", way.port);
    server.on("error", (error) => this.#site.emit("failed", { error }));
  }

  async #end(): Promise<void> {
    const way = this.#way;
    if (way.kind === "program") {
      way.front.stop();
      this.#site.close();
      return way.front.close();
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    way.server.close(() => resolve());
    this.#site.close();
    way.server.closeAllConnections();
    await promise;
  }
}
