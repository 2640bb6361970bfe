/**
 * Owns a scene that is shown: sets it up, gives it its time, its input and its messages, and catches what it throws. In the
 * render thread.
 */

import * as three from "three";
import type { MessageBody } from "../../../shared/custom-message.ts";
import { type DataDeclarations, parseDataDeclarations } from "../../../shared/data.ts";
import type { InputEvent } from "../../../shared/input.ts";
import type { PanelChange, PanelControl } from "../../../shared/panels.ts";
import type { Milliseconds } from "../../../shared/time.ts";
import { isSameSize, type PictureSize, type SceneContent } from "../../../shared/video.ts";
import type { HeldParameters } from "../../platform/given-parameters.ts";
import type { ParameterDeclarations } from "../../platform/parameters.ts";
import type { Overlay } from "../overlay.ts";
import { Page } from "../page/page.ts";
import { readControls } from "../panels/read-controls.ts";
import type { MessageSender } from "../render-protocol.ts";
import { renderPulse } from "../render-pulse.ts";
import type { SceneDefinition, SceneParts } from "../scene.ts";
import type { Surface } from "../surface/surface.ts";
import { keepShape } from "./camera-shape.ts";
import { followPicture } from "./composer-size.ts";
import { FrameTroubles } from "./frame-troubles.ts";
import { changeValues } from "./parameter-change.ts";
import { SceneBelongings, type SceneHooks } from "./scene-belongings.ts";
import { sceneError } from "./scene-error.ts";
import { setUpScene } from "./scene-setup.ts";
import type { SceneStart } from "./scene-start.ts";
import type { Stateful } from "./scene-state.ts";
import { stateWithPanels } from "./state-with-panels.ts";

/** The longest step of a scene's clock in seconds, so that a pause does not make things jump. */
const LONGEST_DELTA = 0.1;

export class SceneHost {
  readonly parts: SceneParts;
  readonly #definition: SceneDefinition;
  readonly #belongings: SceneBelongings;
  readonly #hooks: SceneHooks;
  readonly #begun: Milliseconds;
  readonly #declared: ParameterDeclarations;
  /** What the newest `update` left to be awaited; null where nothing. Nobody waits for it but who draws frame by frame. */
  updating: Promise<unknown> | null = null;
  readonly #troubles: FrameTroubles;

  /**
   * Loads a scene, with a page around it, and sets it up. What it leaves running when it fails, or when another takes its
   * place meanwhile, is ended. Throws `StreamError` "scene-failed", "scene-invalid", "scene-missing" or "parameters-invalid".
   */
  static async start(start: SceneStart, surface: Surface, hooks: SceneHooks): Promise<SceneHost> {
    // After three has looked for what a browser has, before any module of the scene does.
    const { url, drawsItself } = start;
    const page = Page.open({ url, size: surface.size, renderer: surface.renderer, drawsItself });
    const belongings = new SceneBelongings(page, surface.size, hooks);
    const giveUp = (): void => belongings.end();
    start.signal.addEventListener("abort", giveUp, { once: true });
    try {
      return await belongings.scope.run(async () => {
        const definition = await start.load(page);
        start.loaded();
        belongings.declared.declare(readControls("controls", definition.controls));
        belongings.data.declare(parseDataDeclarations(definition.data));
        const { declared, values } = start.hold(definition);
        Object.assign(belongings.parameters, values);
        await start.store.begin(belongings.data.declared);
        const parts = await setUpScene(definition, belongings, surface, hooks);
        if (parts.render !== undefined && parts.resize === undefined) await followPicture({ ...surface.size });
        const host = new SceneHost(definition, parts, belongings, hooks, declared);
        page.finishSetup();
        return host;
      });
    } catch (error) {
      giveUp();
      throw error;
    } finally {
      start.signal.removeEventListener("abort", giveUp);
    }
  }

  /** What is shown before the first scene is there: nothing. */
  static blank(url: string, surface: Surface, hooks: SceneHooks): SceneHost {
    const parts = { scene: new three.Scene(), camera: new three.Camera() };
    const page = Page.open({ url, size: surface.size });
    const belongings = new SceneBelongings(page, surface.size, hooks);
    page.close();
    return new SceneHost({ setup: () => parts }, parts, belongings, hooks);
  }

  private constructor(
    definition: SceneDefinition,
    parts: SceneParts,
    belongings: SceneBelongings,
    hooks: SceneHooks,
    declared: ParameterDeclarations = {},
  ) {
    this.#definition = definition;
    this.parts = parts;
    this.#belongings = belongings;
    this.#hooks = hooks;
    this.#declared = declared;
    this.#troubles = new FrameTroubles(hooks);
    this.#begun = hooks.clock.now();
  }

