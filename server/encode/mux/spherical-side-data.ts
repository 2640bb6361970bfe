/** Owns how FFmpeg is told, and tells, that a video shows all around. In the thread that calls it. */

import {
  AV_PKT_DATA_SPHERICAL,
  AV_PKT_DATA_STEREO3D,
  AV_SPHERICAL_CUBEMAP,
  AV_SPHERICAL_EQUIRECTANGULAR,
} from "node-av/constants";
import { FFmpegError, type Stream } from "node-av/lib";
import type { SphericalProjection } from "./spherical-boxes.ts";

/** As FFmpeg's structures have it (libavutil/spherical.h, stereo3d.h): numbers of four bytes, of which all but the first are 0. */
const STRUCTURE_BYTES = 36;

/** Which formats write without being asked twice. */
export const sphericalHeader: Readonly<Record<string, string>> = { strict: "unofficial" };

/** To be called before the header is written. Of MP4 it is `spherical-file.ts` that knows all projections. */
export function markSpherical({ codecpar }: Stream, projection: SphericalProjection): void {
  const sphere = Buffer.alloc(STRUCTURE_BYTES);
  const number = projection === "cubemap" ? AV_SPHERICAL_CUBEMAP : AV_SPHERICAL_EQUIRECTANGULAR;
  sphere.writeInt32LE(number, 0);
  FFmpegError.throwIfError(codecpar.addCodedSideData(AV_PKT_DATA_SPHERICAL, sphere), "spherical");
  const flat = Buffer.alloc(STRUCTURE_BYTES);
  FFmpegError.throwIfError(codecpar.addCodedSideData(AV_PKT_DATA_STEREO3D, flat), "stereo");
}

/** What a file says of its video; null where nothing, or a projection of another kind. */
export function sphericalOf({ codecpar }: Stream): SphericalProjection | null {
  const sphere = codecpar.getCodedSideData(AV_PKT_DATA_SPHERICAL);
  if (sphere === null || sphere.length < 4) return null;
  switch (sphere.readInt32LE(0)) {
    case AV_SPHERICAL_CUBEMAP:
      return "cubemap";
    case AV_SPHERICAL_EQUIRECTANGULAR:
      return "equirectangular";
    default:
      return null;
  }
}
