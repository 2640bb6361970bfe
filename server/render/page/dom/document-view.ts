/** Owns what a document and its elements ask of the window that they are in, whatever that is. Types alone. */

import type { PageEventTarget } from "../events/page-event-target.ts";
import type { SheetElement } from "../styles/style-sheets.ts";
import type { HtmlElement } from "./html-element.ts";
import type { PageElement } from "./page-element.ts";

/** The window of a document. Events bubble up to it. */
export type DocumentView = PageEventTarget & {
  /** The size of the picture in pixels. */
  readonly innerWidth: number;
  readonly innerHeight: number;
  readonly location: URL;
  readonly fonts: unknown;
  /** The style sheets, and the labels over the picture. */
  readonly sheets: { note(element: SheetElement): void };
  readonly labels: { note(element: HtmlElement): void; handleChange(): void };
  /** Who has captured a pointer. */
  readonly pointers: {
    capture(pointerId: number, element: PageElement): void;
    release(pointerId: number): void;
    hasCapture(pointerId: number, element: PageElement): boolean;
  };
  fetch(address: string): Promise<Response>;
  /** The file that an address means; null for what is not on this machine. */
  fileOf(address: string): string | null;
  /** Closes `thing` with the page. */
  own(thing: { close(): void }): void;
  requestAnimationFrame(callback: (time: number) => void): number;
  /** The cursor of an element may have changed. */
  handleCursor(): void;
  reportError(error: unknown): void;
};
