/** Owns the messages between the session and its render thread. Times are milliseconds since the epoch. */

import type { MessagePort } from "node:worker_threads";
import type { ConsoleLine } from "../../shared/console.ts";
import type { PointerWish } from "../../shared/cursor.ts";
import type { MessageBody } from "../../shared/custom-message.ts";
import type { PlainError } from "../../shared/errors.ts";
import type { InputEvent } from "../../shared/input.ts";
import type { PanelChange, PanelNews } from "../../shared/panels.ts";
import type { Role } from "../../shared/people.ts";
import type { Preference } from "../../shared/signaling.ts";
import type { Milliseconds } from "../../shared/time.ts";
import type { PictureSize, SceneContent } from "../../shared/video.ts";
import type { FrameRingInit } from "../frames/frame-ring.ts";
import type { PictureWish } from "../frames/picture-wish.ts";
import type { GivenParameters, HeldParameters } from "../platform/given-parameters.ts";
import type { ParameterValues } from "../platform/parameters.ts";
import type { RenderScale } from "./drawn-scale.ts";
import type { ArrivedFrame, SlotFreed, SourceOpened, ToldEvent, WishedPicture } from "./source-protocol.ts";

/** Who draws: the text that the driver gives, and whether it is a GPU or a program on the CPU. */
export type RendererInfo = {
  readonly name: string;
  readonly isGpu: boolean;
  /** Which way it was reached: ANGLE on Vulkan, or on OpenGL with a display; "program" where another program draws. */
  readonly backend: "vulkan" | "opengl" | "program";
};

export type RenderThreadData = {
  readonly sceneUrl: string;
  readonly size: PictureSize;
  readonly maxFps: number;
  /** How large it is drawn while things move, without a GPU. */
  readonly scale: RenderScale;
  /** Draws all around the camera of any scene. Default: where its camera says so. */
  readonly panorama?: boolean;
  /** What is given up where drawing is too slow, before anybody steers. */
  readonly preference: Preference;
  readonly watch: boolean;
  readonly ring: FrameRingInit;
  /** The JSON text of the state that the scene is to begin in; null for its own. */
  readonly state: string | null;
  /** What was given for the scene's parameters. */
  readonly parameters: GivenParameters;
  /** How OpenGL is reached. */
  readonly backend: RendererInfo["backend"];
  /** Draws as on a GPU, or as without one, whichever there is; null looks. */
  readonly asGpu: boolean | null;
  /** The memory of the thread's pulse (render-pulse.ts). */
  readonly pulse: SharedArrayBuffer;
  /** Whether time passes by the `play` messages alone, until the last one. Default false. */
  readonly isStepped?: boolean;
  /** Gives frames as I420, or as RGBA alone; null is the former as on a GPU. */
  readonly i420: boolean | null;
  /** By which data comes (data/data-protocol.ts). Default: there is none. */
  readonly dataPort?: MessagePort;
};

/** How the start of a scene goes. */
export type StartReport = {
  /** A sentence for people. */
  readonly sentence: string;
  /** Whether it takes so long that it may never end. */
  readonly isLate: boolean;
  /** Whether the scene keeps its thread busy, so that it hears of no saved file. */
  readonly isBusy: boolean;
};

/** Who sent a message to the scene. */
export type MessageSender = {
  readonly person: number;
  /** Empty where the server passes no names on. */
  readonly name: string;
  readonly role: Role;
  readonly hasControl: boolean;
};

/** An event on its way to the scene, with whose it is and when it came. */
export type QueuedInput = {
  readonly viewerId: string;
  readonly sequence: number;
  readonly receivedAt: Milliseconds;
  readonly event: InputEvent;
};

/** Input that reached the scene, and when. */
export type ToldInput = Omit<QueuedInput, "sequence" | "receivedAt"> & { readonly at: Milliseconds };

/** Input that is played; `atMs` is its time since the thread was started. */
export type PlayedInput = { readonly viewerId: string; readonly atMs: number; readonly event: InputEvent };

/** A piece of a replay. Where time is stepped it passes from one input to the next, and on to `untilMs`. */
export type Played = {
  readonly inputs: readonly PlayedInput[];
  readonly untilMs: number;
  /** Whether nothing follows: then time passes as it does elsewhere. */
  readonly isLast: boolean;
};

/** What is told of a scene's parameters: those that it declares, their values, and which of them the program set. */
export type ParameterNews = HeldParameters & { readonly set: ParameterValues };

