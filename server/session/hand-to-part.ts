/** Owns which part of a session a message of the scene's process is for, in the main process. */

import type { RoomData } from "../data/room-data.ts";
import type { ExactPicture } from "./exact-picture.ts";
import type { FrameFeed } from "./frame-feed.ts";
import type { PictureRequests } from "./picture-requests.ts";
import type { SessionOutputs } from "./session-outputs.ts";
import type { FromSession } from "./session-protocol.ts";
import type { SessionViewers } from "./session-viewers.ts";

type OfParts = Extract<
  FromSession,
  {
    readonly kind:
      | "whep-answered"
      | "whep-refused"
      | "jpeg-encoded"
      | "snapshot-taken"
      | "snapshot-refused"
      | "slot-freed"
      | "canvas-event"
      | "source-watched"
      | "output-told"
      | "output-piece"
      | "clip-saved"
      | "clip-refused"
      | "data-said"
      | "rest-begun"
      | "rest-changed";
  }
>;

type SessionParts = {
  readonly viewers: SessionViewers;
  readonly pictures: PictureRequests;
  readonly frames: FrameFeed;
  readonly outputs: SessionOutputs;
  readonly data: RoomData;
  readonly exactPicture: ExactPicture;
};

/** Gives a message to the part that it is for. Returns those that are for none of them. */
export function handToPart<Message extends FromSession>(
  message: Message,
  parts: SessionParts,
): Exclude<Message, OfParts> | null;
export function handToPart(message: FromSession, parts: SessionParts): Exclude<FromSession, OfParts> | null {
  switch (message.kind) {
    case "whep-answered":
    case "whep-refused":
      parts.viewers.handleWhep(message);
      return null;
    case "jpeg-encoded":
    case "snapshot-taken":
    case "snapshot-refused":
      parts.pictures.handle(message);
      return null;
    case "slot-freed":
    case "canvas-event":
    case "source-watched":
      parts.frames.handle(message);
      return null;
    case "output-told":
    case "output-piece":
    case "clip-saved":
    case "clip-refused":
      parts.outputs.handle(message);
      return null;
    case "data-said":
      parts.data.handle(message.message);
      return null;
    case "rest-begun":
      parts.exactPicture.handleBegun(message.picture);
      return null;
    case "rest-changed":
      parts.exactPicture.handleRest(message.picture);
      return null;
    default:
      return message;
  }
}
