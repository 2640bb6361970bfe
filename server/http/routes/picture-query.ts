/** Owns what may be asked of a picture in the query of its address: `size`, `quality` and `fps`. Pure. */

import { fitInside, type PictureSize } from "../../../shared/video.ts";
import type { Admission } from "../../access/identity.ts";
import type { JpegForm, SnapshotForm } from "../../session/session-protocol.ts";

type Query = Readonly<Record<string, unknown>>;
type Texts = NonNullable<Admission["parameters"]>;

const defaults = { fps: 30, streamQuality: 80, snapshotQuality: 90 };

/** Reads the form of a Motion JPEG stream of a scene of this size. Throws `TypeError` naming the field and the rule. */
export function parseJpegQuery(query: Query, scene: PictureSize): JpegForm {
  return {
    maxFps: fpsOf(query["fps"]),
    quality: qualityOf(query["quality"], defaults.streamQuality),
    size: sizeOf(query["size"], scene),
  };
}

/** Reads the form of a snapshot of a scene of this size. Throws `TypeError` naming the field and the rule. */
export function parseSnapshotQuery(format: SnapshotForm["format"], query: Query, scene: PictureSize): SnapshotForm {
  const quality = qualityOf(query["quality"], defaults.snapshotQuality);
  return { format, quality, size: sizeOf(query["size"], scene) };
}

/** What the query says besides, which may be of the scene's parameters. */
export function besidesForm({ fps: _fps, quality: _quality, size: _size, ...texts }: Texts): Texts {
  return texts;
}

function sizeOf(value: unknown, scene: PictureSize): PictureSize | null {
  if (value === undefined) return null;
  const [, width, height] = /^(\d{1,4})x(\d{1,4})$/.exec(String(value)) ?? [];
  const box = { width: Number(width), height: Number(height) };
  if (!isIn(box.width, 16, 8192) || !isIn(box.height, 16, 8192)) {
    throw new TypeError("size must be WIDTHxHEIGHT, two whole numbers from 16 to 8192, such as 640x360.");
  }
  return fitInside(scene, box);
}

function qualityOf(value: unknown, byDefault: number): number {
  if (value === undefined) return byDefault;
  const quality = /^\d{1,3}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (!isIn(quality, 1, 100)) throw new TypeError("quality must be a whole number from 1 to 100.");
  return quality;
}

function fpsOf(value: unknown): number {
  if (value === undefined) return defaults.fps;
  const fps = /^\d{1,2}(\.\d{1,3})?$/.test(String(value)) ? Number(value) : Number.NaN;
  if (!isIn(fps, 0.1, 60)) throw new TypeError("fps must be a number from 0.1 to 60.");
  return fps;
}

function isIn(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}
