/** Runs the command line in a network namespace: a server on another machine, as far as its network goes. */

import { fileURLToPath } from "node:url";
import { Child } from "./child.ts";
import { cli } from "./cli.ts";
import type { NetworkNamespace } from "./namespaces.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PORT = 8080;

export class RemoteServer {
  readonly host: string;
  readonly port: number = PORT;
  readonly #child: Child;

  /** Serves a scene of test/fixtures/scenes, named without its ending, to everybody. Resolves when it listens. */
  static async start(
    namespace: Pick<NetworkNamespace, "prefix" | "address">,
    scene: string,
    args: readonly string[] = [],
  ): Promise<RemoteServer> {
    const serve = ["serve", `${root}test/fixtures/scenes/${scene}.ts`, "--size", "640x360"];
    const access = ["--host", "0.0.0.0", "--port", String(PORT), "--no-token"];
    const command = [...namespace.prefix, ...cli, ...serve, ...access, ...args] as const;
    return new RemoteServer(namespace.address, await Child.start(command, /Ctrl-C/, 30_000));
  }

  private constructor(host: string, child: Child) {
    this.host = host;
    this.#child = child;
  }

  /** What it wrote. */
  get log(): string {
    return this.#child.log;
  }

  close(): Promise<void> {
    return this.#child.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
