/** Owns what a render asks of the processes that do its pieces, and what they answer (jobs/piece-protocol.ts). */

import type { ConsoleLine } from "../../shared/console.ts";
import type { PictureSize } from "../../shared/video.ts";
import type { JoinedMovie } from "../encode/mux/join-movies.ts";
import type { StillForm } from "../encode/pictures/still-picture.ts";
import type { MovieCoding } from "../encode/video/movie-codec.ts";
import type { GivenParameters } from "../platform/given-parameters.ts";
import type { RendererInfo } from "../render/render-protocol.ts";
import type { DescribedInput } from "./described-input.ts";
import type { FrameRange } from "./frame-range.ts";
import type { FrameSource } from "./input-frames.ts";
import type { SceneStory } from "./timeline.ts";

/** What all pieces of a render are drawn from. */
export type RenderedScene = {
  readonly sceneUrl: string;
  readonly size: PictureSize;
  readonly samples: number;
  /** Whether all around the camera is drawn, whatever the scene says. */
  readonly panorama: boolean;
  readonly seed: number;
  readonly date: number;
  /** JSON text; null for the scene's own. */
  readonly state: string | null;
  readonly parameters: GivenParameters;
  readonly backend: RendererInfo["backend"];
  readonly story: SceneStory;
  /** How many frames before a piece the scene is moved through without being drawn; "all" begins with frame 0. */
  readonly warmUp: number | "all";
};

/** Where the pictures of a piece go: into one file that is there when it is whole, or each into a file of its own. */
export type PieceTarget =
  | { readonly kind: "movie"; readonly path: string; readonly coding: MovieCoding }
  | ({ readonly kind: "pictures"; readonly pattern: string } & StillForm);

export type RenderInput =
  | {
      readonly kind: "render";
      readonly scene: RenderedScene;
      readonly frames: FrameRange;
      readonly target: PieceTarget;
      /** What the scene is given; null for nothing. */
      readonly source: FrameSource | null;
    }
  /** Asks what an input is. */
  | { readonly kind: "describe"; readonly path: string }
  /** Asks which movies are whole. */
  | { readonly kind: "check"; readonly movies: readonly { readonly path: string; readonly frames: number }[] }
  | { readonly kind: "join"; readonly movie: JoinedMovie };

export type RenderProgress =
  /** How many frames of this piece are done. */
  | { readonly kind: "frames"; readonly frames: number }
  /** The scene printed something. */
  | ({ readonly kind: "printed" } & ConsoleLine);

export type RenderResult =
  | {
      readonly kind: "rendered";
      readonly renderer: RendererInfo;
      /** The files of the scene, with the SHA-256 of what they held. */
      readonly files: Readonly<Record<string, string>>;
    }
  | { readonly kind: "checked"; readonly whole: readonly string[] }
  | { readonly kind: "described"; readonly input: DescribedInput }
  | { readonly kind: "joined" };
