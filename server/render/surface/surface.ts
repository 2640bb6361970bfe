/**
 * Owns the contract between what draws a scene and what takes its pictures, in the render thread. One way of drawing, such
 * as WebGL, fulfils it once.
 */

import type { WebGLRenderer } from "three";
import type { PictureSize } from "../../../shared/video.ts";
import type { FramePixels } from "../../frames/frame-ring.ts";
import type { Overlay } from "../overlay.ts";
import type { ResolvedPanorama } from "../panorama-camera.ts";
import type { RendererInfo } from "../render-protocol.ts";
import type { SceneParts } from "../scene.ts";

/** Marks parts of which there is nothing to draw: a page has drawn them by itself, into the canvas of the context. */
export const isDrawn: unique symbol = Symbol("is drawn");

export type DrawnParts = SceneParts & { readonly [isDrawn]: true };

/** Rows of a picture, counted from the bottom. */
export type Rows = { readonly first: number; readonly count: number };

export type DrawingOptions = {
  /** The part of each side at which it is drawn, more than 0 and at most 1. Default 1. */
  readonly scale?: number;
  /** The rows to be drawn of a scene that does not render by itself; the others stay as they were. Default all. */
  readonly rows?: Rows;
  /** Whether it is one of several drawings of a picture, each moved a little: what lies over it stays where it was. */
  readonly isSample?: boolean;
};

export type Surface = {
  /** What scenes are drawn with. */
  readonly renderer: WebGLRenderer;
  readonly info: RendererInfo;
  /** How large pictures are now. */
  readonly size: PictureSize;
  /** Whether one drawing is already anti-aliased. If not, the caller may draw and read several times, and take the mean. */
  readonly isMultisampled: boolean;
  /** Whether pictures can be read as I420; if not, `read` takes no memory for it. */
  readonly givesI420: boolean;
  /**
   * How many drawings may wait unread while the next is drawn: 0 where each is read at once, 1 where reading one and drawing
   * the next go on side by side.
   */
  readonly lag: 0 | 1;

  /** Draws pictures of another size from now on; those that were not read yet are gone. The renderer has that size, too. */
  resize(size: PictureSize): void;

  /** Whether a scene can be drawn smaller and looks the same; where not, `draw` must not be asked to. */
  canScale(parts: SceneParts): boolean;

  /** Whether some rows of it can be drawn by themselves; where not, `draw` must not be asked to. */
  canDrawRows(parts: SceneParts): boolean;

  /** How the scene is drawn all around; null where it is flat. */
  panoramaOf(parts: SceneParts): ResolvedPanorama | null;

  /** Whether it is to be drawn all around, which some scenes cannot be. */
  wantsPanorama(parts: SceneParts): boolean;

  /**
   * Draws the scene, or takes what a page has drawn (`DrawnParts`). What it throws, or rejects with, may be the scene's own;
   * a `StreamError` "no-gl" is the device's end.
   */
  draw(parts: SceneParts, options?: DrawingOptions): void | Promise<void>;

  /**
   * Copies the oldest drawing that was not read yet into the memory that is given, in each form for which there is any; of a
   * drawing of some rows those rows, at their place in the whole. Returns how large the drawing is. Throws `StreamError`
   * "no-gl" when the device was lost.
   */
  read(into: FramePixels): PictureSize | Promise<PictureSize>;

  /** Has what lies over the pictures be in all samples that are drawn next as it is now; other drawings take it by themselves. */
  takeOverlay(): void;

  /** What lies over the pictures from now on; null is nothing. */
  setOverlay(overlay: Overlay | null): void;

  /** What the device refused since the last call, in the order in which it was noticed. */
  takeErrors(): readonly string[];
};
