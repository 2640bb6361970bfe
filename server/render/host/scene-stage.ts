/**
 * Owns which scene is shown, in the render thread: the first one, and the one that takes its place when its files changed,
 * with what passes from one to the other: the state.
 *
 * SG1 A change of a file begins a new scene at once, also while one is being set up, which is given up then.
 * SG2 A scene that cannot be shown leaves the one before as it is; before the first there is nothing to see.
 * SG3 While a scene is on its way, what it does is told twice a second, unless it keeps the thread from that (start-beat.ts).
 * SG4 Other values of parameters are told to a scene that hears of them, and begin any other anew. Where that fails, it keeps those
 *     that it had.
 */

import { cursorOf, isSameWish, noWish, type PointerWish } from "../../../shared/cursor.ts";
import { StreamError, toPlainError } from "../../../shared/errors.ts";
import type { PanelChange } from "../../../shared/panels.ts";
import { joinSentences } from "../../../shared/sentences.ts";
import type { PictureSize } from "../../../shared/video.ts";
import type { Clock } from "../../platform/clock.ts";
import { FileWatch } from "../../platform/file-watch.ts";
import type { ParameterValues } from "../../platform/parameters.ts";
import type { DataStore } from "../data/data-store.ts";
import { PanelTeller } from "../panels/panel-teller.ts";
import type { FromRenderThread, RenderThreadData } from "../render-protocol.ts";
import type { SceneInput } from "../scene.ts";
import type { Surface } from "../surface/surface.ts";
import type { LoadWatch } from "./load-watch.ts";
import { RendererSettings } from "./renderer-settings.ts";
import type { SceneHooks } from "./scene-belongings.ts";
import { SceneHost } from "./scene-host.ts";
import type { SceneLoader } from "./scene-loader.ts";
import { SceneNotices } from "./scene-notices.ts";
import { SceneParameters } from "./scene-parameters.ts";
import { SceneScope } from "./scene-scope.ts";
import { SceneState } from "./scene-state.ts";
import { SceneTitle } from "./scene-title.ts";
import { watchShaders } from "./shader-errors.ts";
import { StartBeat } from "./start-beat.ts";

/** More than viewers are shown. */
const MAX_TITLE = 1_000;

export type SceneStageOptions = {
  readonly data: Pick<RenderThreadData, "sceneUrl" | "parameters" | "state" | "watch">;
  readonly loader: SceneLoader;
  readonly loads: LoadWatch;
  readonly surface: Surface;
  readonly store: DataStore;
  /** The pictures that the scene is given. Default none. */
  readonly input?: SceneInput | null;
  /** Whether viewers are told of a changed scene that takes long to be set up. Default true. */
  readonly tellsOfSlowStart?: boolean;
  readonly clock: Clock;
  readonly post: (message: FromRenderThread) => void;
  /** The scene asks for a frame. */
  readonly invalidate: () => void;
};

export class SceneStage {
  readonly state: SceneState;
  readonly panels: PanelTeller;
  readonly #options: SceneStageOptions;
  readonly #hooks: SceneHooks;
  readonly #notices: SceneNotices;
  readonly #title: SceneTitle;
  readonly #parameters: SceneParameters;
  readonly #files: FileWatch;
  readonly #settings: RendererSettings;
  #host: SceneHost;
  /** The scene that is on its way. */
  #starting = new AbortController();
  /** Resolves with what became of it; null where none is to take the place of another. */
  #replacing: Promise<unknown> | null = null;
  #begun = 0;
  /** As it was told last. */
  #pointerWish: PointerWish = noWish;
  #isStarted = false;
  /** Called when a scene is there, or is known not to be. */
  #settled: (error: unknown) => void = () => undefined;

