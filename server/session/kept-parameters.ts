/**
 * Owns what the main process keeps of a scene's parameters over the lives of its processes: what was given, what the scene
 * declares, the values that hold, and those that the program wants set.
 *
 * KV1 Values are checked against what the scene declared last, and again by the scene itself, which may be another by then.
 * KV2 While no process is live, values that fit are kept for the next one. Before the first is live nothing can be checked, so they
 *     wait for it.
 * KV3 What a scene did not take is not tried again with the next process: it may be why this one fell.
 */

import { fromPlainError, StreamError } from "../../shared/errors.ts";
import { changedNames, checkParameters, type GivenParameters, ofLink } from "../platform/given-parameters.ts";
import {
  type ParameterDeclarations,
  type ParameterTexts,
  type ParameterValues,
  parameterOf,
  quoted,
  readParameter,
} from "../platform/parameters.ts";
import type { FromSession, ToSession } from "./session-protocol.ts";

type Told = Extract<FromSession, { readonly kind: "parameters-told" }>;
type WasSet = Extract<FromSession, { readonly kind: "parameters-set" }>;
/** A wish is `kept` for a process that is not started yet, `begun` with one that is not live yet, or `asked` of one that is. */
type Wish = {
  readonly values: ParameterValues;
  state: "asked" | "kept" | "begun";
  resolve(): void;
  reject(error: StreamError): void;
};

/** How many wishes may wait for the scene at once. */
const MAX_WAITING = 32;

export class KeptParameters {
  readonly #send: (message: ToSession) => boolean;
  readonly #wishes = new Map<number, Wish>();
  readonly #ready: Promise<unknown>;
  #given: GivenParameters;
  #declared: ParameterDeclarations = {};
  #values: ParameterValues = {};
  /** What the program had set of those values that the scene told last. */
  #set: ParameterValues = {};
  #counted = 0;
  #over: StreamError | null = null;
  #isPassedOver = false;

  /**
   * `send` returns false, and sends nothing, while the scene is not live; `ready` settles when it was live once, or rejects where it
   * will never be.
   */
  constructor(given: GivenParameters, ready: Promise<unknown>, send: (message: ToSession) => boolean) {
    this.#given = given;
    this.#send = send;
    this.#ready = ready;
  }

  /** A process is started: returns what its scene is to begin with. */
  begin(): GivenParameters {
    for (const wish of this.#wishes.values()) if (wish.state === "kept") wish.state = "begun";
    return this.#given;
  }

  /** The values that hold; none before the scene was there. */
  get values(): ParameterValues {
    return this.#values;
  }

  /**
   * Has the scene's parameters take these values. Resolves when it has them. Rejects with `TypeError` naming the parameter and the
   * rule, and with a `StreamError`: "scene-failed" where the scene threw, "room-lost" where its process fell meanwhile, "closed".
   */
  async set(values: ParameterValues): Promise<void> {
    await this.#ready;
    if (this.#over !== null) throw this.#over;
    checkParameters(this.#declared, values);
    if (this.#wishes.size >= MAX_WAITING) {
      throw new StreamError("too-fast", "The scene is still busy with the parameters that were set before.");
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#counted += 1;
    const requestId = this.#counted;
    const isAsked = this.#send({ kind: "parameters-wanted", requestId, values });
    if (!isAsked) this.#given = { ...this.#given, set: { ...this.#given.set, ...values } };
    this.#wishes.set(requestId, { values, state: isAsked ? "asked" : "kept", resolve, reject });
    await promise.finally(() => this.#wishes.delete(requestId));
  }

  /** Somebody came by this link to a room that was there already and nobody's. What does not fit is passed over. */
  async openByLink(texts: ParameterTexts): Promise<void> {
    await this.#ready;
    const values = this.#fitting(texts);
    if (Object.keys(values).length > 0) await this.set(values);
  }

  /**
   * Somebody came by this link to a room that runs, which stays as it is. Returns a sentence about that the first time that it would be
   * another one, else null.
   */
  passOver(texts: ParameterTexts): string | null {
    const others = Object.entries(this.#fitting(texts)).filter(([name, value]) => value !== this.#values[name]);
    if (this.#isPassedOver || others.length === 0) return null;
    this.#isPassedOver = true;
    const wish = others.map(([name, value]) => `${name}=${quoted(value)}`).join(", ");
    const how = "A link sets parameters where it opens a room, at /s/<name>/ or with --rooms private.";
    return `Somebody came by a link with ${wish}; the room runs, so it stays as it is. ${how}`;
  }

  /** Takes what the scene tells. Returns whether values are others than before. */
  handleTold({ news: { declared, values, set } }: Told): boolean {
    const isNew = changedNames(this.#values, values).length > 0;
    this.#declared = declared;
    this.#values = values;
    this.#set = set;
    this.#given = { ...this.#given, set, isFirst: false };
    return isNew;
  }

  handleSet({ requestId, error }: WasSet): void {
    const wish = this.#wishes.get(requestId);
    if (error === null) wish?.resolve();
    else wish?.reject(fromPlainError(error, "scene-failed"));
  }

  /** The process that was started last is live. */
  handleLive(): void {
    for (const [requestId, wish] of this.#wishes) {
      if (wish.state === "begun") wish.resolve();
      else if (this.#send({ kind: "parameters-wanted", requestId, values: wish.values })) wish.state = "asked";
    }
  }

  /** The process fell: what it was asked has no answer (KV3). */
  refuse(error: StreamError): void {
    this.#given = { ...this.#given, set: this.#set };
    for (const { reject } of this.#wishes.values()) reject(error);
  }

  /** There will be no process any more. */
  close(): void {
    this.#over = new StreamError("closed");
    this.refuse(this.#over);
  }

  /** What a link says that the scene lets it say, and that fits. */
  #fitting(texts: ParameterTexts): ParameterValues {
    const fitting = Object.entries(ofLink(this.#declared, texts)).flatMap(([name, text]) => {
      const parameter = parameterOf(this.#declared, name);
      try {
        return parameter === undefined ? [] : [[name, readParameter(name, parameter, text)] as const];
      } catch {
        return [];
      }
    });
    return Object.fromEntries(fitting);
  }
}
