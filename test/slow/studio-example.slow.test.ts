/** The example of a studio as a person starts it, sent on to nginx and read as a player does: the picture is the one of the snapshot. */

import sharp from "sharp";
import { expect, it } from "vitest";
import { Child } from "../support/child.ts";
import { findFreePort } from "../support/free-port.ts";
import { gridPoints, meanDifference, type Point } from "../support/pixels.ts";
import { RtmpServer } from "../support/rtmp-server.ts";
import { readStream } from "../support/stream-reader.ts";
import type { DecodedPicture } from "../support/video-decoder.ts";

/** Points where the scene lies and nothing else: it rests, while movie and clock go on. And some of the movie. */
const inScene = gridPoints(40, 30).map(([x, y]): Point => [0.04 + 0.58 * x, 0.06 + 0.48 * y]);
const inMovie = gridPoints(20, 20).map(([x, y]): Point => [0.68 + 0.27 * x, 0.61 + 0.27 * y]);

it("a scene, a movie and a clock come out of nginx as they are in the snapshot", async () => {
  await using nginx = await RtmpServer.start();
  const port = await findFreePort();
  const address = `${nginx.url}/key`;
  const command = ["env", `PORT=${port}`, process.execPath, "--conditions=scenecast-source"] as const;
  await using _example = await Child.start([...command, "examples/studio/server.ts", address], /: sending/, 180_000);
  const { pictures } = await readStream(address, ({ pictures }) => pictures.length >= 60);
  const response = await fetch(`http://127.0.0.1:${port}/studio/snapshot.png`);
  const drawn = sharp(new Uint8Array(await response.arrayBuffer())).removeAlpha();
  const { data, info } = await drawn.raw().toBuffer({ resolveWithObject: true });
  expect([pictures.at(-1)?.width, pictures.at(-1)?.height, info.width, info.height]).toEqual([1920, 1080, 1920, 1080]);
  const wanted = inScene.map(([x, y]) => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 3;
    return [...data.subarray(at, at + 3)];
  });
  const difference = meanDifference(coloursOf(pictures.at(-1), inScene), wanted);
  console.log(`The scene in the studio, by RTMP: a mean difference of ${difference.toFixed(2)} of 255`);
  expect(difference).toBeLessThan(6);
  // Of many colours, and not of one.
  expect(new Set(wanted.map(String)).size).toBeGreaterThan(50);
  // The movie goes on.
  const moved = meanDifference(coloursOf(pictures.at(-1), inMovie), coloursOf(pictures.at(-25), inMovie));
  expect(moved).toBeGreaterThan(1);
});

function coloursOf(picture: DecodedPicture | undefined, points: readonly Point[]): number[][] {
  return points.map(([x, y]) => picture?.colourAt(x, y) ?? []);
}