  /** Shows nothing yet. */
  constructor(options: SceneStageOptions) {
    const { data, post, surface, invalidate } = options;
    this.#options = options;
    this.#settings = new RendererSettings(surface.renderer);
    this.#notices = new SceneNotices((text) => post({ kind: "notice", text }));
    this.#title = new SceneTitle(
      () => this.description.title,
      (title) => post({ kind: "title", title }),
    );
    this.#parameters = new SceneParameters({ given: data.parameters, post });
    this.#hooks = {
      clock: options.clock,
      data: options.store,
      input: options.input ?? null,
      invalidate: () => SceneScope.outside(invalidate),
      noticed: (text) => SceneScope.outside(() => this.#notices.setTrouble(text)),
      strayed: (text) => SceneScope.outside(() => this.#notices.setStray(text)),
      // Of a scene on its way it is told when that is there.
      cursorChanged: (page) => this.#host.owns(page) && this.#tellPointerWish(),
      titleChanged: (page) => this.#host.owns(page) && this.#title.handleChange(),
      messageSent: (to, body) => post({ kind: "message", to, body }),
      panelsTouched: () => SceneScope.outside(() => this.panels.lookSoon()),
    };
    this.panels = new PanelTeller({
      told: (news) => post({ kind: "panels", news }),
      changed: (news) => {
        post({ kind: "panel-changes", news });
        // What a scene sets itself needs no frame, and is part of the state.
        this.state.handleFrame();
      },
    });
    this.state = new SceneState({
      state: data.state,
      told: (state) => post({ kind: "state", state }),
      noticed: this.#hooks.noticed,
    });
    this.#host = SceneHost.blank(data.sceneUrl, surface, this.#hooks);
    this.#files = new FileWatch(
      () => void SceneScope.outside(() => this.#replace()),
      (text) => post({ kind: "console", level: "warn", text }),
    );
    watchShaders(
      surface.renderer,
      () => this.#host.parts.scene,
      ({ sentence, details }) => {
        this.#notices.setShaderError(sentence);
        post({ kind: "console", level: "error", text: details });
      },
    );
  }

  /**
   * Sets the first scene up, in the state that it is to begin in. Throws `StreamError` "scene-failed", "scene-invalid" or
   * "scene-missing"; where files are watched such a scene is a notice instead, and the next save is waited for. Throws
   * "parameters-invalid" in any case: no save mends what the server was given.
   */
  async start(): Promise<void> {
    if (this.#options.data.watch) {
      const error = await new Promise((resolve) => {
        this.#settled = resolve;
        void this.#replace();
      });
      if (error instanceof StreamError && error.code === "parameters-invalid") throw error;
    } else this.#show(await this.#next(this.#starting.signal));
    this.#isStarted = true;
  }

  /** The scene that is shown now. */
  get host(): SceneHost {
    return this.#host;
  }

  /** Draws pictures of another size from now on. A scene that is on its way learns it when it is there. */
  resize(size: PictureSize): void {
    this.#options.surface.resize(size);
    this.#host.resize(size);
  }

