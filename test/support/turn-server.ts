/** Runs coturn on loopback, with credentials made from a secret. */

import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";

export class TurnServer {
  readonly port: number;
  readonly secret = "north-by-northwest";
  readonly #child: ChildProcess;
  #log = "";

  /** Resolves when it listens. */
  static async start(): Promise<TurnServer> {
    const server = new TurnServer(await freePort());
    await server.#listening();
    return server;
  }

  private constructor(port: number) {
    this.port = port;
    const address = [
      "--listening-ip=127.0.0.1",
      "--relay-ip=127.0.0.1",
      `--listening-port=${port}`,
      "--no-tls",
      "--no-dtls",
    ];
    const access = ["--use-auth-secret", `--static-auth-secret=${this.secret}`, "--realm=scenecast.test"];
    const manner = [
      "-n",
      "--no-cli",
      "--allow-loopback-peers",
      "--log-file=stdout",
      "--verbose",
      "--pidfile=/dev/null",
    ];
    this.#child = spawn("turnserver", [...manner, ...address, ...access], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#log += chunk.toString();
      });
    }
  }

  /** What it wrote. */
  get log(): string {
    return this.#log;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #listening(): Promise<void> {
    const deadline = AbortSignal.timeout(30_000);
    while (!/UDP listener opened on/.test(this.#log)) {
      if (this.#child.exitCode !== null) throw new Error(`coturn ended: ${this.#log}`);
      deadline.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}
