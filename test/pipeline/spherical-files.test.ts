/** Files of video that show all around say so, as other programs read them: recordings, renders, in each format. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { renderScene } from "../../server/index.ts";
import { resolveOptions } from "../../server/options/options.ts";
import { resolveRecord } from "../../server/recordings/record-options.ts";
import { SceneRecorder } from "../../server/scene-recorder.ts";
import { readMovie } from "../support/movie-frames.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { writeAac } from "../support/sound-file.ts";
import { probed, tagsOf } from "../support/video-programs.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-spherical-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const size = { width: 256, height: 128 };
const sphere = expect.objectContaining({ side_data_type: "Spherical Mapping", projection: "equirectangular" });

/** Both versions, as exiftool names them. */
function expectSphericalMp4(path: string): void {
  expect(tagsOf(path)).toMatchObject({
    ProjectionType: "equirectangular",
    Spherical: true,
    StitchingSoftware: "Scenecast",
    MetadataSource: "Scenecast",
    Stereoscopic3D: "Monoscopic",
    PoseYawDegrees: 0,
    ProjectionBoundsTop: 0,
  });
  expect(probed(path).sideData).toContainEqual(sphere);
}

/** The types of the boxes at the top of a file. */
function boxesOf(path: string): readonly string[] {
  const bytes = readFileSync(path);
  const types: string[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at))
    types.push(bytes.toString("latin1", at + 4, at + 8));
  return types;
}

async function record(scene: string, path: string, panorama: boolean): Promise<string> {
  const options = resolveOptions({ scene, render: { size, panorama, maxFps: 30 }, encode: { bitrateBps: 2_000_000 } });
  const wanted = resolveRecord("options", { seconds: 1, keyFrameSeconds: 1 }, { codec: null, cutRests: false });
  const codec = path.endsWith(".webm") ? "vp9" : "h264";
  const container = path.endsWith(".webm") ? "webm" : "mp4";
  await using recorder = await SceneRecorder.start(options, { ...wanted, codec, container, file: join(folder, path) });
  await recorder.over;
  expect(recorder.info.error).toBeNull();
  return recorder.info.path;
}

test("a movie of a panorama has both versions, its index first, its sound as it was, and each picture at its time", async () => {
  const sound = join(folder, "tone.m4a");
  writeAac(sound, 1);
  const output = join(folder, "film.mp4");
  const frames = { first: 0, last: 11 };
  const scene = sceneFixture("all-around");
  await renderScene({ scene, output, frames, fps: 12, size, samples: 2, pieceFrames: 6, workers: 1, audio: sound });
  expectSphericalMp4(output);
  const types = boxesOf(output);
  expect(types.indexOf("moov")).toBeLessThan(types.indexOf("mdat"));
  const movie = readMovie(output);
  expect(movie.pictures).toHaveLength(12);
  expect(new Set(movie.pictures).size).toBeGreaterThan(6);
  expect(movie.times).toEqual(Array.from({ length: 12 }, (_, at) => expect.closeTo(at / 12, 4)));
  expect(movie.sound.length).toBeGreaterThan(40);
  const before = readMovie(sound).sound.slice(0, movie.sound.length);
  expect(movie.sound.map(({ data }) => data)).toEqual(before.map(({ data }) => data));
});

test("a movie of any scene is one where it is asked for, in Matroska too, and else says nothing", async () => {
  const frames = { first: 0, last: 2 };
  const scene = sceneFixture("animated");
  const shared = { scene, frames, size, samples: 1, workers: 1 } as const;
  await renderScene({ ...shared, output: join(folder, "film.mkv"), panorama: true });
  expect(probed(join(folder, "film.mkv")).sideData).toContainEqual(sphere);
  await renderScene({ ...shared, output: join(folder, "flat.mp4") });
  expect(probed(join(folder, "flat.mp4")).sideData).toEqual([]);
  expect(tagsOf(join(folder, "flat.mp4"))).not.toHaveProperty("Spherical");
});

test("GB1: a recording of a panorama says so in MP4 and WebM, and all its pictures can be read", async () => {
  const mp4 = await record(sceneFixture("all-around"), "recorded.mp4", false);
  expectSphericalMp4(mp4);
  expect(boxesOf(mp4).filter((type) => type === "moov")).toEqual(["moov"]);
  const { pictures, times } = readMovie(mp4);
  expect(pictures.length).toBeGreaterThan(5);
  expect(times.at(-1)).toBeGreaterThan(0.6);
  const webm = await record(sceneFixture("animated"), "recorded.webm", true);
  expect(probed(webm).sideData).toContainEqual(sphere);
  expect(readMovie(webm).pictures.length).toBeGreaterThan(2);
});

test("a scene that draws by itself cannot be one, and says why", async () => {
  const scene = sceneFixture("draws-itself");
  const rendered = renderScene({
    scene,
    output: join(folder, "no.mp4"),
    frames: { first: 0, last: 1 },
    panorama: true,
  });
  await expect(rendered).rejects.toThrow("The scene cannot be drawn all around");
});
