/**
 * Owns a scene that is drawn frame by frame: gives it its time, what happens to it and its state, and waits for what it began. In the
 * render thread.
 *
 * OS1 Before a frame is drawn, three's loaders, fetches and images that were begun are waited for, and so is a promise that `update`
 *     returned, as long as WL1 of scene-patience.ts says. Other waiting, as for a socket or another thread, is not.
 * OS2 While a scene is being set up its timers wait for all of that, and then for the machine's time as well: a time limit of its own
 *     is as long as ever. What `setup` does not wait for begins with the first frame.
 * OS3 What the scene throws, wherever that is, ends it with its sentence.
 */

import { setTimeout as delay } from "node:timers/promises";
import { MathUtils, type PerspectiveCamera } from "three";
import type { Json } from "../../../shared/custom-message.ts";
import { StreamError } from "../../../shared/errors.ts";
import type { SteppedClock } from "../../platform/stepped-clock.ts";
import type { CameraPose, OfflineEvent, OfflineStep } from "../offline-protocol.ts";
import { countInFlight } from "../page/network/in-flight.ts";
import type { LoadWatch } from "./load-watch.ts";
import { sceneError } from "./scene-error.ts";
import { ScenePatience } from "./scene-patience.ts";
import { SceneScope } from "./scene-scope.ts";
import type { SceneStage } from "./scene-stage.ts";
import type { SteppedWorld } from "./stepped-world.ts";

/** How long the scene may wait for one file without an end of it. */
const MAX_WAIT_MS = 120_000;
const LOOK_MS = 2;

export type SteppedStageOptions = {
  readonly stage: SceneStage;
  readonly loads: LoadWatch;
  readonly clock: SteppedClock;
  readonly world: SteppedWorld;
  /** Hears what the scene has been waiting for, in a sentence. */
  readonly told: (sentence: string) => void;
  /** Throws what the scene did wrong since it was asked last. */
  readonly check: () => void;
};

export class SteppedStage {
  readonly #options: SteppedStageOptions;
  readonly #patience: ScenePatience;
  #isFirst = true;
  /** What the clock says at the first scene's start. */
  #originMs = 0;

  constructor(options: SteppedStageOptions) {
    this.#options = options;
    this.#patience = new ScenePatience({ seen: () => this.#seen, told: options.told });
  }

  /** Sets the scene up, at time 0. Rejects with its `StreamError`. */
  async start(): Promise<void> {
    const { stage, clock, check } = this.#options;
    await this.#settingUp(stage.start(), "setup()");
    this.#originMs = clock.now();
    // Asked for by the machine's time, and told to nobody.
    stage.state.close();
    await this.#settle();
    check();
  }

  /** Moves the scene on to a frame, to be drawn or not. Rejects with `StreamError` (OS3). */
  async moveTo({ frame, ms, frameMs, events, state, camera }: OfflineStep): Promise<void> {
    const { stage, clock, world, check } = this.#options;
    world.begin(frame, 1);
    for (const event of events) await this.#apply(event);
    await clock.passTo(this.#originMs + ms);
    await this.#settle();
    world.begin(frame);
    if (state !== null) this.#setState(state);
    // As if the frame before had been.
    if (this.#isFirst && frame > 0) stage.host.startClock(Math.max(0, ms - frameMs) / 1000);
    this.#isFirst = false;
    stage.host.update();
    await this.#awaitUpdate(frame);
    await this.#settle();
    if (camera !== null) stage.host.inside(() => place(stage.host.parts.camera as PerspectiveCamera, camera));
    check();
  }

  async #apply(event: OfflineEvent): Promise<void> {
    const { stage, clock } = this.#options;
    await clock.passTo(this.#originMs + event.ms);
    switch (event.kind) {
      case "input":
        stage.host.handleInput(event.event);
        break;
      case "panel":
        stage.handlePanelChanges([event.change]);
        break;
      case "state":
        this.#setState(event.state);
        break;
      case "parameters":
        // The scene may be another one, which does not take them.
        await this.#settingUp(
          stage.setParameters(event.values).catch(() => undefined),
          "parametersChanged() or setup()",
        );
        break;
      case "restart":
        await this.#settingUp(stage.restart(), "setup()");
    }
  }

  /** OS1 */
  async #awaitUpdate(frame: number): Promise<void> {
    const { stage, clock } = this.#options;
    const { host } = stage;
    if (host.updating === null) return;
    const work = host.updating.catch((error: unknown) => host.handleStray("in update()", error));
    const hint = clock.nextDue === null ? "" : "Its timers stand still until the next frame.";
    await this.#patience.wait(work, { name: "update()", frame, hint });
  }

