/** Owns the measurement of rendering off the clock: frames a second by so many processes, all included, beside drawing alone. */

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderScene } from "../../server/index.ts";
import { PiecePool } from "../../server/jobs/piece-pool.ts";
import type { PictureSize } from "../../shared/video.ts";
import type { DrawnAlone } from "./drawn-alone.piece.ts";
import type { Table } from "./table.ts";

const FRAMES = 96;
const PIECE = 24;
const WORKERS = [1, 2, 4] as const;
const SAMPLES = [1, 8] as const;
/** A thousand lit spheres, which turn. */
const scene = new URL("./scenes/turning.ts", import.meta.url);
const env = { ANGLE_DEFAULT_PLATFORM: "vulkan" };

/** Measures a movie of H.264. */
export async function measureRenders(size: PictureSize): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-bench-"));
  const rows: string[][] = [];
  try {
    for (const samples of SAMPLES) {
      const frames = FRAMES / samples;
      const alone = await drawAlone({ sceneUrl: scene.href, size, samples, frames });
      rows.push([String(samples), "drawing alone", (frames / alone).toFixed(1), alone.toFixed(1), ""]);
      for (const workers of WORKERS) {
        const output = join(folder, `${samples}-${workers}.mp4`);
        const range = { first: 0, last: frames - 1 };
        const pieceFrames = PIECE / samples;
        const { seconds } = await renderScene({ scene, output, frames: range, size, samples, workers, pieceFrames });
        const bytes = statSync(output).size / frames / 1000;
        const name = workers === 1 ? "1 process" : `${workers} processes`;
        rows.push([String(samples), name, (frames / seconds).toFixed(1), seconds.toFixed(1), bytes.toFixed(1)]);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    title: `Off the clock, ${size.width}x${size.height}`,
    note: `1000 spheres; of 1 sample ${FRAMES} frames in pieces of ${PIECE}, of 8 an eighth of both. Processes are started, encode and are joined; drawing alone is without its start.`,
    head: ["samples", "by", "frames/s", "seconds", "kB a frame"],
    rows,
  };
}

async function drawAlone(input: DrawnAlone): Promise<number> {
  const module = new URL("./drawn-alone.piece.ts", import.meta.url);
  await using pool = new PiecePool<DrawnAlone, never, number>({ module, workers: 1, env });
  return await pool.run(input);
}