  /** How its state is asked for and given. */
  get stateful(): Stateful {
    const inState = <Result>(work: () => Result): Result => renderPulse.at("state", () => this.inside(work));
    return stateWithPanels(this.parts, this.#belongings.panels, inState);
  }

  /** Whether there may be panels. */
  get hasPanels(): boolean {
    const { declared, lilGui } = this.#belongings;
    return !declared.isEmpty || !lilGui.isEmpty;
  }

  /** The controls of its panels as they are now. */
  readPanels(): readonly PanelControl[] {
    return this.inside(() => this.#belongings.panels.read());
  }

  /** Gives a control what a viewer set it to. Returns whether it took that. */
  setPanel(change: PanelChange): boolean {
    return this.inside(() => this.#belongings.panels.set(change));
  }

  /** The title that the scene gives itself: that of its document, where it set one. */
  get title(): string | undefined {
    return this.#belongings.page.document.title || this.#definition.title;
  }

  /** Whether it is the scene of this page. */
  owns(page: Page): boolean {
    return this.#belongings.page === page;
  }

  /** The cursor that it wants over its picture, a value of CSS's `cursor`. */
  get cursor(): string {
    return this.#belongings.page.cursor;
  }

  /** Whether it listens to presses on its picture, and so may be dragged. */
  get takesDrags(): boolean {
    return this.#belongings.page.element.takesDrags;
  }

  /** What lies over its picture. */
  get overlay(): Overlay {
    return this.#belongings.page.overlay;
  }

  /** Whose messages the scene takes. */
  get messagesFrom(): "control" | "everyone" {
    return this.#definition.messagesFrom ?? "control";
  }

  /** What the picture is mostly made of. */
  get content(): SceneContent {
    return this.#definition.content ?? "surfaces";
  }

  /** What it declares of data. */
  get data(): DataDeclarations | "any" {
    return this.#belongings.data.declared;
  }

  /** The parameters that it declares, and their values. */
  get parameters(): HeldParameters {
    return { declared: this.#declared, values: { ...this.#belongings.parameters } };
  }

  /** Whether it takes other values of its parameters without being begun anew. */
  get hearsParameters(): boolean {
    return this.parts.parametersChanged !== undefined;
  }

  /** Gives it the values of its parameters. Rejects with `StreamError` "scene-failed" where it throws; then it has those before. */
  async setParameters({ values }: HeldParameters): Promise<void> {
    const { parameters } = this.#belongings;
    const hear = (changed: readonly string[]) =>
      renderPulse.at("parameters", () => this.inside(() => this.parts.parametersChanged?.(parameters, changed)));
    try {
      if (await changeValues(parameters, values, hear)) this.#hooks.invalidate();
    } catch (thrown) {
      const error = sceneError("The scene threw in parametersChanged()", thrown);
      this.#hooks.strayed(error.message);
      throw error;
    }
  }

  /** Gives an event to the scene. Returns whether anything in it listened. */
  handleInput(event: InputEvent): boolean {
    const { scope, page } = this.#belongings;
    return renderPulse.at("listener", () => scope.run(() => page.handleInput(event)));
  }

  /** The picture has another size than the scene knows, or may have. */
  resize(to: PictureSize): void {
    const { page, size } = this.#belongings;
    if (isSameSize(size, to)) return;
    const before = { ...size };
    Object.assign(size, to);
    this.#attempt("in resize()", () => {
      const { camera, resize } = this.parts;
      // A scene that sees parallel may want to show as much in another direction.
      if (resize === undefined || !("isOrthographicCamera" in camera)) keepShape(camera, before, to);
      page.resize(to);
      this.parts.resize?.({ ...to });
    });
  }

  /** Gives a message to the scene's listeners. */
  handleMessage(from: MessageSender, body: MessageBody): void {
    const { scope, mailbox } = this.#belongings;
    renderPulse.at("message", () => scope.run(() => mailbox.deliver(from, body)));
  }

  /** Has the scene's time stand at so many seconds, as if a frame had been then. */
  startClock(elapsed: number): void {
    this.#belongings.clock.elapsed = elapsed;
  }

  /** Moves the scene's time on. Returns whether it wants the next frame too. */
  update(): boolean {
    const { clock, scope, page } = this.#belongings;
    const time = this.#hooks.clock.now();
    const elapsed = (time - this.#begun) / 1000;
    clock.delta = Math.min(elapsed - clock.elapsed, LONGEST_DELTA);
    clock.elapsed = elapsed;
    const runCallbacks = (): void => page.runFrameCallbacks(time - performance.timeOrigin);
    renderPulse.at("frame-callback", () => scope.run(runCallbacks));
    const move = (): boolean => {
      const again: unknown = this.parts.update?.(clock);
      this.updating = again instanceof Promise ? again : null;
      return again === true;
    };
    const again = renderPulse.at("update", () => this.#attempt("in update()", move));
    return this.#definition.animate === true || again === true;
  }

  /** Draws by `draw`, catching what the scene's own objects throw. Resolves to what `draw` does; false if it threw. */
  async attemptToDraw(draw: () => Promise<boolean | void>): Promise<boolean> {
    const where = "while it was drawn";
    try {
      const isNew = await renderPulse.at("draw", () => this.inside(draw));
      this.#troubles.noteWorking(where);
      return isNew === true;
    } catch (error) {
      this.#troubles.noteThrown(where, error);
      return false;
    }
  }

  /** Has the renderer draw on its page again, after another scene that was to take its place came to nothing. */
  resume(renderer: three.WebGLRenderer): void {
    renderer.resetState();
    this.#belongings.page.adopt(renderer);
    this.#hooks.invalidate();
  }

  /** Takes what the scene threw where nobody caught it, as in a promise. It goes on, as a page does. */
  handleStray(where: string, error: unknown): void {
    this.#hooks.strayed(sceneError(`The scene threw ${where}`, error).message);
  }

  /** Ends the scene: its timers, and what it holds on the GPU. */
  dispose(): void {
    renderPulse.at("dispose", () => this.#attempt("in dispose()", () => this.parts.dispose?.()));
    this.#belongings.end();
  }

  #attempt<Result>(where: string, work: () => Result): Result | undefined {
    try {
      const result = this.inside(work);
      this.#troubles.noteWorking(where);
      return result;
    } catch (error) {
      this.#troubles.noteThrown(where, error);
      return undefined;
    }
  }

  /** Does `work` as the scene's: in its page, and what it begins and uploads ends with it. */
  inside<Result>(work: () => Result): Result {
    return this.#belongings.inside(work);
  }
}
