/**
 * Owns the scene that is shown: sets it up, gives it its time and its input, and catches what it throws. In the render
 * thread.
 */

import * as three from "three";
import { StreamError } from "../../shared/errors.ts";
import type { InputEvent } from "../../shared/input.ts";
import { now } from "../../shared/time.ts";
import type { GlSurface } from "./gl-surface.ts";
import { InputElement } from "./input-element.ts";
import { installPageGlobals } from "./page.ts";
import type { SceneContext, SceneDefinition, SceneParts } from "./scene.ts";
import { sceneError } from "./scene-loader.ts";

/** The longest step of a scene's clock in seconds, so that a pause does not make things jump. */
const LONGEST_DELTA = 0.1;

export type SceneHostHooks = {
  /** The scene asks for a frame. */
  readonly invalidate: () => void;
  /** The scene threw: a sentence for viewers; null when it works again. */
  readonly noticed: (text: string | null) => void;
};

export class SceneHost {
  readonly parts: SceneParts;
  readonly #definition: SceneDefinition;
  readonly #element: InputElement;
  readonly #clock: { elapsed: number; delta: number };
  readonly #hooks: SceneHostHooks;
  readonly #uninstall: () => void;
  readonly #begun = now();
  #inTrouble = false;

  /** Sets a scene up. Throws `StreamError` "scene-failed" or "scene-invalid". */
  static async start(definition: SceneDefinition, surface: GlSurface, hooks: SceneHostHooks): Promise<SceneHost> {
    let report = (error: unknown): void => hooks.noticed(sceneError("The scene threw in a listener", error).message);
    const element = new InputElement(surface.size, {
      onError: (error) => report(error),
      onFrameRequested: hooks.invalidate,
    });
    const uninstall = installPageGlobals(element.ownerDocument.defaultView);
    const clock = { elapsed: 0, delta: 0 };
    const context: SceneContext = {
      three,
      renderer: surface.renderer,
      size: surface.size,
      clock,
      element: element as unknown as HTMLElement,
      invalidate: hooks.invalidate,
    };
    let parts: SceneParts;
    try {
      parts = await definition.setup(context);
    } catch (error) {
      uninstall();
      throw sceneError("The scene threw in setup()", error);
    }
    if (parts?.scene?.isScene !== true || parts.camera?.isCamera !== true) {
      uninstall();
      throw new StreamError("scene-invalid", "The scene's setup() must return { scene, camera }, both made by three.");
    }
    const host = new SceneHost(definition, parts, element, clock, hooks, uninstall);
    report = (error) => host.#trouble("in a listener", error);
    return host;
  }

  private constructor(
    definition: SceneDefinition,
    parts: SceneParts,
    element: InputElement,
    clock: { elapsed: number; delta: number },
    hooks: SceneHostHooks,
    uninstall: () => void,
  ) {
    this.#definition = definition;
    this.parts = parts;
    this.#element = element;
    this.#clock = clock;
    this.#hooks = hooks;
    this.#uninstall = uninstall;
  }

  /** The title that the scene gives itself. */
  get title(): string | undefined {
    return this.#definition.title;
  }

  /** Gives an event to the scene. Returns whether anything in it listened. */
  handleInput(event: InputEvent): boolean {
    return this.#element.dispatchInput(event);
  }

  /** Moves the scene's time on. Returns whether it wants the next frame too. */
  update(): boolean {
    const elapsed = (now() - this.#begun) / 1000;
    this.#clock.delta = Math.min(elapsed - this.#clock.elapsed, LONGEST_DELTA);
    this.#clock.elapsed = elapsed;
    this.#element.ownerDocument.defaultView.runFrameCallbacks(performance.now());
    const again = this.#attempt("in update()", () => this.parts.update?.(this.#clock) === true);
    return this.#definition.animate === true || again === true;
  }

  /** Draws by `draw`, catching what the scene's own objects throw. Returns what `draw` does; false if it threw. */
  attemptToDraw(draw: () => boolean | void): boolean {
    return this.#attempt("while it was drawn", draw) === true;
  }

  /** Ends the scene and frees what it holds on the GPU. */
  dispose(): void {
    this.#uninstall();
    this.#attempt("in dispose()", () => this.parts.dispose?.());
    this.parts.scene.traverse((object) => {
      const { geometry, material } = object as Partial<three.Mesh>;
      geometry?.dispose();
      for (const one of Array.isArray(material) ? material : [material]) one?.dispose();
    });
  }

  #attempt<Result>(where: string, work: () => Result): Result | undefined {
    try {
      const result = work();
      if (this.#inTrouble && where === "in update()") {
        this.#inTrouble = false;
        this.#hooks.noticed(null);
      }
      return result;
    } catch (error) {
      if (error instanceof StreamError) throw error;
      this.#trouble(where, error);
      return undefined;
    }
  }

  #trouble(where: string, error: unknown): void {
    this.#inTrouble = true;
    this.#hooks.noticed(sceneError(`The scene threw ${where}`, error).message);
  }
}