  /** OS2; `name` is what of the scene is called. */
  async #settingUp<Result>(work: Promise<Result>, name: string): Promise<Result> {
    return await this.#patience.wait(this.#withTimers(work), { name, frame: null, hint: "" });
  }

  async #withTimers<Result>(work: Promise<Result>): Promise<Result> {
    const { clock } = this.#options;
    const [begunMs, begun] = [clock.now(), Date.now()];
    let isDone = false;
    const done = work.then(
      () => undefined,
      () => undefined,
    );
    void done.then(() => {
      isDone = true;
    });
    while (!isDone) {
      await Promise.race([done, delay(LOOK_MS)]);
      const due = clock.nextDue;
      if (isDone || this.#isWaiting || due === null || due - begunMs > Date.now() - begun) continue;
      await clock.passTo(due);
    }
    return await work;
  }

  #setState(text: string): void {
    const { stage } = this.#options;
    const state = JSON.parse(text) as Json;
    const isOfPanels = typeof state === "object" && state !== null && "$panels" in state;
    if (stage.host.parts.setState === undefined && !isOfPanels) {
      throw new StreamError("scene-invalid", "The scene takes no state: what its setup() returns has no setState.");
    }
    try {
      stage.host.stateful.setState?.(state);
    } catch (error) {
      throw sceneError("The scene threw in setState()", error);
    }
  }

  /** Another text whenever something came that the scene loads. */
  get #seen(): string {
    const { loaded, total } = this.#options.loads.progress;
    return `${loaded} ${total} ${countInFlight()}`;
  }

  get #isWaiting(): boolean {
    const { loaded, total } = this.#options.loads.progress;
    return loaded < total || countInFlight() > 0;
  }

  /** OS1 */
  async #settle(): Promise<void> {
    const { loads } = this.#options;
    let [known, since] = ["", Date.now()];
    for (let quiet = 0; quiet < 2; ) {
      await new Promise((resolve) => SceneScope.outside(() => setImmediate(resolve)));
      quiet = this.#isWaiting ? 0 : quiet + 1;
      if (quiet > 0) continue;
      await delay(LOOK_MS);
      const { loaded, total, item } = loads.progress;
      const seen = this.#seen;
      if (seen !== known) [known, since] = [seen, Date.now()];
      if (Date.now() - since < MAX_WAIT_MS) continue;
      const what = loaded < total && item !== null ? item : "what it fetches";
      throw new StreamError("scene-failed", `The scene has waited for ${what} for ${MAX_WAIT_MS / 1000} seconds.`);
    }
  }
}

/** Puts a camera where it is to be, in the world. */
function place(camera: PerspectiveCamera, { position, target, up, quaternion, fov, zoom }: CameraPose): void {
  if (position !== undefined) camera.position.fromArray([...position]);
  if (up !== undefined) camera.up.fromArray([...up]);
  const [x = 0, y = 0, z = 0] = target ?? [];
  if (quaternion !== undefined) camera.quaternion.fromArray([...quaternion]);
  else if (target !== undefined) camera.lookAt(x, y, z);
  if (zoom !== undefined) camera.zoom = zoom;
  if (fov !== undefined) camera.fov = MathUtils.clamp(fov, 0.001, 179);
  camera.updateProjectionMatrix?.();
}
