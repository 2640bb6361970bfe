/** Owns what a document and its elements ask of the window that they are in, whatever that is. Types alone. */

import type { PageEventTarget } from "../events/page-event-target.ts";
import type { PageNode } from "./page-node.ts";

/** An element with a sheet in it, or one that names it. */
export type SheetElement = PageNode & {
  sheetText(): string;
  getAttribute(name: string): string | null;
};

/** The window of a document. Events bubble up to it. */
export type DocumentView = PageEventTarget & {
  /** The size of the picture in pixels. */
  readonly innerWidth: number;
  readonly innerHeight: number;
  readonly location: URL;
  readonly fonts: unknown;
  /** The style sheets, and the labels over the picture. */
  readonly sheets: { note(element: SheetElement): void };
  readonly labels: { note(element: PageNode): void; handleChange(): void };
  /** Who has captured a pointer. */
  readonly pointers: {
    capture(pointerId: number, element: PageNode): void;
    release(pointerId: number): void;
    hasCapture(pointerId: number, element: PageNode): boolean;
  };
  fetch(address: string): Promise<Response>;
  /** The file that an address means; null for what is not on this machine. */
  fileOf(address: string): string | null;
  /** Closes `thing` with the page. */
  own(thing: { close(): void }): void;
  requestAnimationFrame(callback: (time: number) => void): number;
  /** The cursor of an element may have changed. */
  handleCursor(): void;
  /** The document has another title. */
  handleTitle(): void;
  reportError(error: unknown): void;
};
