/** Owns a server that takes a second for each answer, as many as are asked for at once: what work by requests is measured with. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export const ANSWER_MS = 1000;

export class SlowAnswers implements Disposable {
  readonly url: string;
  readonly #server: Server;

  static async start(): Promise<SlowAnswers> {
    const server = createServer((_request, response) => void setTimeout(() => response.end("done"), ANSWER_MS));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new SlowAnswers(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  [Symbol.dispose](): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
