/**
 * Owns the server's end of a viewer that comes by plain HTTP, because something on its way lets no WebSocket through. The
 * messages to it wait in a list until it asks for them.
 *
 * HV1 a poll is answered at once when there is something newer than it knows, and else when there is, or after 20 s.
 * HV2 what it has not said to know is kept, so an answer that got lost is given again; at most 64 messages. One too many
 *     drops the oldest that a later one of its kind outdates, which those of the scene never do, so that the newest status, title and notice always come.
 * HV3 who does not poll for 10 s is gone, and with it what it held and its control.
 * HV4 one that sends faster than 200 requests or 1000 messages a second for long is refused.
 */

import { randomUUID } from "node:crypto";
import { Emitter } from "../../../shared/emitter.ts";
import type { StreamErrorCode } from "../../../shared/errors.ts";
import type { ServerMessage, ViewerMessage } from "../../../shared/signaling.ts";
import { now } from "../../../shared/time.ts";
import type { Seat, ViewerConnection } from "../../access/viewer-connection.ts";
import { TokenBucket } from "../../platform/token-bucket.ts";

export type HttpViewerOptions = {
  readonly pollMs: number;
  readonly silenceMs: number;
  readonly maxMessages: number;
  readonly requestsPerSecond: number;
  readonly messagesPerSecond: number;
};

export const httpViewerDefaults: HttpViewerOptions = {
  pollMs: 20_000,
  silenceMs: 10_000,
  maxMessages: 64,
  requestsPerSecond: 200,
  messagesPerSecond: 1000,
};

export type HttpViewerEvents = {
  /** It left, or is gone. Once. */
  readonly closed: Record<never, never>;
};

/** What a poll is answered with: `next` is what the viewer then knows. */
export type PollAnswer = { readonly next: number; readonly messages: readonly ServerMessage[] };

/** How long the last words to a viewer are kept. */
const LAST_WORDS_MS = 3_000;

type Kept = { readonly number: number; readonly message: ServerMessage };
type Poll = { readonly deadline: NodeJS.Timeout; answer(answer: PollAnswer): void };

export class HttpViewer extends Emitter<HttpViewerEvents> implements ViewerConnection {
  readonly id: string = randomUUID();
  readonly #options: HttpViewerOptions;
  readonly #requests: TokenBucket;
  readonly #messages: TokenBucket;
  #kept: Kept[] = [];
  #last = 0;
  #poll: Poll | null = null;
  #silence: NodeJS.Timeout | undefined;
  #seat: Seat | null = null;
  #closed = false;

  constructor(options: HttpViewerOptions = httpViewerDefaults) {
    super();
    this.#options = options;
    const { requestsPerSecond, messagesPerSecond } = options;
    this.#requests = new TokenBucket({ clock: now, perSecond: requestsPerSecond, burst: 2 * requestsPerSecond });
    this.#messages = new TokenBucket({ clock: now, perSecond: messagesPerSecond, burst: messagesPerSecond });
    this.#hear();
  }

  setSeat(seat: Seat): void {
    this.#seat = seat;
  }

  /** Keeps a message for the next poll, or answers the one that waits. */
  sendMessage(message: ServerMessage): void {
    if (this.#closed) return;
    this.#last += 1;
    this.#kept.push({ number: this.#last, message });
    if (this.#kept.length > this.#options.maxMessages) this.#dropOne();
    this.#endPoll();
  }

  /** Feedback on frames is of no use to it, and the answer to its input says that this came. */
  sendBytes(_bytes: Uint8Array): void {}

  cut(): void {
    this.close();
  }

  /** Says why it is over, and is gone once that was asked for, or soon. */
  end(code: StreamErrorCode, message: string): void {
    if (this.#closed) return;
    const isAwaited = this.#poll !== null;
    this.sendMessage({ kind: "error", code, message });
    if (isAwaited) return this.close();
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.close(), LAST_WORDS_MS);
  }

  /** Counts a request; false when that was one too many (HV4). */
  allowsRequest(): boolean {
    return this.#requests.take();
  }

  /** Counts messages; false when there are too many (HV4), and then they are not to be taken. */
  allowsMessages(count: number): boolean {
    return this.#messages.take(count);
  }

  /** Takes what it says, in order. */
  handleMessages(messages: readonly ViewerMessage[]): void {
    for (const message of messages) this.#seat?.handleMessage(message);
  }

  /** Takes binary messages, in order. */
  handleInput(messages: readonly Uint8Array[]): void {
    for (const bytes of messages) this.#seat?.handleBytes(bytes);
  }

  /**
   * Gives what is newer than `after` (HV1), which is what the viewer knows. A poll that comes while another waits takes its
   * place; the other one is answered as it stands. `abandoned` ends the waiting when nobody listens any more.
   */
  async poll(after: number, abandoned: AbortSignal): Promise<PollAnswer> {
    this.#hear();
    this.#kept = this.#kept.filter(({ number }) => number > after);
    this.#endPoll();
    if (this.#kept.length > 0 || this.#closed) return this.#answer();
    const { promise, resolve } = Promise.withResolvers<PollAnswer>();
    const deadline = setTimeout(() => this.#endPoll(), this.#options.pollMs);
    const poll: Poll = { deadline, answer: resolve };
    this.#poll = poll;
    // Who waits for an answer is there.
    clearTimeout(this.#silence);
    abandoned.addEventListener("abort", () => this.#poll === poll && this.#endPoll(), { once: true });
    const answer = await promise;
    if (!this.#closed && this.#poll === null) this.#hear();
    return answer;
  }

  /** It left. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#silence);
    this.#endPoll();
    const seat = this.#seat;
    this.#seat = null;
    seat?.leave();
    this.emit("closed", {});
  }

  /** HV3. */
  #hear(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.close(), this.#options.silenceMs);
  }

  /** HV2. */
  #dropOne(): void {
    const kept = this.#kept;
    const isOutdated = ({ message }: Kept, at: number) =>
      message.kind !== "message" && kept.findLastIndex((later) => later.message.kind === message.kind) > at;
    const outdated = kept.findIndex(isOutdated);
    kept.splice(Math.max(0, outdated), 1);
  }

  #answer(): PollAnswer {
    return { next: this.#last, messages: this.#kept.map(({ message }) => message) };
  }

  #endPoll(): void {
    const poll = this.#poll;
    if (poll === null) return;
    this.#poll = null;
    clearTimeout(poll.deadline);
    poll.answer(this.#answer());
  }
}
