/**
 * Owns the processes of a session, one after the other, in the main process: the first is started, the next when one fell,
 * when somebody asks for it or a file was saved, and the last one is ended (SS3, session.ts).
 */

import { StreamError } from "../../shared/errors.ts";
import type { PictureSize } from "../../shared/video.ts";
import { forkedProcesses } from "./forked-processes.ts";
import type { GlBackend } from "./gl-backend.ts";
import { HangWatch } from "./hang-watch.ts";
import { RestartPolicy } from "./restart-policy.ts";
import { SavedFiles } from "./saved-files.ts";
import type { SessionEvents, SessionOptions, SessionStatus } from "./session-events.ts";
import { type Launched, SessionLauncher, type SessionLauncherOptions } from "./session-launcher.ts";
import type { ScenePulse, StartReport } from "./session-protocol.ts";
import { asStreamError, type SessionReady, type SessionRun } from "./session-run.ts";

export type SessionLifeOptions = Pick<SessionOptions, "config" | "processes" | "hangMs"> &
  Pick<SessionLauncherOptions, "beginning" | "received"> & {
    /** A process streams. */
    readonly live: (ready: SessionReady) => void;
    /** There is none that does: the next is on its way or waits, or there will be none. */
    readonly statusChanged: (status: Exclude<SessionStatus, { readonly kind: "starting" | "live" | "closed" }>) => void;
    /** What was asked of the process that fell has no answer. */
    readonly fell: (error: StreamError) => void;
    /** The scene does not answer; null when it does again. */
    readonly hung: (text: string | null) => void;
    readonly progressed: (report: StartReport) => void;
    readonly logged: (level: SessionEvents["logged"]["level"], text: string) => void;
  };

export class SessionLife {
  /** Resolves when the first process streams; rejects with a `StreamError` when none did, or after `close`. */
  readonly ready: Promise<SessionReady>;
  readonly #options: SessionLifeOptions;
  readonly #launcher: SessionLauncher;
  readonly #restarts = new RestartPolicy();
  readonly #saved: SavedFiles;
  readonly #hangs: HangWatch;
  readonly #ended: Promise<void>;
  #isClosing = false;

  constructor(options: SessionLifeOptions) {
    const { config, logged } = options;
    this.#options = options;
    this.#launcher = new SessionLauncher({
      processes: options.processes ?? forkedProcesses(),
      config,
      beginning: () => {
        this.#hangs.reset();
        return options.beginning();
      },
      received: options.received,
      printed: (line) => logged("debug", line),
      logged,
    });
    const { sceneUrl, watch } = config;
    this.#saved = new SavedFiles(sceneUrl, watch, () => this.#end("A file was saved, so the scene is started again."));
    this.#hangs = new HangWatch({
      hangMs: options.hangMs ?? 10_000,
      told: (text) => {
        this.#saved.isBusy = text !== null;
        options.hung(text);
      },
      end: (error) => this.run?.kill(error),
    });
    const first = this.#saved.keepTrying(
      () => this.#launcher.launchFirst(),
      (sentence) => options.progressed({ sentence, isLate: true, isBusy: false }),
    );
    this.ready = first.then(({ ready }) => ready);
    this.#ended = this.#live(first);
  }

  /** The process that was started last; null before the first one and after the end. */
  get run(): SessionRun | null {
    return this.#launcher.run;
  }

  /** The next process begins with a picture of this size. */
  setSize(size: PictureSize): void {
    this.#launcher.setSize(size);
  }

  handlePulse(pulse: ScenePulse): void {
    this.#hangs.handlePulse(pulse);
  }

  handleProgress(report: StartReport): void {
    this.#saved.isBusy = report.isBusy;
    this.#options.progressed(report);
  }

  /** The scene has loaded these files. */
  handleFiles(files: readonly string[]): void {
    this.#saved.follow(files);
  }

  /** Ends what runs, so that the next process is started, or starts it now where its time has not come. */
  restart(): void {
    this.#restarts.reset();
    this.#end("A host has the scene started again.");
    this.#saved.ask();
  }

  /** Ends the process, by force after a second. Idempotent; resolves when it is gone. */
  async close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      this.#saved.close();
      this.#hangs.close();
      await this.#launcher.close();
    }
    await this.#ended;
  }

  /** The whole life, one process after another. */
  async #live(first: Promise<Launched>): Promise<void> {
    try {
      const { run, ready, backend } = await first;
      let current = run;
      this.#goLive(ready);
      while (!this.#isClosing) {
        const begun = performance.now();
        const error = await current.ended;
        const wellMs = performance.now() - begun - this.#hangs.hungMs;
        this.#hangs.reset();
        const next = await this.#next(backend, error, wellMs);
        if (next === null) return;
        current = next;
      }
    } catch (error) {
      this.#options.statusChanged({ kind: "failed", error: asStreamError(error) });
    } finally {
      this.#launcher.forget();
    }
  }

  /** `wellMs` is how long the process that fell had worked. */
  async #next(backend: GlBackend, fall: StreamError, wellMs: number): Promise<SessionRun | null> {
    const { fell, statusChanged } = this.#options;
    let error = fall;
    let begun = performance.now();
    let { waitMs, isDown } = this.#restarts.fell(wellMs);
    for (;;) {
      fell(error);
      if (this.#isClosing) return null;
      if (isDown) statusChanged({ kind: "down", error: this.#saved.downWords(error, waitMs) });
      else statusChanged({ kind: "restarting", attempt: this.#restarts.attempt, error });
      if (await this.#saved.next(begun, waitMs)) this.#restarts.reset();
      begun = performance.now();
      const run = this.#isClosing ? null : await this.#launcher.launch(backend);
      if (this.#isClosing) return null;
      try {
        if (run === null) throw new StreamError("no-gl", `${backend.name} is no longer available.`);
        this.#goLive(await run.started);
        return run;
      } catch (thrown) {
        await run?.stop();
        error = asStreamError(thrown);
        ({ waitMs, isDown } = this.#restarts.fell(0));
      }
    }
  }

  #goLive(ready: SessionReady): void {
    this.#saved.isBusy = false;
    this.#hangs.handleLive();
    this.#options.live(ready);
  }

  #end(why: string): void {
    this.run?.kill(new StreamError("room-lost", why));
  }
}
