/**
 * Owns what stands between the way in of programs that make pictures (http/) and the rooms: the connection of a program, by which it
 * is told things, and its seat, which takes what it says (shared/frame-source.ts). Main process. Types only.
 */

import type { StreamErrorCode } from "../../shared/errors.ts";
import type { ProgramFrame, ProgramHello, ProgramMessage, ToProgram } from "../../shared/frame-source.ts";
import type { Admission } from "./identity.ts";

/** How the server reaches a program. What one that is gone can no longer get is dropped. */
export type ProgramConnection = {
  /** Takes everything that the program says to this seat from now on, and leaves it when the program is gone. */
  setSeat(seat: ProgramSeat): void;
  send(message: ToProgram): void;
  /** Resolves to whether the program gives a sign of life within so many milliseconds. */
  answersWithin(deadlineMs: number): Promise<boolean>;
  /** Says why it is over, and ends the connection. */
  end(code: StreamErrorCode, sentence: string): void;
  /** Cuts the connection to a program that gives no sign of life. */
  cut(): void;
};

/** A program that came. */
export type NewProgram = {
  readonly hello: ProgramHello;
  readonly connection: ProgramConnection;
  readonly admission: Admission;
};

/** What takes what a program says. What throws or rejects with `TypeError` is refused, and the program is told so. */
export type ProgramSeat = {
  handleMessage(message: Exclude<ProgramMessage, { readonly kind: "hello" }>): void;
  /** A frame came in the socket. */
  handleFrame(frame: ProgramFrame, pixels: Uint8Array): Promise<void>;
  /** The program is gone. Once. */
  leave(): void;
};
