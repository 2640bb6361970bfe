/**
 * Owns what is wanted of a scene's packets besides viewers: files, streams to others. In the main process. What is wanted stays
 * when the scene's process is started again: the next one opens it anew.
 */

import { fromPlainError, StreamError } from "../../shared/errors.ts";
import type { ClipWish, FileTarget, OutputFigures, OutputNews, StreamPiece } from "../encode/mux/mux-protocol.ts";
import type { OutputOpening, OutputWish } from "./output-wish.ts";
import { PendingAnswers } from "./pending-answers.ts";
import type { FromSession, ToSession } from "./session-protocol.ts";

/** An output that is wanted, for who wants it. */
export type WantedOutput = {
  /** Whether a room that everybody left is kept while it runs. */
  readonly keepsRoom: boolean;
  /** What the next process is to open, at each that streams; null where it is not to be opened again. May throw `StreamError`. */
  open(): OutputOpening | null;
  /** How it does, once a second. */
  told(figures: OutputFigures): void;
  /** A piece of one that is cut into segments. */
  pieceReceived?(piece: StreamPiece): void;
  /** The process fell in which it ran; `open` is called for the next one. */
  fell(): void;
  /** It is over: it ended in order (null), failed, or the scene ended. Called once. */
  ended(error: StreamError | null): void;
};

/** What the owner of an output holds. */
export type OutputHandle = {
  /** What names it for `saveClip`. */
  readonly outputId: string;
  /** Ends it in order; `ended` follows. Idempotent. */
  end(): void;
};

type OutputKind = "output-told" | "output-piece" | "clip-saved" | "clip-refused";
type OutputMessage = Extract<FromSession, { readonly kind: OutputKind }>;
type Wanted = { readonly output: WantedOutput; isOpen: boolean };

const MAX_CLIPS_WAITING = 4;
const CLIP_DEADLINE_MS = 60_000;

export class SessionOutputs {
  readonly #sendLive: (message: ToSession) => boolean;
  readonly #wanted = new Map<string, Wanted>();
  readonly #clips: PendingAnswers<OutputFigures>;
  #count = 0;
  #isLive = false;
  #isClosed = false;

  /** `send` returns false, and sends nothing, while the scene is not live. */
  constructor(send: (message: ToSession) => boolean) {
    this.#sendLive = send;
    this.#clips = new PendingAnswers({
      max: MAX_CLIPS_WAITING,
      tooMany: "Too many clips are being saved at once. Try again in a second.",
      deadlineMs: CLIP_DEADLINE_MS,
    });
  }

  /** Whether one runs for which the room is kept. */
  get keepsRoom(): boolean {
    return [...this.#wanted.values()].some(({ output }) => output.keepsRoom);
  }

  /** Wants an output, now or as soon as the scene is live. */
  want(output: WantedOutput): OutputHandle {
    this.#count += 1;
    const outputId = `output ${this.#count}`;
    const wanted: Wanted = { output, isOpen: false };
    this.#wanted.set(outputId, wanted);
    if (this.#isClosed) this.#forget(outputId, new StreamError("closed"));
    else if (this.#isLive) this.#open(outputId, wanted);
    return { outputId, end: () => this.#end(outputId) };
  }

  /** Saves the last `seconds` of a replay buffer into a file. Rejects with `StreamError`. */
  async saveClip(outputId: string, wish: Pick<ClipWish, "seconds" | "at">, to: FileTarget): Promise<OutputFigures> {
    this.#count += 1;
    const requestId = this.#count;
    return await this.#clips.wait(String(requestId), () => {
      if (this.#send({ kind: "clip", clip: { requestId, outputId, ...wish, to } })) return;
      throw new StreamError("room-lost", "The scene is not running right now.");
    });
  }

  handle(message: OutputMessage): void {
    switch (message.kind) {
      case "output-told":
        return this.#handleTold(message.outputId, message.news);
      case "output-piece":
        return this.#wanted.get(message.outputId)?.output.pieceReceived?.(message.piece);
      case "clip-saved":
        return this.#clips.resolve(String(message.requestId), message.figures);
      case "clip-refused":
        return this.#clips.reject(String(message.requestId), fromPlainError(message.error, "output-failed"));
    }
  }

  /** A process of the scene is live that knows of nothing yet. */
  handleLive(): void {
    this.#isLive = true;
    for (const [outputId, wanted] of [...this.#wanted]) this.#open(outputId, wanted);
  }

  /** The process fell. */
  handleFall(error: StreamError): void {
    this.#isLive = false;
    this.#clips.rejectAll(error);
    for (const wanted of [...this.#wanted.values()]) {
      if (wanted.isOpen) wanted.output.fell();
      wanted.isOpen = false;
    }
  }

  /** There will be no process any more. */
  close(error: StreamError | null): void {
    this.#isLive = false;
    this.#isClosed = true;
    this.#clips.rejectAll(error ?? new StreamError("closed"));
    for (const outputId of [...this.#wanted.keys()]) this.#forget(outputId, error);
  }

  #open(outputId: string, wanted: Wanted): void {
    try {
      const opening = wanted.output.open();
      if (opening === null) return this.#forget(outputId, null);
      wanted.isOpen = this.#send({ kind: "open", outputId, opening });
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      this.#forget(outputId, error);
    }
  }

  #end(outputId: string): void {
    const wanted = this.#wanted.get(outputId);
    if (wanted === undefined) return;
    if (!wanted.isOpen || !this.#send({ kind: "end", outputId })) this.#forget(outputId, null);
  }

  #handleTold(outputId: string, { isOver, error, ...figures }: OutputNews): void {
    this.#wanted.get(outputId)?.output.told(figures);
    if (isOver) this.#forget(outputId, error === null ? null : fromPlainError(error, "output-failed"));
  }

  #forget(outputId: string, error: StreamError | null): void {
    const wanted = this.#wanted.get(outputId);
    if (wanted === undefined || !this.#wanted.delete(outputId)) return;
    wanted.output.ended(error);
  }

  #send(wish: OutputWish): boolean {
    return this.#sendLive({ kind: "output-wish", wish });
  }
}
