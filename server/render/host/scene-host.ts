/**
 * Owns a scene that is shown: sets it up, gives it its time, its input and its messages, and catches what it throws. In the
 * render thread.
 */

import * as three from "three";
import type { MessageBody } from "../../../shared/custom-message.ts";
import { StreamError } from "../../../shared/errors.ts";
import type { InputEvent } from "../../../shared/input.ts";
import { now } from "../../../shared/time.ts";
import type { Page } from "../page/page.ts";
import type { MessageSender } from "../render-protocol.ts";
import type { SceneContext, SceneDefinition, SceneParts } from "../scene.ts";
import type { GlSurface } from "../surface/webgl-surface.ts";
import { sceneError } from "./scene-loader.ts";
import { SceneMailbox } from "./scene-messages.ts";

/** The longest step of a scene's clock in seconds, so that a pause does not make things jump. */
const LONGEST_DELTA = 0.1;

export type SceneHostHooks = {
  /** The scene asks for a frame. */
  readonly invalidate: () => void;
  /** The scene threw: a sentence for viewers; null when it works again. */
  readonly noticed: (text: string | null) => void;
  /** The scene sends a message to a person, or to everybody (null). */
  readonly messageSent: (to: number | null, body: MessageBody) => void;
};

/** What is made for a scene, and lives as long as it does. */
type Belongings = {
  readonly page: Page;
  readonly mailbox: SceneMailbox;
  readonly clock: { elapsed: number; delta: number };
};

export class SceneHost {
  readonly parts: SceneParts;
  readonly #definition: SceneDefinition;
  readonly #belongings: Belongings;
  readonly #hooks: SceneHostHooks;
  readonly #begun = now();
  #inTrouble = false;

  /** Sets a scene up in its page, which is closed with it. Throws `StreamError` "scene-failed" or "scene-invalid". */
  static async start(
    definition: SceneDefinition,
    page: Page,
    surface: GlSurface,
    hooks: SceneHostHooks,
  ): Promise<SceneHost> {
    let report = (error: unknown): void => hooks.noticed(sceneError("The scene threw in a listener", error).message);
    page.follow({ onError: (error) => report(error), onFrameRequested: hooks.invalidate });
    const mailbox = new SceneMailbox({ post: hooks.messageSent, onError: (error) => report(error) });
    const belongings = { page, mailbox, clock: { elapsed: 0, delta: 0 } };
    try {
      const host = new SceneHost(definition, await setUp(definition, belongings, surface, hooks), belongings, hooks);
      report = (error) => host.#trouble("in a listener", error);
      page.finishSetup();
      return host;
    } catch (error) {
      page.close();
      mailbox.close();
      throw error;
    }
  }

  private constructor(definition: SceneDefinition, parts: SceneParts, belongings: Belongings, hooks: SceneHostHooks) {
    this.#definition = definition;
    this.parts = parts;
    this.#belongings = belongings;
    this.#hooks = hooks;
  }

  /** The title that the scene gives itself. */
  get title(): string | undefined {
    return this.#definition.title;
  }

  /** Whose messages the scene takes. */
  get messagesFrom(): "control" | "everyone" {
    return this.#definition.messagesFrom ?? "control";
  }

  /** The page that the scene runs in. */
  get page(): Page {
    return this.#belongings.page;
  }

  /** Gives an event to the scene. Returns whether anything in it listened. */
  handleInput(event: InputEvent): boolean {
    return this.#belongings.page.handleInput(event);
  }

  /** Gives a message to the scene's listeners. */
  handleMessage(from: MessageSender, body: MessageBody): void {
    this.#belongings.mailbox.deliver(from, body);
  }

  /** Moves the scene's time on. Returns whether it wants the next frame too. */
  update(): boolean {
    const { clock, page } = this.#belongings;
    const elapsed = (now() - this.#begun) / 1000;
    clock.delta = Math.min(elapsed - clock.elapsed, LONGEST_DELTA);
    clock.elapsed = elapsed;
    page.runFrameCallbacks(performance.now());
    const again = this.#attempt("in update()", () => page.inside(() => this.parts.update?.(clock) === true));
    return this.#definition.animate === true || again === true;
  }

  /** Draws by `draw`, catching what the scene's own objects throw. Returns what `draw` does; false if it threw. */
  attemptToDraw(draw: () => boolean | void): boolean {
    return this.#attempt("while it was drawn", draw) === true;
  }

  /** Ends the scene and frees what it holds on the GPU. */
  dispose(): void {
    const { mailbox, page } = this.#belongings;
    mailbox.close();
    this.#attempt("in dispose()", () => page.inside(() => this.parts.dispose?.()));
    page.close();
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
      // The surface's own, not one that the scene met, as by messages that were too many.
      if (error instanceof StreamError && error.code === "no-gl") throw error;
      this.#trouble(where, error);
      return undefined;
    }
  }

  #trouble(where: string, error: unknown): void {
    this.#inTrouble = true;
    this.#hooks.noticed(sceneError(`The scene threw ${where}`, error).message);
  }
}

async function setUp(
  definition: SceneDefinition,
  { page, mailbox, clock }: Belongings,
  { renderer, size }: GlSurface,
  { invalidate }: SceneHostHooks,
): Promise<SceneParts> {
  const context: SceneContext = {
    three,
    renderer,
    size,
    clock,
    element: page.element as unknown as HTMLElement,
    messages: mailbox.api,
    invalidate,
  };
  let parts: SceneParts;
  try {
    parts = await definition.setup(context);
  } catch (error) {
    throw sceneError("The scene threw in setup()", error);
  }
  if (parts?.scene?.isScene === true && parts.camera?.isCamera === true) return parts;
  throw new StreamError("scene-invalid", "The scene's setup() must return { scene, camera }, both made by three.");
}
