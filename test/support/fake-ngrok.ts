/**
 * A stand-in for ngrok's SDK with its calls and types: a public address that is a port of this machine, from which TCP really
 * goes to the server. What it answers and when it breaks, the test says.
 */

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { SessionBuilder } from "@ngrok/ngrok";
import type { NgrokSdk } from "../../server/share/tunnel.ts";
import { FreePlan } from "./free-plan.ts";

/** An error as the SDK makes them: the code stands in the message, and on the error. */
export function ngrokError(message: string, errorCode?: string): Error {
  if (errorCode === undefined) return Object.assign(new Error(message), { code: "GenericFailure" });
  return Object.assign(new Error(`${message} error_code: ${errorCode}`), { code: "GenericFailure", errorCode });
}

export class FakeNgrok {
  /** What the next sessions fail with, one each; when none is left they come up. */
  readonly failures: Error[] = [];
  /** The public address of what comes up next; null for the one of the forwarder. */
  publicUrl: string | null = null;
  readonly authtokens: string[] = [];
  readonly domains: string[] = [];
  opened = 0;
  closedListeners = 0;
  closedSessions = 0;
  /** Whether what comes up next behaves as ngrok's free plan does to browsers. */
  isFree = false;
  freePlan: FreePlan | null = null;
  /** Before a session comes up. */
  delay: Promise<void> = Promise.resolve();
  #disconnected: Parameters<SessionBuilder["handleDisconnection"]>[0] | null = null;
  #heartbeat: Parameters<SessionBuilder["handleHeartbeat"]>[0] | null = null;
  #endForwarding: ((error: Error) => void) | null = null;
  readonly #forwarders = new Set<Server>();
  readonly #sockets = new Set<Socket>();

  readonly load = (): Promise<NgrokSdk> => {
    const fake = this;
    class FakeBuilder {
      authtoken(token: string): this {
        fake.authtokens.push(token);
        return this;
      }

      clientInfo(): this {
        return this;
      }

      handleDisconnection(handler: Parameters<SessionBuilder["handleDisconnection"]>[0]): this {
        fake.#disconnected = handler;
        return this;
      }

      handleHeartbeat(handler: Parameters<SessionBuilder["handleHeartbeat"]>[0]): this {
        fake.#heartbeat = handler;
        return this;
      }

      connect(): ReturnType<InstanceType<NgrokSdk["SessionBuilder"]>["connect"]> {
        return fake.#connect();
      }
    }
    return Promise.resolve({ SessionBuilder: FakeBuilder });
  };

  /** The connection to ngrok breaks; the SDK asks whether to connect again. */
  breakConnection(): boolean {
    return this.#disconnected?.("connect.ngrok-agent.com:443", "listener closed: end of file") ?? false;
  }

  beat(): void {
    this.#heartbeat?.(20);
  }

  /** The SDK gives up. */
  giveUp(): void {
    this.#endForwarding?.(ngrokError("error on join: reconnect error"));
  }

  /** Ends what still listens. */
  close(): void {
    for (const server of this.#forwarders) server.close();
    for (const socket of this.#sockets) socket.destroy();
    this.freePlan?.close();
  }

  async #connect(): ReturnType<InstanceType<NgrokSdk["SessionBuilder"]>["connect"]> {
    await this.delay;
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    return {
      httpEndpoint: () => ({
        domain: (name) => this.domains.push(name),
        verifyUpstreamTls: () => undefined,
        listenAndForward: (url) => this.#forward(url),
      }),
      close: async () => {
        this.closedSessions += 1;
      },
    };
  }

  async #forward(target: string) {
    if (this.isFree) this.freePlan = await FreePlan.start(target);
    const { hostname, port } = new URL(target);
    const server = createServer((incoming) => {
      const outgoing = connect(Number(port), hostname);
      for (const socket of [incoming, outgoing]) {
        this.#sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => this.#sockets.delete(socket));
      }
      incoming.pipe(outgoing).pipe(incoming);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    this.#forwarders.add(server);
    this.opened += 1;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#endForwarding = reject;
    const url = this.publicUrl ?? this.freePlan?.url ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
      url: () => url,
      join: () => promise,
      close: async () => {
        this.closedListeners += 1;
        this.#forwarders.delete(server);
        server.close();
        for (const socket of this.#sockets) socket.destroy();
        resolve();
      },
    };
  }
}
