/**
 * Owns what a piece of work is, and the messages between who has the work and the processes or threads that do pieces.
 *
 * A piece is one call of a module's function `work`, in a process or thread of its own or one that does others afterwards. Its input, what it says
 * of its progress and its result are plain data that can be sent between processes. A piece may be begun several times, since a
 * process may be killed at any moment; so it leaves nothing half done under a name that counts, and does the same each time.
 */

import type { PlainError } from "../../shared/errors.ts";

/** What a piece is given besides its input. */
export type PieceContext<Progress> = {
  /** Tells how far it is. */
  readonly progressed: (progress: Progress) => void;
  /** Aborted when nobody wants it any more. Who does not heed it is killed a second later. */
  readonly signal: AbortSignal;
};

/** What a module of pieces exports as `work`. What it rejects with is passed on, and not tried again. */
export type PieceWork<Input, Progress, Result> = (input: Input, context: PieceContext<Progress>) => Promise<Result>;

/** Who has the work is the only sender. One piece at a time. */
export type ToPieceProcess =
  | {
      readonly kind: "begin";
      readonly module: string;
      readonly input: unknown;
      /** Written to both outputs when the piece is over, so that what it printed can be told from what the next one does; null for nothing. */
      readonly mark: string | null;
    }
  /** Answered as `begin` is. */
  | { readonly kind: "cancel" }
  | { readonly kind: "end" };

/** Who does the pieces is the only sender. `done` and `failed` end a piece. */
export type FromPieceProcess =
  | { readonly kind: "progressed"; readonly progress: unknown }
  | { readonly kind: "done"; readonly result: unknown }
  | { readonly kind: "failed"; readonly isMisuse: boolean; readonly error: PlainError };
