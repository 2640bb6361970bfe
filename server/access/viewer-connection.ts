/**
 * Owns what stands between the ways in (http/) and the rooms: the connection of a viewer, by which it is sent things, and its
 * seat, which takes what comes from it. Main process. Types only.
 */

import type { StreamErrorCode } from "../../shared/errors.ts";
import type { ServerMessage, ViewerMessage } from "../../shared/signaling.ts";
import type { Admission } from "./identity.ts";

/** How the server reaches a viewer. All of it drops what a viewer that is gone can no longer get. */
export type ViewerConnection = {
  /** Takes everything that comes from the viewer to this seat from now on, and leaves it when the viewer is gone. */
  setSeat(seat: Seat): void;
  sendMessage(message: ServerMessage): void;
  /** Sends a binary message (shared/socket-message.ts). */
  sendBytes(bytes: Uint8Array): void;
  /** Cuts the connection; the viewer may come back as another one. */
  cut(): void;
  /** Says why it is over and ends the connection. A page does not come back by itself then. */
  end(code: StreamErrorCode, sentence: string): void;
};

/** A viewer that came, before it has a seat. */
export type NewViewer = {
  /** Never used before. */
  readonly viewerId: string;
  /** By the page's WebSocket, or by plain HTTP; or a program, by the WebSocket of pages. */
  readonly way: "page" | "http" | "program";
  readonly connection: ViewerConnection;
  readonly admission: Admission;
  /** What it wants to be called, if it has a wish. */
  readonly name: string | null;
};

/** A viewer's place: first in the queue, then in a room. */
export type Seat = {
  handleMessage(message: ViewerMessage): void;
  /** Takes a binary message, input or an acknowledgement, unread. */
  handleBytes(bytes: Uint8Array): void;
  /** The viewer is gone. Once. */
  leave(): void;
};
