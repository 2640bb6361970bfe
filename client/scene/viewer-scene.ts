/** Owns the contract of the scene that a viewer watches, as pages see it. `RemoteScene` keeps it. */

import type { Json, MessageData } from "../../shared/custom-message.ts";
import type { PictureSize } from "../../shared/video.ts";

/** The scene that this viewer watches. */
export type ViewerScene = {
  /** Empty before the server told it. `titleChanged` of the viewer tells that it changed. */
  readonly title: string;
  /** The size of the scene's picture in pixels, however large it is sent; null before the server told it. */
  readonly size: PictureSize | null;
  /** What the scene threw last and has not taken back, for people to read. `noticeChanged` tells that it changed. */
  readonly notice: string | null;
  /** The newest state that the scene gave; null where it gives none. `sceneStateChanged` tells that it changed. */
  readonly state: Json | null;
  /** The address of the server's start page, where it shows several scenes; null where it does not, and before it said so. */
  readonly startUrl: string | null;
  /** Whether the picture is composed of several sources, which hosts arrange; false before the server said so. */
  readonly isStudio: boolean;
  /**
   * Has the scene take a state that it gave before, for whoever has control. Throws `TypeError` where it is no JSON or
   * more than 16 384 characters long.
   */
  setState(state: Json): void;
  /**
   * Sends the scene a message: JSON of at most 16 384 characters, or 32 768 bytes. Throws `TypeError` where it is
   * longer or cannot be sent. `messageReceived` of the viewer is a message of the scene.
   */
  send(data: MessageData): void;
  /** Has the scene started again, with its state, as a host. `refused` of the viewer tells where it is not. */
  restart(): void;
  /** This page's address with the state of the scene in its fragment; null where the scene gives none. */
  stateLink(): string | null;
};
