/** Runs nginx on loopback with its module for RTMP, which takes what is published and gives it to players. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child } from "./child.ts";
import { findFreePort } from "./free-port.ts";

const MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so";

export class RtmpServer {
  /** The address without a key. */
  readonly url: string;
  readonly #directory: string;
  #child: Child;

  /** Resolves when it listens. */
  static async start(): Promise<RtmpServer> {
    const directory = await mkdtemp(join(tmpdir(), "scenecast-rtmp-"));
    const port = await findFreePort();
    await writeFile(join(directory, "nginx.conf"), configuration(port, directory));
    return new RtmpServer(`rtmp://127.0.0.1:${port}/live`, directory, await run(directory));
  }

  private constructor(url: string, directory: string, child: Child) {
    this.url = url;
    this.#directory = directory;
    this.#child = child;
  }

  /** Ends it, as it is told of all its connections, and starts it again at the same address after so long. */
  async restart(awayMs: number): Promise<void> {
    await this.#child.close();
    await new Promise((resolve) => setTimeout(resolve, awayMs));
    this.#child = await run(this.#directory);
  }

  async close(): Promise<void> {
    await this.#child.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function run(directory: string): Promise<Child> {
  const command = ["nginx", "-p", directory, "-c", join(directory, "nginx.conf"), "-e", "stderr"] as const;
  return Child.start(command, /start(ed)? worker process|using the "epoll" event method/, 10_000);
}

function configuration(port: number, directory: string): string {
  return `load_module ${MODULE};
daemon off;
master_process off;
pid ${directory}/nginx.pid;
error_log stderr notice;
events { worker_connections 64; }
rtmp {
  server {
    listen 127.0.0.1:${port};
    application live {
      live on;
      record off;
    }
    application leaving {
      live on;
      record off;
      # Players are sent away when nobody publishes.
      idle_streams off;
    }
    application closed {
      live on;
      deny publish all;
    }
  }
}
`;
}
