/** Owns the renders that are tasks of a job: what is kept of how they are to be, and the options of each. Pure. */

import { basename, extname, join } from "node:path";
import type { Json } from "../../shared/custom-message.ts";
import type { ParameterTexts } from "../platform/parameters.ts";
import type { RenderSceneOptions } from "./render-options.ts";

/** What all renders of a job have in common, as JSON. */
export type RenderJobSettings = {
  readonly options: Omit<RenderSceneOptions, "scene" | "output" | "onProgress" | "onMessage" | "signal">;
  /** As they were written; their types are known when the scene is there. */
  readonly parameters: ParameterTexts;
  /** The ending of a movie, or the name of pictures: `mp4`, `%05d.png`. */
  readonly as: string;
};

/** The options of the render of one input, a scene or an event log that ends in .gz, into a folder; those of parameters are left out. */
export function renderJobOptions(settings: Json, input: string, folder: string): RenderSceneOptions {
  const { options, as } = settings as unknown as RenderJobSettings;
  const stem = basename(input, extname(input));
  // A name may have a percent sign, which would be the place of a number.
  const output = join(folder, as.includes("%") ? as : `${stem.replaceAll("%", "_")}.${as}`);
  const what = input.endsWith(".gz") ? { replay: input } : { scene: input };
  // Tasks go on side by side already.
  return { workers: 1, ...options, ...what, output };
}
