/** Owns how a process of a scene is started, in the main process: on which way to OpenGL, and with what. */

import { StreamError } from "../../shared/errors.ts";
import type { PictureSize } from "../../shared/video.ts";
import { needsNoGl } from "../platform/scene-address.ts";
import { type GlBackend, noGl, withoutGl } from "./gl-backend.ts";
import { MAX_WINDOW_PIXELS, type SceneBeginning, type SceneConfig } from "./session-protocol.ts";
import { type SessionReady, SessionRun, type SessionRunOptions } from "./session-run.ts";

export type SessionLauncherOptions = Omit<SessionRunOptions, "config" | "env" | "beginning"> & {
  readonly config: SceneConfig;
  /** What the scene of the next process is to begin with. */
  readonly beginning: () => SceneBeginning;
  readonly logged: (level: "debug" | "info", text: string) => void;
};

/** A process that streams, and the way to OpenGL that works for it. */
export type Launched = { readonly run: SessionRun; readonly ready: SessionReady; readonly backend: GlBackend };

/** The most pixels that the picture of a scene may come to have. */
export function maxPixelsOf({ size }: Pick<SceneConfig, "size">): number {
  return Math.max(MAX_WINDOW_PIXELS, size.width * size.height);
}

export class SessionLauncher {
  readonly #options: SessionLauncherOptions;
  #size: PictureSize;
  #run: SessionRun | null = null;
  #closed = false;

  constructor(options: SessionLauncherOptions) {
    this.#options = options;
    this.#size = options.config.size;
  }

  /** The process that was started last; null before the first one and after `forget`. */
  get run(): SessionRun | null {
    return this.#run;
  }

  /** The next process begins with a picture of this size. */
  setSize(size: PictureSize): void {
    this.#size = size;
  }

  /** There is no process any more. */
  forget(): void {
    this.#run = null;
  }

  /** Starts nothing any more, and ends the process that runs. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#run?.stop();
  }

  /** Tries one way to OpenGL after the other. A driver that crashes counts as one that is not there. */
  async launchFirst(): Promise<Launched> {
    const tried: string[] = [];
    let last: unknown = null;
    const { config, processes } = this.#options;
    for (const backend of needsNoGl(config.sceneUrl) ? [withoutGl] : processes.backends) {
      const run = await this.launch(backend);
      if (run === null) continue;
      tried.push(backend.name);
      try {
        return { run, ready: await run.started, backend };
      } catch (error) {
        await run.stop();
        if (this.#closed) throw new StreamError("closed");
        if (!(error instanceof StreamError) || (error.code !== "no-gl" && !run.wasKilled)) throw error;
        this.#options.logged("info", `${backend.name} does not work: ${error.message}`);
        last = error;
      }
    }
    throw noGl(tried, last);
  }

  /** Starts a process; null when this machine does not have `backend`. Rejects with `StreamError` "closed". */
  async launch(backend: GlBackend): Promise<SessionRun | null> {
    const opened = await backend.open();
    if (opened === null) return null;
    if (this.#closed) {
      opened.close();
      throw new StreamError("closed");
    }
    const { config, beginning, logged, ...options } = this.#options;
    const run = SessionRun.start({
      ...options,
      config: { ...config, size: this.#size, maxPixels: maxPixelsOf(config), backend: opened.backend },
      beginning: beginning(),
      env: opened.env,
    });
    this.#run = run;
    void run.ended.then(() => opened.close());
    logged("debug", `Started process ${run.pid} of the scene, on ${backend.name}.`);
    return run;
  }
}
