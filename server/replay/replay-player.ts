/**
 * Owns a replay: plays what a log recorded into a scene, in time or as fast as it goes. Main process.
 *
 * RY1 everything is done in the order of the log, and a piece is sent when the scene has the one before.
 * RY2 as fast as it goes means that the time of the scene is stepped from one input to the next, and all that it draws meanwhile is
 *     waited for: it sees the same times and as many frames however fast the machine is.
 */

import { setTimeout as delay } from "node:timers/promises";
import { StreamError } from "../../shared/errors.ts";
import type { Session } from "../session/session.ts";
import type { RecordedStep } from "./recording.ts";

/** How fast: 1 is in time; "max" is as fast as it goes. */
export type ReplaySpeed = number | "max";

export type ReplayOptions = {
  readonly session: Pick<Session, "play" | "on" | "restart" | "setSceneState" | "handlePanelChange"> & {
    readonly parameters: Pick<Session["parameters"], "set">;
  };
  readonly speed: ReplaySpeed;
  /** Told after each piece how many inputs are played, and the time of the log in milliseconds. */
  readonly progressed: (inputs: number, ms: number) => void;
  readonly signal: AbortSignal;
};

type InputStep = Extract<RecordedStep, { readonly kind: "input" }>;

/** Inputs of one piece. */
const MAX_PIECE = 256;
/** What the scene is given to come to rest, by its own time: a turn that swings out takes so long. */
const END_MS = 5000;

export class ReplayPlayer {
  readonly #options: ReplayOptions;
  readonly #offs: (() => void)[] = [];
  /** What waits for the scene. */
  #waiting: {
    readonly for: "piece" | "live";
    readonly resolve: () => void;
    readonly reject: (error: Error) => void;
  } | null = null;
  #startedAt = performance.now();
  /** The time of the log before the scene was started last. */
  #earlierMs = 0;
  #inputs = 0;

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  /** Plays everything, to a scene that is live. Resolves with how many inputs it were. Rejects with a `StreamError`. */
  async play(steps: readonly RecordedStep[]): Promise<number> {
    this.#follow();
    try {
      this.#startedAt = performance.now();
      let lastMs = 0;
      for (let at = 0; at < steps.length; ) {
        const step = steps[at];
        if (step === undefined) break;
        await this.#waitUntil(step.ms);
        const inputs = this.#pieceFrom(steps, at);
        if (step.kind === "input") await this.#playInputs(inputs);
        else await this.#do(step);
        at += Math.max(1, inputs.length);
        lastMs = inputs.at(-1)?.ms ?? step.ms;
        this.#options.progressed(this.#inputs, this.#earlierMs + lastMs);
      }
      await this.#send([], lastMs + END_MS, true);
      return this.#inputs;
    } finally {
      for (const off of this.#offs) off();
    }
  }

  #follow(): void {
    const { session, signal } = this.#options;
    const stop = (): void => this.#settle(new StreamError("closed", "The replay was stopped."));
    signal.addEventListener("abort", stop, { once: true });
    this.#offs.push(
      () => signal.removeEventListener("abort", stop),
      session.on("inputsPlayed", () => this.#waiting?.for === "piece" && this.#settle(null)),
      session.on("statusChanged", ({ status }) => {
        if (status.kind === "live") return this.#waiting?.for === "live" && this.#settle(null);
        const sentence = "The scene did not live to the end of the replay.";
        const error = "error" in status ? status.error : new StreamError("room-lost", sentence);
        if (this.#waiting?.for !== "live" || status.kind !== "restarting") this.#settle(error);
      }),
    );
  }

  /** The inputs that go together, from a step on: none where it is no input. */
  #pieceFrom(steps: readonly RecordedStep[], at: number): InputStep[] {
    const piece: InputStep[] = [];
    const untilMs = this.#options.speed === "max" ? Number.POSITIVE_INFINITY : this.#elapsedMs(this.#options.speed);
    for (const step of steps.slice(at, at + MAX_PIECE)) {
      if (step.kind !== "input" || (piece.length > 0 && step.ms > untilMs)) break;
      piece.push(step);
    }
    return piece;
  }

  async #playInputs(steps: readonly InputStep[]): Promise<void> {
    const inputs = steps.map(({ viewerId, ms, event }) => ({ viewerId, atMs: ms, event }));
    await this.#send(inputs, steps.at(-1)?.ms ?? 0, false);
    this.#inputs += steps.length;
  }

  async #do(step: Exclude<RecordedStep, InputStep>): Promise<void> {
    const { session, speed } = this.#options;
    // What is due before has to have happened.
    if (speed === "max" || step.kind === "restart") await this.#send([], step.ms, false);
    if (step.kind === "restart") return await this.#restart();
    switch (step.kind) {
      case "size":
        session.play({ kind: "size-played", size: step.size });
        return;
      case "panel":
        session.handlePanelChange(step.change);
        return;
      case "parameters":
        // The scene may be another one, which does not take them.
        return await session.parameters.set(step.values).catch(() => undefined);
      case "state":
        session.setSceneState(step.state);
    }
  }

  async #restart(): Promise<void> {
    const { session, speed } = this.#options;
    if (speed !== "max") this.#earlierMs += this.#elapsedMs(speed);
    const live = this.#wait("live");
    session.restart();
    await live;
    this.#startedAt = performance.now();
  }

  async #send(
    inputs: readonly { readonly viewerId: string; readonly atMs: number; readonly event: InputStep["event"] }[],
    untilMs: number,
    isLast: boolean,
  ): Promise<void> {
    const played = this.#wait("piece");
    const { session } = this.#options;
    if (!session.play({ kind: "inputs-played", inputs, untilMs, isLast })) {
      this.#settle(new StreamError("room-lost", "The scene is not running, so nothing more is played."));
    }
    await played;
  }

  #wait(what: "piece" | "live"): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting = { for: what, resolve, reject };
    if (this.#options.signal.aborted) this.#settle(new StreamError("closed", "The replay was stopped."));
    return promise;
  }

  #settle(error: Error | null): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (error === null) waiting?.resolve();
    else waiting?.reject(error);
  }

  async #waitUntil(ms: number): Promise<void> {
    const { speed, signal } = this.#options;
    if (speed === "max") return;
    const waitMs = ms / speed - (performance.now() - this.#startedAt);
    if (waitMs > 0) await delay(waitMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw new StreamError("closed", "The replay was stopped.");
  }

  #elapsedMs(speed: number): number {
    return (performance.now() - this.#startedAt) * speed;
  }
}
