/** Looks at what viewers of a session were sent: how much it is, and that each decoder takes all of it. */

import { expect } from "vitest";
import type { SessionViewer } from "./scene-session.ts";
import { decodePictures } from "./video-decoder.ts";

/** What came between two moments. */
export function between(viewer: SessionViewer, from: number, to: number) {
  const frames = viewer.frames.filter(({ at }) => at >= from && at < to);
  const bytes = frames.reduce((sum, { data }) => sum + data.length, 0);
  return {
    fps: (frames.length * 1000) / (to - from),
    bitsPerSecond: (bytes * 8000) / (to - from),
    keyFrames: frames.filter(({ isKeyFrame }) => isKeyFrame).length,
  };
}

/** Decodes all that came, finds fault with what no decoder takes, and tells the sizes in their order. */
export function sizesOf({ frames }: SessionViewer): string[] {
  const pictures = decodePictures(
    frames[0]?.codec ?? "h264",
    frames.map(({ data }) => data),
  );
  expect(pictures).toHaveLength(frames.length);
  const sizes = pictures.map(({ width, height }) => `${width}x${height}`);
  const changes = sizes.flatMap((size, index) => (index > 0 && size !== sizes[index - 1] ? [index] : []));
  expect(changes.every((index) => frames[index]?.isKeyFrame)).toBe(true);
  return sizes.filter((_size, index) => index === 0 || changes.includes(index));
}
