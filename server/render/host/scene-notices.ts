/**
 * Owns what viewers are told of a scene in trouble, in the render thread. Told only when it changes, so that a scene that throws
 * at every frame says it once.
 *
 * NT1 Why a changed scene is not shown is told first, since that is what somebody is working at. What the scene threw is told before
 *     what it threw on the side, that before a shader that does not compile, and that before what OpenGL refused.
 * NT2 What was thrown on the side, as in a listener or a timer, is over after a while without another; shaders and OpenGL are wrong until
 *     another scene is shown.
 */

import { joinSentences } from "../../../shared/sentences.ts";

const STRAY_MS = 10_000;

export class SceneNotices {
  readonly #tell: (text: string | null) => void;
  #notShown: string | null = null;
  #trouble: string | null = null;
  #stray: { readonly text: string; readonly at: number } | null = null;
  #shaderError: string | null = null;
  #glError: string | null = null;
  #told: string | null = null;
  #strayTimer: NodeJS.Timeout | undefined;

  constructor(tell: (text: string | null) => void) {
    this.#tell = tell;
  }

  /** Holds until another scene is shown. */
  setNotShown(text: string): void {
    this.#notShown = text;
    this.#update();
  }

  setTrouble(text: string | null): void {
    this.#trouble = text;
    this.#update();
  }

  /** NT2 */
  setStray(text: string | null): void {
    clearTimeout(this.#strayTimer);
    this.#strayTimer = text === null ? undefined : setTimeout(() => this.setStray(null), STRAY_MS).unref();
    this.#stray = text === null ? null : { text, at: performance.now() };
    this.#update();
  }

  setShaderError(sentence: string): void {
    this.#shaderError ??= joinSentences(sentence);
    this.#update();
  }

  setGlError(name: string): void {
    this.#glError ??= `The picture may be wrong: OpenGL reported ${name} while the scene was drawn.`;
    this.#update();
  }

  /** Another scene is shown, which was begun at this time of `performance.now()`: what it threw since then stays told. */
  clear(begun: number): void {
    if (this.#stray !== null && this.#stray.at < begun) this.#stray = null;
    this.#notShown = null;
    this.#trouble = null;
    this.#shaderError = null;
    this.#glError = null;
    this.#update();
  }

  #update(): void {
    const text = this.#notShown ?? this.#trouble ?? this.#stray?.text ?? this.#shaderError ?? this.#glError;
    if (text !== this.#told) this.#tell(text);
    this.#told = text;
  }
}
