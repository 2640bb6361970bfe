/** How many threads an encoder gets. */

import { expect, it } from "vitest";
import { encoderThreads } from "../../../../../server/encode/video/encoder-threads.ts";

const sizes = {
  "320x192": { width: 320, height: 192 },
  "1280x720": { width: 1280, height: 720 },
  "1920x1080": { width: 1920, height: 1080 },
  "3840x2160": { width: 3840, height: 2160 },
} as const;

it.each([
  ["320x192", 16, 1],
  ["1280x720", 16, 4],
  ["1920x1080", 16, 8],
  ["1920x1080", 64, 9],
  ["3840x2160", 16, 8],
  ["3840x2160", 64, 32],
  ["3840x2160", 2, 1],
  ["3840x2160", 1, 1],
] as const)("%s on %i cores: %i", (size, cores, threads) => {
  expect(encoderThreads(sizes[size], cores)).toBe(threads);
});
