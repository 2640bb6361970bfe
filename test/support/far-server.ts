/** A server in a network of its own, and the way to it from here: the set-up of tests that change that network. */

import { NetworkNamespace } from "./namespaces.ts";
import { RemoteServer } from "./remote-server.ts";
import { TcpRelay } from "./tcp-relay.ts";

export class FarServer {
  /** The network of the server. */
  readonly network: NetworkNamespace;
  /** Where browsers reach it. They trust pages from this machine or by TLS only, so a relay here leads to it. */
  readonly url: string;
  readonly #server: RemoteServer;
  readonly #relay: TcpRelay;

  /** Serves a scene as `RemoteServer.start` does. The caller closes it. */
  static async start(scene: string, args: readonly string[] = []): Promise<FarServer> {
    const network = await NetworkNamespace.create();
    const server = await RemoteServer.start(network, scene, args);
    return new FarServer(network, server, await TcpRelay.start(server));
  }

  private constructor(network: NetworkNamespace, server: RemoteServer, relay: TcpRelay) {
    this.network = network;
    this.#server = server;
    this.#relay = relay;
    this.url = relay.url;
  }

  async close(): Promise<void> {
    await this.#relay.close();
    await this.#server.close();
    await this.network.close();
  }
}
