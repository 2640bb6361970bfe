/** Owns the contract of a viewer: what a page sees of it. `RoomViewer` keeps it. */

import type { ConsoleLine } from "../shared/console.ts";
import type { Json, MessageData, MessageSource } from "../shared/custom-message.ts";
import type { StreamErrorCode } from "../shared/errors.ts";
import type { PersonPointer } from "../shared/feedback.ts";
import type { PanelControl } from "../shared/panels.ts";
import type { Person, Role } from "../shared/people.ts";
import type { Preference, StreamQuality } from "../shared/stream-quality.ts";
import type { TunnelUsage } from "../shared/tunnel.ts";
import type { ControlState, ViewerControl } from "./people/viewer-control.ts";
import type { ViewerLinks } from "./people/viewer-links.ts";
import type { ViewerOutputs } from "./people/viewer-outputs.ts";
import type { ViewerPeople } from "./people/viewer-people.ts";
import type { ViewerRecordings } from "./people/viewer-recordings.ts";
import type { PanelFolder, ViewerPanels } from "./scene/viewer-panels.ts";
import type { ViewerScene } from "./scene/viewer-scene.ts";
import type { ViewerStats } from "./streams/viewer-stats.ts";
import type { ViewerState } from "./viewer-state.ts";

/** What a viewer tells, by name: `viewer.on(name, listener)`. */
export type ViewerEvents = {
  /** `state` is another. */
  readonly stateChanged: { readonly state: ViewerState };
  /** Once a second. */
  readonly statsUpdated: { readonly stats: ViewerStats };
  /** The scene threw and goes on; a sentence for people. Null takes it back. */
  readonly noticeChanged: { readonly text: string | null };
  /** The scene printed something to its console; hosts are told. */
  readonly consolePrinted: ConsoleLine;
  /** So much went through the tunnel of the server's share link; hosts are told. */
  readonly tunnelUsed: TunnelUsage;
  /** What is shown is being recorded, or is not any more; `replaySeconds` of late can be saved, for hosts. */
  readonly recordingChanged: { readonly isOn: boolean; readonly replaySeconds: number | null };
  /** The scene has another title, or its first one. */
  readonly titleChanged: { readonly title: string };
  /** Somebody came, went, or is another than before. */
  readonly peopleChanged: { readonly people: readonly Person[] };
  /** Somebody else steers, or by other rules. */
  readonly controlChanged: { readonly control: ControlState };
  /** The holder or a host refused this viewer's asking for control. */
  readonly controlRefused: { readonly sentence: string };
  /** The server left something out that this viewer wanted; a sentence for people. */
  readonly refused: { readonly code: StreamErrorCode; readonly sentence: string };
  /** The scene sent a message, or the program that runs the server did. */
  readonly messageReceived: { readonly data: MessageData; readonly from: MessageSource };
  /** The scene gave another state; null where it gives none any more. */
  readonly sceneStateChanged: { readonly state: Json | null };
  /** The panels of the scene changed; `changed` are the controls that are others than before, null where there are other ones. */
  readonly panelsChanged: { readonly panels: readonly PanelFolder[]; readonly changed: readonly PanelControl[] | null };
  /** Where the pointers of others are now; those that did not move are not told again. */
  readonly pointersMoved: { readonly pointers: readonly PersonPointer[] };
  /** Frames stopped or go on, by `pause()`, `resume()` or because the page was hidden or shown. */
  readonly pausedChanged: { readonly isPaused: boolean };
  /**
   * The browser keeps no cookie of the server that this page comes from, so the token that was right counts for as long as the
   * page is open. A page of another site is always let in so, and not told.
   */
  readonly cookieRefused: Record<never, never>;
  /** What the server sends this viewer is of another quality; null before it says so. */
  readonly qualityChanged: { readonly quality: StreamQuality | null };
};

/** Shows a scene in an element of the page and sends input back. Made by `createViewer`. */
export type Viewer = {
  /** Who is in the room. */
  readonly people: ViewerPeople;
  /** Who steers. */
  readonly control: ViewerControl;
  /** The links by which others come in. */
  readonly links: ViewerLinks;
  /** What is recorded on the server. */
  readonly recordings: ViewerRecordings;
  /** What is sent on to servers of others. */
  readonly outputs: ViewerOutputs;
  /** The scene, its messages and its state. */
  readonly scene: ViewerScene;
  /** The controls that the scene offers, as those of lil-gui. */
  readonly panels: ViewerPanels;
  /** What this viewer is doing. */
  readonly state: ViewerState;
  /** What this viewer may do; null before the server said it. */
  readonly role: Role | null;
  /**
   * The element that shows the picture and takes input, for focus and labels; its cursor is the scene's, and for who steers it has the
   * attribute `data-takes-drags` while the scene listens to drags. Owned by the viewer.
   */
  readonly element: HTMLElement;
  /** Whether frames stopped: `pause()` was called, or the page is hidden. */
  readonly isPaused: boolean;
  /** What the server sends, and why not more; null before it says so, and over Motion JPEG. */
  readonly quality: StreamQuality | null;
  /** What is given up first on a slow way. */
  readonly preference: Preference;
  /** The most that the pictures may take, in bits a second; null for what the server gives. */
  readonly maxBitrateBps: number | null;
  /** Calls `listener` at every `name` event. Returns a function that takes it off again. */
  on<Name extends keyof ViewerEvents>(name: Name, listener: (event: ViewerEvents[Name]) => void): () => void;
  /** The figures of this moment. */
  stats(): ViewerStats;
  /**
   * The picture of this moment as PNG in its own size: as it is on the `screen`, which is the default and which some
   * browsers give a script in false colours, or the very pixels that the `server` drew last. Rejects with an `Error` when
   * there is none.
   */
  snapshot(from?: "screen" | "server"): Promise<Blob>;
  /**
   * Draws what is on the screen at this moment into a canvas, as large as it fits there, with black bars where it has another
   * shape: for a texture, or to record it. False where there is no picture.
   */
  draw(canvas: HTMLCanvasElement): boolean;
  /** No frames are sent until `resume()`; the last picture stays. */
  pause(): void;
  /** Takes `pause()` back. A hidden page stays paused. */
  resume(): void;
  /** Throws `TypeError` where it is none of `auto`, `sharp` and `fluid`. */
  setPreference(preference: Preference): void;
  /** 100 000 to 200 000 000 bits a second, or null for what the server gives. Throws `TypeError`. */
  setMaxBitrate(maxBitrateBps: number | null): void;
  /**
   * Shows the server the token of a share link, while the state is `locked`, or another one. Resolves with whether it was
   * right; then it comes in by it.
   */
  unlock(token: string): Promise<boolean>;
  /** Ends the connection and takes the picture out of the page. */
  close(): Promise<void>;
  /** As `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
};
