/** A viewer's end of the signalling socket that can also misbehave. */

import { once } from "node:events";
import { WebSocket } from "ws";
import { PROTOCOL_VERSION, parseServerMessage, type ServerMessage } from "../../shared/signaling.ts";

/** Only a failure takes so long, so a busy machine has time. */
const WITHIN_MS = 30_000;

export class TestClient {
  readonly socket: WebSocket;
  readonly messages: ServerMessage[] = [];
  /** The code with which the server closed, once it did. */
  closeCode: number | null = null;

  private constructor(serverUrl: string, headers: Record<string, string>) {
    this.socket = new WebSocket(new URL(`signal${new URL(serverUrl).search}`, serverUrl), { headers });
    this.socket.on("message", (data, isBinary) => {
      const message = isBinary ? null : parseServerMessage(data.toString());
      if (message !== null) this.messages.push(message);
    });
    this.socket.on("close", (code) => {
      this.closeCode = code;
    });
    this.socket.on("error", () => undefined);
  }

  /** Opens the socket and says nothing. */
  static async open(serverUrl: string, headers: Record<string, string> = {}): Promise<TestClient> {
    const client = new TestClient(serverUrl, headers);
    await once(client.socket, "open");
    return client;
  }

  /** Opens the socket, says hello and waits for the welcome and the first status. */
  static async join(serverUrl: string, headers: Record<string, string> = {}): Promise<TestClient> {
    const client = await TestClient.open(serverUrl, headers);
    client.hello();
    await client.received((message) => message.kind === "status");
    return client;
  }

  hello(name?: string): void {
    this.send({ kind: "hello", protocol: PROTOCOL_VERSION, ...(name === undefined ? {} : { name }) });
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Resolves with the first message, old or new, that fits. */
  async received(fits: (message: ServerMessage) => boolean): Promise<ServerMessage> {
    for (;;) {
      const found = this.messages.find(fits);
      if (found !== undefined) return found;
      await once(this.socket, "message", { signal: AbortSignal.timeout(WITHIN_MS) });
    }
  }

  /** Resolves with the code with which the server closed. */
  async closed(): Promise<number> {
    if (this.closeCode === null) await once(this.socket, "close", { signal: AbortSignal.timeout(WITHIN_MS) });
    return this.closeCode ?? 0;
  }
}