  /** What the main process is told of the scene that is shown now. */
  get description(): Omit<Extract<FromRenderThread, { readonly kind: "reloaded" }>, "kind"> {
    const { messagesFrom, content, parts } = this.#host;
    const title = (this.#host.title ?? this.#options.loader.defaultTitle).slice(0, MAX_TITLE);
    return { title, messagesFrom, content, isPanorama: this.#options.surface.panoramaOf(parts) !== null };
  }

  /** Tells of what OpenGL refused in the frame that was drawn last, and of who listens to drags since. To be called after each. */
  noteDrawn(): void {
    this.#tellPointerWish();
    const errors = this.#options.surface.takeErrors();
    const [name] = errors;
    if (name === undefined) return;
    this.#options.post({ kind: "gl-errors", name, count: errors.length });
    this.#notices.setGlError(name);
  }

  /** Gives the scene what viewers changed in its panels. Returns whether it may look different now. */
  handlePanelChanges(changes: readonly PanelChange[]): boolean {
    const taken = changes.filter((change) => this.#host.setPanel(change));
    if (changes.length > 0) this.panels.lookSoon();
    if (taken.length > 0) this.state.handleFrame();
    return taken.length > 0;
  }

  /** SG4. Rejects with `TypeError` where a value does not fit, and with what the scene threw. */
  async setParameters(values: ParameterValues): Promise<void> {
    const [shown, replace] = [() => this.#host, () => this.#replace()];
    await this.#parameters.set(values, { shown, replace, isOnItsWay: this.#replacing !== null });
    this.state.handleFrame();
    this.panels.lookSoon();
  }

  /** Begins the scene anew, in the state that it gave last. Resolves to why it could not; to null where it could. */
  restart(): Promise<unknown> {
    return this.#replace();
  }

  close(): void {
    this.#starting.abort();
    this.#files.close();
    this.state.close();
    this.panels.close();
    this.#title.close();
    this.#host.dispose();
  }

  /** Resolves with null when another scene is there, or with why there is none. */
  #replace(): Promise<unknown> {
    this.#starting.abort();
    this.#starting = new AbortController();
    this.#replacing = this.#tryToReplace(this.#starting.signal);
    return this.#replacing;
  }

  /** SG1, SG2 */
  async #tryToReplace(signal: AbortSignal): Promise<unknown> {
    let why: unknown = null;
    try {
      const next = await this.#next(signal);
      if (signal.aborted) next.dispose();
      else {
        this.#show(next);
        if (this.#isStarted) this.#options.post({ kind: "reloaded", ...this.description });
        this.#options.invalidate();
      }
    } catch (error) {
      why = error;
    }
    // What comes of it is up to the newer one.
    if (signal.aborted) return await this.#replacing;
    this.#replacing = null;
    if (why !== null) {
      this.#host.resume(this.#options.surface.renderer);
      const then = this.#isStarted ? "The scene as it was before goes on." : "It is tried again when a file is saved.";
      SceneScope.outside(() => this.#notices.setNotShown(joinSentences(toPlainError(why).message, then)));
    }
    this.#settled(why);
    return why;
  }

  #show(next: SceneHost): void {
    this.state.flush();
    this.#host.dispose();
    this.#host = next;
    next.resize(this.#options.surface.size);
    this.#options.surface.setOverlay(next.overlay);
    this.#tellPointerWish();
    this.#title.begin();
    this.#settings.keep();
    this.#notices.clear(this.#begun);
    this.#parameters.begin(next.parameters);
    this.#options.store.show(next.data);
    this.state.begin(next.stateful);
    this.panels.begin(next);
  }

  /** Loads the scene and sets it up. */
  async #next(signal: AbortSignal): Promise<SceneHost> {
    const { data, loader, loads, surface, store, post, tellsOfSlowStart = true } = this.#options;
    this.#begun = performance.now();
    loads.reset();
    const beat = new StartBeat({
      loads,
      post,
      isFirst: () => !this.#isStarted,
      noticed: (text) => tellsOfSlowStart && SceneScope.outside(() => this.#notices.setNotShown(text)),
    });
    signal.addEventListener("abort", () => beat.end(), { once: true });
    const loaded = (): void => {
      beat.handleLoaded();
      SceneScope.outside(() => this.#follow());
    };
    this.#settings.begin();
    try {
      const start = { ...this.#parameters.startOf(data.sceneUrl, loader), loaded, signal, store };
      return await SceneHost.start(start, surface, this.#hooks);
    } catch (error) {
      // A newer scene has begun with settings of its own.
      if (!signal.aborted) this.#settings.restore();
      throw error;
    } finally {
      beat.end();
      this.#follow();
    }
  }

  #tellPointerWish(): void {
    const wish = { cursor: cursorOf(this.#host.cursor), takesDrags: this.#host.takesDrags };
    if (isSameWish(wish, this.#pointerWish)) return;
    this.#pointerWish = wish;
    this.#options.post({ kind: "cursor", ...wish });
  }

  #follow(): void {
    const { data, loader, post } = this.#options;
    if (!data.watch) return;
    this.#files.follow(loader.files);
    post({ kind: "files", files: [...loader.files] });
  }
}
