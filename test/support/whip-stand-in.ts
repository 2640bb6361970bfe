/** A WHIP endpoint of a test that answers over HTTP what the test says, and notes what it was asked. It takes no video. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};

export class WhipStandIn {
  readonly asked: Asked[] = [];
  /** What it answers. */
  answer: (asked: Asked, response: ServerResponse) => void = (_asked, response) => void response.writeHead(404).end();
  readonly #server: Server;

  static async start(host: string = "127.0.0.1"): Promise<WhipStandIn> {
    const stand = new WhipStandIn();
    stand.#server.listen(0, host);
    await once(stand.#server, "listening");
    return stand;
  }

  private constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  get origin(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${address}:${port}`;
  }

  /** What it was asked by a method. */
  by(method: string): Asked[] {
    return this.asked.filter((one) => one.method === method);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    const asked = { method, path: url, headers, body: (await request.toArray()).join("") };
    this.asked.push(asked);
    response.on("error", () => undefined);
    this.answer(asked, response);
  }
}
