/** Owns what a render probe finds: a process of its own that draws a known picture and ends. */

import type { RendererInfo } from "./render-protocol.ts";

/** What was drawn, and how fast. */
export type RenderProbeResult = {
  readonly renderer: RendererInfo;
  /** Whether one drawing is anti-aliased, and with how many samples the driver could at most. */
  readonly isMultisampled: boolean;
  readonly maxSamples: number;
  /** The corner whose colour is not what was drawn, with both colours; null where all are right. */
  readonly wrongColour: string | null;
  /** Median milliseconds of drawing 60 lit spheres and reading the picture, 1280x720. */
  readonly frameMs: number;
  /** How many families of fonts text on canvases may be drawn in. */
  readonly fonts: number;
};

/** The probe sends one message. */
export type FromRenderProbe =
  | ({ readonly kind: "drawn" } & RenderProbeResult)
  | { readonly kind: "failed"; readonly sentence: string };
