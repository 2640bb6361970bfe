/** Owns a viewer's seat in a room, in the main process: what comes from it goes to who deals with it, and to nobody once it left. */

import { StreamError } from "../../shared/errors.ts";
import type { ViewerMessage } from "../../shared/signaling.ts";
import { type Milliseconds, now } from "../../shared/time.ts";
import type { Seat } from "../access/viewer-connection.ts";
import { trace } from "../platform/trace.ts";
import type { SessionViewers } from "../session/session-viewers.ts";
import type { MessageBudgets, Verdict } from "./message-budgets.ts";
import type { PanelRelay } from "./panel-relay.ts";
import type { People } from "./people.ts";
import type { SceneRelay } from "./scene-relay.ts";
import type { ViewerDirectory } from "./viewer-directory.ts";

/** A viewer says how much has come of an exact picture that it asked for under this number. */
export type ExactReceipt = { readonly viewerId: string; readonly request: number; readonly bytes: number };

/** What a page told of itself for a trace, and when it came. */
export type PageAnswer = {
  readonly viewerId: string;
  readonly cameAt: Milliseconds;
  readonly answer: Extract<ViewerMessage, { readonly kind: "traced" }>;
};

/** How it was for a viewer of late. */
export type Feeling = Pick<Extract<ViewerMessage, { readonly kind: "felt" }>, "presses" | "stalls">;

/** A viewer that says so more often would weigh more than others. */
const MIN_FELT_MS = 9_000;

export type RoomSeatParts = {
  readonly viewers: ViewerDirectory;
  readonly people: People;
  readonly relay: SceneRelay;
  readonly panels: PanelRelay;
  /** What goes to the scene's process. */
  readonly session: SessionViewers;
  readonly budgets: MessageBudgets;
  exactReceived(receipt: ExactReceipt): void;
  /** A page answered what it was asked for a trace. */
  traced(answer: PageAnswer): void;
  /** How it was for a viewer. */
  felt(feeling: Feeling): void;
};

export class RoomSeat implements Seat {
  readonly #viewerId: string;
  readonly #parts: RoomSeatParts;
  #feltAt = Number.NEGATIVE_INFINITY;

  constructor(viewerId: string, parts: RoomSeatParts) {
    this.#viewerId = viewerId;
    this.#parts = parts;
  }

  handleMessage(message: ViewerMessage): void {
    if (!this.#allows((budgets, talker) => budgets.takeMessage(talker, message.kind))) return;
    const viewerId = this.#viewerId;
    const { people, relay, panels, session, exactReceived } = this.#parts;
    switch (message.kind) {
      case "control":
      case "name":
        return people.handleMessage(viewerId, message);
      case "message":
      case "scene-state":
        return relay.handleMessage(viewerId, message);
      case "restart":
        return relay.handleRestart(viewerId);
      case "panel":
        return panels.handleChange(viewerId, { id: message.id, value: message.value, last: message.last });
      case "felt":
        return this.#handleFelt(message);
      case "traced":
        return this.#parts.traced({ viewerId, cameAt: now(), answer: message });
      case "exact-received":
        return exactReceived({ viewerId, request: message.request, bytes: message.bytes });
      case "pause":
        people.handleMessage(viewerId, message);
        return session.handleMessage(viewerId, message);
      default:
        return session.handleMessage(viewerId, message);
    }
  }

  handleBytes(bytes: Uint8Array): void {
    if (!this.#allows((budgets, talker) => budgets.takeBytes(talker, bytes))) return;
    const begun = trace.begin();
    this.#parts.session.handleBytes(this.#viewerId, bytes);
    trace.end("relay", begun);
  }

  #handleFelt({ presses, stalls }: Feeling): void {
    const at = now();
    if (at - this.#feltAt < MIN_FELT_MS) return;
    this.#feltAt = at;
    this.#parts.felt({ presses, stalls });
  }

  leave(): void {
    this.#parts.budgets.forget(this.#viewerId);
    this.#parts.viewers.remove(this.#viewerId);
  }

  /** Not what is too much (MB3), nor anything of one that was sent out, who may have more to say. */
  #allows(take: (budgets: MessageBudgets, talker: { viewerId: string; linkId: string | null }) => Verdict): boolean {
    const viewerId = this.#viewerId;
    const { viewers, budgets } = this.#parts;
    const entry = viewers.get(viewerId);
    if (entry === null) return false;
    switch (take(budgets, { viewerId, linkId: entry.identity.linkId })) {
      case "taken":
        return true;
      case "left-out":
        return false;
      case "told":
        viewers.refuse(viewerId, "too-fast", new StreamError("too-fast").message);
        return false;
      case "sent-out":
        viewers.end(viewerId, "flooded", new StreamError("flooded").message);
        return false;
    }
  }
}
