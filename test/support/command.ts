/** Owns the command line with a scene, in a process and, where a test wants it, in circumstances of its own. */

import { Child } from "./child.ts";
import { cli } from "./cli.ts";
import { findFreePort } from "./free-port.ts";
import { SceneProject } from "./scene-loading.ts";

export type CommandSettings = {
  /** Lines of shell before it. */
  readonly before?: string;
  /** A program that runs the shell. */
  readonly prefix?: readonly string[];
  /** Default: one that is free. */
  readonly port?: number;
};

export class Command implements AsyncDisposable {
  readonly url: string;
  readonly child: Child;
  readonly #project: SceneProject;

  /** Serves a scene of this source at 320x192. Resolves when it says so. The caller closes it. */
  static async start(scene: string, { before = "", prefix = [], port = 0 }: CommandSettings = {}): Promise<Command> {
    const project = new SceneProject({ "scene.ts": scene });
    const own = port === 0 ? await findFreePort() : port;
    const serve = `exec ${cli.join(" ")} serve ${project.path("scene.ts")} --port ${own} --size 320x192`;
    const [program = "bash", ...args] = [...prefix, "bash", "-c", `set -e; ${before}\n${serve}`];
    return new Command(await Child.start([program, ...args], /Ctrl-C/, 30_000), own, project);
  }

  private constructor(child: Child, port: number, project: SceneProject) {
    this.child = child;
    this.url = `http://127.0.0.1:${port}/`;
    this.#project = project;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** What `/healthz` answers; 0 where there is no answer in time. */
  async status(): Promise<number> {
    const asked = fetch(new URL("healthz", this.url), { signal: AbortSignal.timeout(2_000) });
    return await asked.then(({ status }) => status).catch(() => 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.child.close();
    this.#project[Symbol.dispose]();
  }
}
