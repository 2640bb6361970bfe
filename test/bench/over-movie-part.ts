/** Owns the measurement of a movie that is drawn over: beside the same scene alone, and beside ffmpeg that decodes and encodes the same. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderScene } from "../../server/index.ts";
import type { PictureSize } from "../../shared/video.ts";
import { runFfmpeg } from "../support/ffmpeg.ts";
import type { Table } from "./table.ts";

const SECONDS = 8;
const RATE = 30;
const FRAMES = SECONDS * RATE;
const WORKERS = [1, 2] as const;
const scene = new URL("./scenes/over-movie.ts", import.meta.url);
/** As the encoder of renders is set (movie-codec.ts). */
const CODING =
  "-c:v libx264 -preset veryfast -qp 20 -bf 0 -x264-params scenecut=0:open-gop=0:aq-mode=0:mbtree=0 -c:a copy";

/** Measures a movie of H.264 with sound; each frame is drawn once. */
export async function measureOverMovie({ width, height }: PictureSize): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-bench-"));
  const rows: string[][] = [];
  const add = (name: string, seconds: number): void => {
    rows.push([name, (FRAMES / seconds).toFixed(1), seconds.toFixed(1)]);
  };
  try {
    const input = join(folder, "movie.mp4");
    const picture = ["-f", "lavfi", "-t", String(SECONDS), "-i", `testsrc2=size=${width}x${height}:rate=${RATE}`];
    const tone = ["-f", "lavfi", "-t", String(SECONDS), "-i", "sine"];
    const fast = ["-c:v", "libx264", "-preset", "veryfast", "-g", "120", "-pix_fmt", "yuv420p", "-c:a", "aac"];
    runFfmpeg([...picture, ...tone, ...fast, input]);
    const begun = performance.now();
    runFfmpeg(["-i", input, ...CODING.split(" "), join(folder, "ffmpeg.mp4")]);
    add("ffmpeg, decoding and encoding alone", (performance.now() - begun) / 1000);
    const common = { scene, samples: 1, size: { width, height } };
    for (const workers of WORKERS) {
      const by = workers === 1 ? "by 1 process" : `by ${workers} processes`;
      const frames = { first: 0, last: FRAMES - 1 };
      const bare = await renderScene({ ...common, frames, workers, output: join(folder, `bare-${workers}.mp4`) });
      add(`the scene alone, ${by}`, bare.seconds);
      const over = await renderScene({ ...common, input, workers, output: join(folder, `over-${workers}.mp4`) });
      if (over.frames.total !== FRAMES) throw new Error(`There are ${over.frames.total} frames of ${FRAMES}.`);
      add(`over the movie, ${by}`, over.seconds);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    title: `A movie through a scene, ${width}x${height}`,
    note: `${FRAMES} frames with sound, one sample each; a knot is drawn over them. Starting processes and joining is part of it.`,
    head: ["what", "frames/s", "seconds"],
    rows,
  };
}
