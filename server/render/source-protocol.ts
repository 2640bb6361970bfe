/**
 * Owns what the main process, the process of a room and its render thread say to each other of a program that makes the pictures,
 * beside what they say of every scene. Types only.
 *
 * A program that joins is a *source* with a number of its own and memory of its own; that of the one before is kept until the first
 * frame of the new one is shown.
 */

import type { CanvasEvent } from "../../shared/canvas-event.ts";
import type { ProgramFrame, SharedFrames } from "../../shared/frame-source.ts";
import type { Milliseconds } from "../../shared/time.ts";
import type { PictureSize } from "../../shared/video.ts";

/** A frame that a program has put into a slot. */
export type ArrivedFrame = Required<Pick<ProgramFrame, "slot" | "number" | "width" | "height" | "format" | "rows">> & {
  readonly source: number;
  /** When its drawing began, as far as the program says it, and how long that took. */
  readonly renderedAt: Milliseconds;
  readonly renderMs: number;
  /** The last event that it shows, by the number that the render thread gave it; null: all that were told before. */
  readonly answers: number | null;
};

/** A program came, with memory of its own. */
export type SourceOpened = {
  readonly source: number;
  readonly memory: SharedFrames;
  /** No larger picture is wished for. */
  readonly maxPixels: number;
  /** Whether it makes pictures of the size that is wished for; else they have a size of their own. */
  readonly resizes: boolean;
};

/** A slot is the program's again. */
export type SlotFreed = {
  readonly source: number;
  readonly slot: number;
  readonly number: number;
  readonly shown: boolean;
};

/** What the program is told. `number` counts from 1 in each life of the thread. */
export type ToldEvent = { readonly number: number; readonly event: CanvasEvent };

/** The picture that viewers wish for. */
export type WishedPicture = {
  /** In pixels. */
  readonly size: PictureSize;
  /** How many pixels one of the window has. */
  readonly ratio: number;
};
