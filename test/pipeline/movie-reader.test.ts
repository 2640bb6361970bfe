/** Every frame of a movie, read in a row and at random, against what Debian's ffmpeg decodes. */

import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MovieReader } from "../../server/movies/movie-reader.ts";
import { framePixels, framesMd5, framesMd5Of } from "../support/ffmpeg.ts";
import { remakeMovie } from "../support/made-movie.ts";
import { type MovieSample, makeSample, makeSamples } from "../support/movie-samples.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scenecast-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const md5Of = (reader: MovieReader, frame: number): string =>
  createHash("md5").update(reader.decode(frame).toBuffer()).digest("hex");

/** Numbers in an order that is neither up nor down, the same in each run. */
function shuffled(count: number): number[] {
  return Array.from({ length: count }, (_, frame) => frame).sort(
    (one, other) => ((one * 37) % 41) - ((other * 37) % 41),
  );
}

/** YR1 */
async function expectExact(path: string, expected: readonly string[] = framesMd5(path)): Promise<void> {
  expect(expected.length).toBeGreaterThan(5);
  for (const maxWholeBytes of [Number.POSITIVE_INFINITY, 0]) {
    using reader = await MovieReader.open(path, { maxWholeBytes });
    expect(reader.info.frameCount).toBe(expected.length);
    expect(expected.map((_, frame) => md5Of(reader, frame))).toEqual(expected);
    for (const frame of shuffled(expected.length))
      expect([frame, md5Of(reader, frame)]).toEqual([frame, expected[frame]]);
  }
}

describe("YR1: every frame is the one that ffmpeg decodes, in a row and at random", () => {
  const kinds: readonly MovieSample[] = [
    ...(["h264-open-gop.mp4", "h264-open-gop.ts", "hevc-open-gop.mkv", "vp8-hidden.webm", "vp9.webm"] as const),
    ...(["av1.mp4", "prores.mov", "mpeg2.ts", "ffv1.mkv", "mjpeg.avi", "mpeg4.avi", "variable.mkv"] as const),
  ];
  const sums = new Map<MovieSample, readonly string[]>();
  beforeAll(() => {
    makeSamples(folder, [...kinds, "intra-refresh.ts"]);
    const all = framesMd5Of(
      kinds.map((kind) => join(folder, kind)),
      folder,
    );
    kinds.forEach((kind, at) => void sums.set(kind, all[at] ?? []));
  });

  test.each(kinds)("%s", async (kind) => {
    await expectExact(join(folder, kind), sums.get(kind));
  });

  test("QI1: of what an edit list cuts away, and of a stream that begins in the middle", async () => {
    const whole = makeSample(folder, "h264-open-gop.mp4");
    const cut = remakeMovie(["-ss", "0.7", "-i", whole, "-c", "copy"], join(folder, "cut.mp4"));
    await expectExact(cut);
    for (const sample of ["mpeg2.ts", "intra-refresh.ts"] as const) {
      const stream = readFileSync(makeSample(folder, sample));
      const late = join(folder, "late.ts");
      writeFileSync(late, stream.subarray(188 * 40));
      await expectExact(late);
    }
  });
});

test("times are those of the file, also where they are not even", async () => {
  using even = await MovieReader.open(makeSample(folder, "h264-open-gop.ts"));
  expect([even.info.frameRate, even.info.isRateVariable]).toEqual([25, false]);
  expect([even.secondsOf(0), even.secondsOf(10), even.frameAt(0.41)]).toEqual([
    expect.closeTo(0),
    expect.closeTo(0.4),
    10,
  ]);
  using variable = await MovieReader.open(makeSample(folder, "variable.mkv"));
  // Every third picture and every seventh: 0, 3, 6, 7, 9, 12, 14 …
  const shown = [0, 3, 6, 7, 9, 12, 14].map((picture) => expect.closeTo(picture / 25, 2));
  expect(shown.map((_, frame) => variable.secondsOf(frame))).toEqual(shown);
  expect(variable.info.isRateVariable).toBe(true);
});