/** The session is the only sender. */
export type ToRenderThread =
  | ({ readonly kind: "input" } & QueuedInput)
  /** Answered by `played`. */
  | ({ readonly kind: "play" } & Played)
  /** Whether anybody looks. While nobody does, nothing is drawn. */
  | { readonly kind: "watched"; readonly watched: boolean }
  /** Whether anybody takes frames as RGBA; the picture at rest is so in any case. */
  | { readonly kind: "rgba-wanted"; readonly wanted: boolean }
  /** What is to be given up where drawing is too slow, as those who steer prefer it. */
  | { readonly kind: "preference"; readonly preference: Preference }
  /** The picture is to have this size, at most as many pixels as the ring has room for. */
  | { readonly kind: "resize"; readonly size: PictureSize }
  | { readonly kind: "message"; readonly from: MessageSender; readonly body: MessageBody }
  /** The scene is to take this state; JSON text. */
  | { readonly kind: "set-state"; readonly state: string }
  /** The scene's parameters are to have these values; answered by `parameters-set`. */
  | { readonly kind: "set-parameters"; readonly requestId: number; readonly values: ParameterValues }
  /** A viewer with control changes a control of a panel. */
  | { readonly kind: "panel"; readonly change: PanelChange }
  /** A program came that makes the pictures; the same again to a thread that was started since. */
  | ({ readonly kind: "source-opened" } & SourceOpened)
  /** It has put a frame into a slot; answered by `slot-freed` once that is the program's again. */
  | ({ readonly kind: "frame-arrived" } & ArrivedFrame)
  /** Viewers wish for such pictures of it. */
  | ({ readonly kind: "picture-wished" } & WishedPicture)
  /** For a studio: why a room that it asked for gives no pictures; null: it gives some, or is about to. */
  | { readonly kind: "mirror-told"; readonly mirrorId: string; readonly trouble: string | null }
  | { readonly kind: "close" };

/** Which room a studio asks for, by the name that the server has for it. */
export type MirrorAsked = { readonly mirrorId: string; readonly room: string; readonly wish: PictureWish | null };

/** Which inputs a frame is the first to show. Posted before the frame is published. */
export type ShownInput = { readonly viewerId: string; readonly sequence: number; readonly receivedAt: Milliseconds };

/** The render thread is the only sender. */
export type FromRenderThread =
  | {
      readonly kind: "ready";
      readonly renderer: RendererInfo;
      readonly title: string;
      readonly messagesFrom: "control" | "everyone";
      readonly content: SceneContent;
      /** Whether its pictures show all around, equirectangular. Default false. */
      readonly isPanorama?: boolean;
    }
  /**
   * The first scene is on its way: its modules are being loaded, or its setup() runs, with what three's loaders have loaded.
   * Twice a second until `ready`, unless the scene keeps the thread busy.
   */
  | {
      readonly kind: "starting";
      readonly step: "load" | "setup";
      readonly loaded: number;
      readonly total: number;
      readonly item: string | null;
    }
  /** The scene's own files, where they are watched: a change of one of them begins a new scene. */
  | { readonly kind: "files"; readonly files: readonly string[] }
  /** The scene printed something; bounded in size and rate. */
  | ({ readonly kind: "console" } & ConsoleLine)
  /** The scene has what was played. */
  | { readonly kind: "played"; readonly isLast: boolean }
  | { readonly kind: "inputs-shown"; readonly frame: number; readonly inputs: readonly ShownInput[] }
  /** The scene may have come to rest: this frame of it is being drawn with more care, unless it moves first. */
  | { readonly kind: "resting"; readonly frame: number }
  /** The scene threw and the stream goes on with what it has; null when it works again. */
  | { readonly kind: "notice"; readonly text: string | null }
  /** OpenGL refused something while these frames were drawn, so they may look wrong. The error's name, for the log. */
  | { readonly kind: "gl-errors"; readonly name: string; readonly count: number }
  | {
      readonly kind: "reloaded";
      readonly title: string;
      readonly messagesFrom: "control" | "everyone";
      readonly content: SceneContent;
      /** As of `ready`. */
      readonly isPanorama?: boolean;
    }
  /** A message of the scene for a person, or for everybody (null). */
  | { readonly kind: "message"; readonly to: number | null; readonly body: MessageBody }
  /** The scene gave itself another title. At most twice a second. */
  | { readonly kind: "title"; readonly title: string }
  /** The scene wants another cursor over its picture, or listens to drags or does not any more. */
  | ({ readonly kind: "cursor" } & PointerWish)
  /** The scene's state changed: JSON text, or null where it gives none. At most four times a second. */
  | { readonly kind: "state"; readonly state: string | null }
  /** The parameters of the scene that is shown, at every change. Once at least, before `ready`. */
  | { readonly kind: "parameters"; readonly news: ParameterNews }
  /** The scene has the values, or it threw, or they do not fit; `parameters` says what holds. */
  | { readonly kind: "parameters-set"; readonly requestId: number; readonly error: PlainError | null }
  /** The scene has other panels: all of them. Once at least, before `ready`. */
  | { readonly kind: "panels"; readonly news: PanelNews }
  /** Controls that differ from the last `panels`. At most ten times a second. */
  | { readonly kind: "panel-changes"; readonly news: PanelNews }
  /** A slot is the program's again. */
  | ({ readonly kind: "slot-freed" } & SlotFreed)
  /** The program that makes the pictures is to be told this. */
  | ({ readonly kind: "canvas-event" } & ToldEvent)
  /** Whether anybody watches, for the program. */
  | { readonly kind: "source-watched"; readonly watched: boolean }
  /** The program's pictures have another size: this one, which they are shown in once `resize` says so. */
  | { readonly kind: "size-met"; readonly size: PictureSize }
  /** A studio asks for the pictures of a room, or for the same otherwise; null: for none any more. `mirror-told` answers. */
  | ({ readonly kind: "mirror-asked" } & MirrorAsked)
  /** Sent once a second while frames are rendered; at most 256 times a list. */
  | {
      readonly kind: "report";
      readonly rendered: number;
      /** Frames of a program that a newer one took the place of. Default 0. */
      readonly replaced?: number;
      readonly renderMs: readonly number[];
      readonly readbackMs: readonly number[];
      readonly cpuMs: number;
    };
