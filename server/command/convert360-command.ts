/** Owns `scenecast convert360`: what it prints, how it ends, and with which exit code. */

import { existsSync } from "node:fs";
import { StreamError } from "../../shared/errors.ts";
import { convertSphere } from "../encode/sphere/convert-sphere.ts";
import { type SphereLayout, sphereLayouts, tilesText } from "../encode/sphere/layouts.ts";
import { type RecognisedLayout, recogniseLayout, secondsOf } from "../encode/sphere/recognised-layout.ts";
import type { Convert360Command } from "./convert360-flags.ts";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";
import { Progress } from "./progress.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

/** How often progress is looked at. */
const SHOW_MS = 200;

/** Converts. Resolves with the exit code. */
export async function convert360({ from, overwrite, ...conversion }: Convert360Command): Promise<number> {
  const { input, output, to } = conversion;
  const { signal } = stopOnSignals({ deadlineMs: null });
  let progress: Progress | null = null;
  try {
    if (!overwrite && existsSync(output)) {
      throw new StreamError("output-failed", `${output} is there already. Add --overwrite to replace it.`);
    }
    const known: RecognisedLayout = from === null ? recogniseLayout(input) : { layout: from, by: "--from" };
    process.stdout.write(`${input} is ${nameOf(known.layout)} (${known.by}); ${output} is to be ${to}.\n`);
    const shown = new Progress(process.stdout, secondsOf(input));
    progress = shown;
    let shownAt = 0;
    const done = await convertSphere(
      { ...conversion, from: known.layout },
      ({ seconds, pictures }) => {
        if (performance.now() - shownAt < SHOW_MS) return;
        shownAt = performance.now();
        shown.show(seconds, `${pictures} pictures`);
      },
      signal,
    );
    shown.end();
    process.stdout.write(`${output}: ${done.pictures} pictures of ${done.size.width}x${done.size.height}.\n`);
    return 0;
  } catch (error) {
    progress?.end();
    if (error instanceof StreamError && error.code === "closed") {
      process.stderr.write("Stopped. Nothing is kept.\n");
      return exitCodes.stopped;
    }
    process.stderr.write(`scenecast: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof StreamError ? exitCodeOf(error.code) : exitCodes.failed;
  }
}

/** As it is written behind `--from`. */
function nameOf(layout: SphereLayout): string {
  if (layout.kind === "equirect") return layout.kind;
  const { cube, eac } = sphereLayouts;
  const named = { cube, "cube-turned": sphereLayouts["cube-turned"], eac };
  const isThis = (one: typeof layout): boolean =>
    one.isEquiAngular === layout.isEquiAngular && tilesText(one) === tilesText(layout);
  const found = Object.entries(named).find(([, one]) => isThis(one));
  return found?.[0] ?? tilesText(layout);
}
