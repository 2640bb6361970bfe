/** Owns which inputs wait to be seen: it finds, for each frame sent to a viewer, the inputs that it is the first to show. Pure. */

import type { Milliseconds } from "../../shared/time.ts";
import type { ShownInput } from "../render/render-protocol.ts";

export type { ShownInput } from "../render/render-protocol.ts";

type Waiting = { readonly frame: number; readonly sequence: number; readonly receivedAt: Milliseconds };

/** A viewer that is sent nothing for long must not fill the memory. */
const MAX_WAITING = 256;

export class ShownInputs {
  readonly #waiting = new Map<string, Waiting[]>();

  /** Notes that `frame` is the first to show these inputs. */
  add(frame: number, inputs: readonly ShownInput[]): void {
    for (const { viewerId, sequence, receivedAt } of inputs) {
      // Made by the server, to let go of what a viewer held: no viewer waits for it.
      if (sequence === 0) continue;
      const waiting = this.#waiting.get(viewerId) ?? [];
      this.#waiting.set(viewerId, waiting);
      waiting.push({ frame, sequence, receivedAt });
      if (waiting.length > MAX_WAITING) waiting.shift();
    }
  }

  /** The newest input of a viewer that is first shown by `frame` or by one before it that was not sent; null if none. */
  takeNewest(viewerId: string, frame: number): { readonly sequence: number; readonly receivedAt: Milliseconds } | null {
    const waiting = this.#waiting.get(viewerId);
    if (waiting === undefined) return null;
    const shown = waiting.filter((input) => input.frame <= frame);
    if (shown.length === 0) return null;
    this.#waiting.set(viewerId, waiting.slice(shown.length));
    return shown.reduce((newest, input) => (input.sequence > newest.sequence ? input : newest));
  }

  forget(viewerId: string): void {
    this.#waiting.delete(viewerId);
  }
}
