/**
 * Owns which scene is shown, in the render thread: the first one, and the one that takes its place when its file changed,
 * with what passes from one to the other: the state.
 */

import { toPlainError } from "../../../shared/errors.ts";
import { Page } from "../page/page.ts";
import type { FromRenderThread, RenderThreadData } from "../render-protocol.ts";
import type { SceneDefinition } from "../scene.ts";
import type { GlSurface } from "../surface/webgl-surface.ts";
import { SceneHost, type SceneHostHooks } from "./scene-host.ts";
import type { SceneLoader } from "./scene-loader.ts";
import { SceneState } from "./scene-state.ts";

export type SceneStageOptions = {
  readonly data: RenderThreadData;
  readonly loader: SceneLoader;
  readonly definition: SceneDefinition;
  /** The page that the first scene's modules were evaluated in. */
  readonly page: Page;
  readonly surface: GlSurface;
  readonly post: (message: FromRenderThread) => void;
  /** The scene asks for a frame. */
  readonly invalidate: () => void;
};

export class SceneStage {
  readonly state: SceneState;
  readonly #options: SceneStageOptions;
  readonly #hooks: SceneHostHooks;
  readonly #notices: SceneNotices;
  #host: SceneHost;
  #stopWatching: () => void = () => undefined;

  /** Sets the first scene up, in the state that it is to begin in. Throws `StreamError` "scene-failed" or "scene-invalid". */
  static async start(options: SceneStageOptions): Promise<SceneStage> {
    const { post, invalidate } = options;
    const notices = new SceneNotices((text) => post({ kind: "notice", text }));
    const hooks: SceneHostHooks = {
      invalidate,
      noticed: (text) => notices.setTrouble(text),
      messageSent: (to, body) => post({ kind: "message", to, body }),
    };
    const host = await SceneHost.start(options.definition, options.page, options.surface, hooks);
    return new SceneStage(options, hooks, notices, host);
  }

  private constructor(options: SceneStageOptions, hooks: SceneHostHooks, notices: SceneNotices, host: SceneHost) {
    const { data, post } = options;
    this.#options = options;
    this.#hooks = hooks;
    this.#notices = notices;
    this.#host = host;
    this.state = new SceneState({
      state: data.state,
      told: (state) => post({ kind: "state", state }),
      noticed: hooks.noticed,
    });
    this.state.begin(host.parts);
    this.#watch();
  }

  /** The scene that is shown now. */
  get host(): SceneHost {
    return this.#host;
  }

  /** What the main process is told of the scene that is shown now. */
  get description(): Pick<Extract<FromRenderThread, { readonly kind: "reloaded" }>, "title" | "messagesFrom"> {
    const { title, messagesFrom } = this.#host;
    return { title: title ?? this.#options.loader.defaultTitle, messagesFrom };
  }

  /** Tells of what OpenGL refused in the frame that was drawn last. To be called after each. */
  noteGlErrors(): void {
    const errors = this.#options.surface.takeErrors();
    const [name] = errors;
    if (name === undefined) return;
    this.#options.post({ kind: "gl-errors", name, count: errors.length });
    this.#notices.setGlError(name);
  }

  close(): void {
    this.#stopWatching();
    this.state.close();
    this.#host.dispose();
  }

  #watch(): void {
    const { data, loader } = this.#options;
    if (!data.watch) return;
    this.#stopWatching = loader.watch(() => {
      this.#stopWatching();
      void this.#reload();
    });
  }

  async #reload(): Promise<void> {
    const { data, loader, surface, post, invalidate } = this.#options;
    const page = Page.open({ url: data.sceneUrl, size: surface.size, renderer: surface.renderer });
    try {
      const next = await SceneHost.start(await loader.load(), page, surface, this.#hooks);
      this.state.flush();
      this.#host.dispose();
      this.#host = next;
      this.#notices.clear();
      this.state.begin(next.parts);
      post({ kind: "reloaded", ...this.description });
      invalidate();
    } catch (error) {
      page.close();
      this.#host.page.adopt(surface.renderer);
      this.#hooks.noticed(`${toPlainError(error).message} The scene as it was before goes on.`);
    }
    this.#watch();
  }
}

/**
 * What viewers are told of a scene in trouble. Passed on only when it changes, so that a scene that throws at every frame
 * says it once. What OpenGL refused stays told until another scene is shown; what the scene threw is told before it.
 */
class SceneNotices {
  readonly #tell: (text: string | null) => void;
  #trouble: string | null = null;
  #glError: string | null = null;
  #told: string | null = null;

  constructor(tell: (text: string | null) => void) {
    this.#tell = tell;
  }

  setTrouble(text: string | null): void {
    this.#trouble = text;
    this.#update();
  }

  setGlError(name: string): void {
    this.#glError ??= `The picture may be wrong: OpenGL reported ${name} while the scene was drawn.`;
    this.#update();
  }

  clear(): void {
    this.#trouble = null;
    this.#glError = null;
    this.#update();
  }

  #update(): void {
    const text = this.#trouble ?? this.#glError;
    if (text !== this.#told) this.#tell(text);
    this.#told = text;
  }
}
