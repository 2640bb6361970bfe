/** Owns the messages between who draws a scene frame by frame and the render thread that does it. */

import type { ConsoleLine } from "../../shared/console.ts";
import type { InputEvent } from "../../shared/input.ts";
import type { PanelChange } from "../../shared/panels.ts";
import type { PictureSize } from "../../shared/video.ts";
import type { GivenParameters } from "../platform/given-parameters.ts";
import type { ParameterValues } from "../platform/parameters.ts";
import type { RendererInfo } from "./render-protocol.ts";

export type OfflineThreadData = {
  readonly sceneUrl: string;
  readonly size: PictureSize;
  /** Drawings of which each picture is the mean: a power of two, at most 256. */
  readonly samples: number;
  /** What `Math.random` follows from. */
  readonly seed: number;
  /** What the scene takes for the time of day at its time 0, in milliseconds since the epoch. */
  readonly date: number;
  /** The JSON text of the state that it begins in; null for its own. */
  readonly state: string | null;
  readonly parameters: GivenParameters;
  readonly backend: RendererInfo["backend"];
  /** Draws all around the camera of any scene. Default: where its camera says so. */
  readonly panorama?: boolean;
  /** The size of the first picture of the input, and how many there are; null where it has none. */
  readonly input: InputSize | null;
  /** Memory for pictures, RGBA, the bottom row first. */
  readonly slots: readonly Uint8Array<SharedArrayBuffer>[];
  /** Where the thread beats as long as it comes back to its event loop. */
  readonly pulse: SharedArrayBuffer;
};

export type InputSize = PictureSize & { readonly count: number };

/** A picture that the scene is given. */
export type InputPicture = {
  /** From 0. */
  readonly number: number;
  /** When it is shown in its movie. */
  readonly seconds: number;
  readonly width: number;
  readonly height: number;
  /** RGBA, the top row first. */
  readonly pixels: Uint8Array<ArrayBuffer>;
};

/** Where a camera is, for one frame; what is left out stays. Numbers as of three. */
export type CameraPose = {
  readonly position?: readonly number[];
  /** The point that it looks at, in place of `quaternion`. */
  readonly target?: readonly number[];
  readonly up?: readonly number[];
  readonly quaternion?: readonly number[];
  readonly fov?: number;
  readonly zoom?: number;
};

/** What happens to the scene; `ms` counts from the start of the first one, which `restart` has begun anew. */
export type OfflineEvent = { readonly ms: number } & (
  | { readonly kind: "input"; readonly event: InputEvent }
  | { readonly kind: "panel"; readonly change: PanelChange }
  | { readonly kind: "state"; readonly state: string }
  | { readonly kind: "parameters"; readonly values: ParameterValues }
  | { readonly kind: "restart" }
);

/** One frame of a scene's life. */
export type OfflineStep = {
  readonly frame: number;
  /** The time in milliseconds since the start of the first scene. Never less than that of the step before. */
  readonly ms: number;
  /** How long a frame lasts, in milliseconds. */
  readonly frameMs: number;
  /** What happens between the step before and this one, in its order. */
  readonly events: readonly OfflineEvent[];
  /** The state that the scene takes for this frame, as JSON text; null leaves it. */
  readonly state: string | null;
  /** Where the camera is put when the scene has moved; null leaves it. */
  readonly camera: CameraPose | null;
  /** What the scene is given for this frame; null leaves what it had. Its memory is transferred. */
  readonly input: InputPicture | null;
  /** Which memory the picture is drawn into; null where the scene is only moved on. */
  readonly slot: number | null;
};

/** The thread that started it is the only sender. */
export type ToOfflineThread =
  /** Answered by `stepped`, in order. */
  { readonly kind: "step"; readonly step: OfflineStep } | { readonly kind: "close" };

/** The render thread is the only sender. */
export type FromOfflineThread =
  | { readonly kind: "ready"; readonly renderer: RendererInfo; readonly isPanorama: boolean }
  | { readonly kind: "stepped"; readonly frame: number }
  /** The files of the scene's own that it consists of, whenever there are more. */
  | { readonly kind: "files"; readonly files: readonly string[] }
  | ({ readonly kind: "console" } & ConsoleLine);
