/** A movie as programs and scenes have it: frames from a thread of its own, and on a texture that is really drawn. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openMovie } from "../../server/movies/index.ts";
import { framePixels } from "../support/ffmpeg.ts";
import { remakeMovie } from "../support/made-movie.ts";
import { makeSample } from "../support/movie-samples.ts";
import { expectNear, PagePicture, pictureSize, quad } from "../support/page-picture.ts";
import { RenderProbe, sceneFixture } from "../support/render-probe.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scenecast-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("any frame, frames in a row and frames by their time are those of ffmpeg", async () => {
  const path = makeSample(folder, "h264-open-gop.mp4");
  await using movie = await openMovie(pathToFileURL(path), { threads: 2 });
  expect(movie).toMatchObject({ width: 160, height: 90, frameRate: 25, frameCount: 40, codec: "h264" });
  const picture = await movie.frame(movie.frameAt(0.86));
  expect([picture.frame, picture.seconds]).toEqual([21, 0.84]);
  expect(framePixels(path, 21).equals(picture.pixels)).toBe(true);
  const small = await movie.frame(3, { size: { width: 40, height: 30 } });
  expect([small.width, small.height, small.pixels.byteLength]).toEqual([40, 30, 4800]);
  const row: number[] = [];
  for await (const { frame, pixels } of movie.frames({ first: 12, last: 15 })) {
    row.push(frame);
    expect(framePixels(path, frame).equals(pixels)).toBe(true);
  }
  expect(row).toEqual([12, 13, 14, 15]);
});

test("what is none, and what is asked wrongly, says so", async () => {
  const path = makeSample(folder, "h264-open-gop.mp4");
  await expect(openMovie(path, { threads: 0 })).rejects.toThrow("options.threads must be a whole number from 1 to 64.");
  await expect(openMovie("")).rejects.toThrow("path must be a path");
  writeFileSync(join(folder, "noise.mp4"), "noise");
  await expect(openMovie(join(folder, "noise.mp4"))).rejects.toMatchObject({ code: "input-failed" });
  const movie = await openMovie(path);
  await expect(movie.frame(40)).rejects.toThrow(RangeError);
  const waiting = movie.frame(39);
  const told = expect(waiting).rejects.toMatchObject({ code: "closed" });
  await movie.close();
  await told;
  await expect(movie.frame(1)).rejects.toMatchObject({ code: "closed" });
});

test("a texture of a scene shows the frame that it is told, the right way up", async () => {
  const still = fileURLToPath(new URL("../fixtures/page-assets/quad.png", import.meta.url));
  const args = ["-loop", "1", "-i", still, "-vf", "negate=enable=eq(n\\,1)", "-frames:v", "3", "-c:v", "ffv1"];
  const path = remakeMovie([...args, "-pix_fmt", "bgr0"], join(folder, "quad.mkv"));
  const probe = await RenderProbe.start(sceneFixture("movie-texture"), { size: pictureSize });
  try {
    probe.tell({ kind: "watched", watched: true });
    for (const frame of [2, 1, 0]) {
      const colours = quad.map((colour) => (frame === 1 ? colour.map((value) => 255 - value) : colour));
      probe.tell({ kind: "set-state", state: JSON.stringify({ path, frame }) });
      const told = `{"shown":${frame},"isOther":true`;
      await expect
        .poll(() => probe.rendered.findLast((message) => message.kind === "state")?.state ?? "", { timeout: 20_000 })
        .toContain(told);
      expectNear(new PagePicture((await probe.grab()).pixels).quadOf(0), colours, 6);
    }
  } finally {
    await probe.close();
  }
});
