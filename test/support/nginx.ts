/** Runs nginx on loopback before a server, which it shows under a path of its own. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child } from "./child.ts";
import { findFreePort } from "./free-port.ts";

export type NginxOptions = {
  /** The server, as `http://host:port/`; with a path, it gets that in place of ours. */
  readonly target: string;
  /** The path that browsers see, like `/viz/`. */
  readonly path: string;
  /** Whether it passes WebSockets on, for which it must be told to. */
  readonly passesUpgrades: boolean;
};

export class Nginx {
  /** The address for browsers. */
  readonly url: string;
  readonly #child: Child;
  readonly #directory: string;

  /** Resolves when it listens. */
  static async start(options: NginxOptions): Promise<Nginx> {
    const directory = await mkdtemp(join(tmpdir(), "scenecast-nginx-"));
    const port = await findFreePort();
    const file = join(directory, "nginx.conf");
    await writeFile(file, configuration(options, port, directory));
    const command = ["nginx", "-p", directory, "-c", file, "-e", "stderr"] as const;
    const child = await Child.start(command, /start(ed)? worker process|using the "epoll" event method/, 10_000);
    return new Nginx(`http://127.0.0.1:${port}${options.path}`, child, directory);
  }

  private constructor(url: string, child: Child, directory: string) {
    this.url = url;
    this.#child = child;
    this.#directory = directory;
  }

  async close(): Promise<void> {
    await this.#child.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** As its manual has it, without anything that would be there for our sake. */
function configuration({ target, path, passesUpgrades }: NginxOptions, port: number, directory: string): string {
  const upgrades = `
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";`;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `  ${name}_temp_path ${directory}/${name};`,
  );
  return `daemon off;
master_process off;
pid ${directory}/nginx.pid;
error_log stderr notice;
events { worker_connections 64; }
http {
  access_log off;
${temporary.join("\n")}
  server {
    listen 127.0.0.1:${port};
    location ${path} {
      proxy_pass ${target};
      proxy_set_header Host $http_host;${passesUpgrades ? upgrades : ""}
    }
  }
}
`;
}