test("pixels are those of ffmpeg to the bit, by the matrix that the file says, into memory that is given", async () => {
  const path = makeSample(folder, "hd.mp4", 6);
  using reader = await MovieReader.open(path);
  const into = new Uint8Array(1280 * 720 * 4);
  for (const frame of [4, 1]) {
    const picture = reader.read(frame, { into });
    expect(picture.pixels).toBe(into);
    expect(framePixels(path, frame).equals(into)).toBe(true);
  }
  expect(() => reader.read(0, { into: new Uint8Array(10) })).toThrow("into must have 3686400 bytes at least.");
  expect(() => reader.read(6)).toThrow(RangeError);
});

test("what is not tagged has the colours that browsers give it", async () => {
  const path = makeSample(folder, "hd.mp4", 1);
  const bare = remakeMovie(
    [
      "-i",
      path,
      "-c",
      "copy",
      "-bsf:v",
      "h264_metadata=matrix_coefficients=2:colour_primaries=2:transfer_characteristics=2",
    ],
    join(folder, "bare.mkv"),
  );
  using tagged = await MovieReader.open(path);
  using untagged = await MovieReader.open(bare);
  expect(Buffer.from(untagged.read(0).pixels).equals(tagged.read(0).pixels)).toBe(true);
});

test("a movie is turned as it says", async () => {
  const whole = makeSample(folder, "h264-open-gop.mp4");
  for (const [rotate, turn] of [
    [90, 90],
    [180, 180],
    [270, 270],
  ] as const) {
    const path = remakeMovie(
      ["-i", whole, "-c", "copy", "-metadata:s:v", `rotate=${rotate}`],
      join(folder, "turned.mp4"),
    );
    using reader = await MovieReader.open(path);
    const { width, height, rotation } = reader.info;
    expect([width, height]).toEqual(turn === 180 ? [160, 90] : [90, 160]);
    expect([90, 180, 270]).toContain(rotation);
    expect(Buffer.from(reader.read(7).pixels).equals(framePixels(path, 7))).toBe(true);
  }
});

test("YR2: a container whose own index is not what lies in the file is read whole", async () => {
  const path = makeSample(folder, "prores.mov");
  using whole = await MovieReader.open(path, { maxWholeBytes: Number.POSITIVE_INFINITY });
  const expected = framesMd5(path);
  // YR2: what another program found is taken for it, with one time that is not there.
  const { index } = whole;
  const marks = index.marks.map((mark, packet) => (packet === 20 ? mark + 1 : mark));
  using misled = await MovieReader.open(path, { index: { ...index, marks } });
  expect([md5Of(misled, 20), misled.isMisled]).toEqual([expected[20], true]);
});

test("MI1: what is cut off or is no movie says so, and nothing else is read by way of it", async () => {
  const noMovie = (name: string, text: string | Buffer): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const whole = makeSample(folder, "h264-open-gop.ts");
  const list = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nh264-open-gop.ts\n#EXT-X-ENDLIST\n";
  for (const path of [
    noMovie("empty.mp4", ""),
    noMovie("noise.mp4", Buffer.from(shuffled(5000).map((byte) => byte % 256))),
    noMovie("list.mp4", list),
    noMovie("concat.mp4", `ffconcat version 1.0\nfile ${whole}\n`),
    join(folder, "nowhere.mp4"),
  ]) {
    await expect(MovieReader.open(path)).rejects.toMatchObject({ code: "input-failed" });
  }
  const short = join(folder, "short.ts");
  copyFileSync(whole, short);
  truncateSync(short, 188 * 60);
  const expected = framesMd5(whole);
  using reader = await MovieReader.open(short);
  expect(reader.info.frameCount).toBeLessThan(40);
  expect(md5Of(reader, 5)).toBe(expected[5]);
});
