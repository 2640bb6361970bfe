/**
 * Owns requestAnimationFrame of a page and the loop of `renderer.setAnimationLoop`. Render thread.
 *
 * AF1 A callback is called before the next frame that is drawn; to ask is to want one.
 * AF2 While nobody watches nothing is drawn and nothing is called, as in a hidden tab; but until the scene is set up they
 *     are called by a timer, so that `setup` may wait for one.
 */

type FrameCallback = (time: number) => unknown;

const SETUP_INTERVAL_MS = 16;

export type AnimationFramesHooks = {
  readonly onError: (error: unknown) => void;
  /** A frame is wanted, and `run` before it. */
  readonly onFrameRequested: () => void;
};

export class AnimationFrames {
  readonly #hooks: AnimationFramesHooks;
  readonly #callbacks = new Map<number, FrameCallback>();
  #loop: FrameCallback | null = null;
  #lastId = 0;
  #timer: NodeJS.Timeout | undefined;
  #isSettingUp: boolean;

  constructor(hooks: AnimationFramesHooks, isSettingUp: boolean) {
    this.#hooks = hooks;
    this.#isSettingUp = isSettingUp;
  }

  readonly request = (callback: FrameCallback): number => {
    this.#lastId += 1;
    this.#callbacks.set(this.#lastId, callback);
    this.#wantFrame();
    return this.#lastId;
  };

  readonly cancel = (id: number): void => void this.#callbacks.delete(id);

  /** Calls `callback` before every frame from now on, and has frames drawn all the time; null ends that. */
  setLoop(callback: FrameCallback | null): void {
    this.#loop = callback;
    if (callback !== null) this.#wantFrame();
  }

  /** The scene is set up: from now on `run` is called before each frame. */
  finishSetup(): void {
    this.#isSettingUp = false;
    clearTimeout(this.#timer);
    if (this.#callbacks.size > 0 || this.#loop !== null) this.#hooks.onFrameRequested();
  }

  /** Calls what asked for this frame; what asks meanwhile waits for the next. `time` in ms as of performance.now(). */
  run(time: number): void {
    if (this.#loop !== null) {
      this.#call(this.#loop, time);
      this.#wantFrame();
    }
    for (const id of [...this.#callbacks.keys()]) {
      const callback = this.#callbacks.get(id);
      this.#callbacks.delete(id);
      if (callback !== undefined) this.#call(callback, time);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#callbacks.clear();
    this.#loop = null;
    this.#isSettingUp = false;
  }

  #wantFrame(): void {
    if (!this.#isSettingUp) return this.#hooks.onFrameRequested();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.run(performance.now());
    }, SETUP_INTERVAL_MS);
  }

  #call(callback: FrameCallback, time: number): void {
    try {
      const result = callback(time);
      if (result instanceof Promise) result.catch(this.#hooks.onError);
    } catch (error) {
      this.#hooks.onError(error);
    }
  }
}
