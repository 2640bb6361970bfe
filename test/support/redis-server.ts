/** Runs Debian's Redis for a test, on a port and in a folder of its own, with a password. */

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Child } from "./child.ts";
import { findFreePort } from "./free-port.ts";

export class RedisServer {
  static readonly password = "hidden-word-7c1f";
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  readonly #hosts: readonly string[];
  #child: Child;

  /** On loopback, and on `host` where it is another one. Resolves when it takes connections. `folder` is made. */
  static async start(folder: string, host: string = "127.0.0.1"): Promise<RedisServer> {
    const port = await findFreePort();
    mkdirSync(folder, { recursive: true });
    const hosts = [...new Set(["127.0.0.1", host])];
    return new RedisServer(await run(folder, port, hosts), folder, port, hosts, host);
  }

  private constructor(child: Child, folder: string, port: number, hosts: readonly string[], host: string) {
    this.#child = child;
    this.#folder = folder;
    this.#port = port;
    this.#hosts = hosts;
    this.url = `redis://:${RedisServer.password}@${host}:${port}`;
  }

  /** Kills it, and starts it again with what it had written down, or with nothing. */
  async restart({ keepsData }: { readonly keepsData: boolean }): Promise<void> {
    await this.#child.kill();
    if (!keepsData) rmSync(join(this.#folder, "appendonlydir"), { recursive: true, force: true });
    this.#child = await run(this.#folder, this.#port, this.#hosts);
  }

  async close(): Promise<void> {
    await this.#child.close();
  }
}

async function run(folder: string, port: number, hosts: readonly string[]): Promise<Child> {
  const kept = ["--save", "", "--dir", folder, "--appendonly", "yes", "--appendfsync", "always"];
  const words = ["--bind", ...hosts, "--port", String(port), "--requirepass", RedisServer.password, ...kept];
  return await Child.start(["redis-server", ...words], /Ready to accept connections/, 10_000);
}
