/**
 * The example glasses as its README says, with its libraries from the registry: on a face whose pupils were marked by hand they lie on the
 * eyes, also where it is tilted, moves in a movie, or is one of several pictures. The face is the sample inside the library that finds faces.
 */

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderScene } from "../../server/index.ts";
import { remakeMovie } from "../support/made-movie.ts";
import { readMovie } from "../support/movie-frames.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const example = join(root, "examples/glasses");
const libraries = join(example, "faces/node_modules");
const wereThere = existsSync(libraries);
const folder = mkdtempSync(join(tmpdir(), "scenecast-glasses-"));
const face = join(folder, "face.png");
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  if (!wereThere) rmSync(libraries, { recursive: true, force: true });
});

type Point = readonly [x: number, y: number];
const SIDE = 512;
/** Where the pupils are seen in the sample, which is 256 pixels wide and lies in the middle. */
const pupils: readonly Point[] = [
  [84.3 + 128, 96.3 + 128],
  [162.3 + 128, 94 + 128],
];
/** In pixels, of eyes that are 78 pixels apart. */
const NEAR = 6;

beforeAll(async () => {
  const line = /npm (install .*? --prefix \S+)/.exec(readFileSync(join(example, "README.md"), "utf8"))?.[1] ?? "";
  execFileSync("npm", line.split(" "), { cwd: root, stdio: "ignore" });
  const human = join(libraries, "@vladmandic/human");
  expect(readFileSync(join(human, "LICENSE"), "utf8")).toContain("MIT License");
  const [, text = ""] = /face: string = `([^`]+)`/.exec(readFileSync(join(human, "src/sample.ts"), "utf8")) ?? [];
  const grey = { width: SIDE, height: SIDE, channels: 3 as const, background: "#808080" };
  const sample = Buffer.from(text, "base64");
  writeFileSync(
    face,
    await sharp({ create: grey })
      .composite([{ input: sample }])
      .png()
      .toBuffer(),
  );
}, 300_000);

function rendering(input: string, output: string, workers = 1) {
  const scene = pathToFileURL(join(example, "scene.ts"));
  return renderScene({ scene, input, output: join(folder, output), samples: 1, workers, pieceFrames: 6 });
}

/** Where the lenses are: the middles of what is greener than before, on the left and on the right of its middle. */
async function lensesOf(before: string, after: string): Promise<readonly Point[]> {
  const [one, other] = await Promise.all(
    [before, after].map(async (path) => await sharp(path).removeAlpha().raw().toBuffer()),
  );
  const green: Point[] = [];
  for (let at = 0; at < SIDE * SIDE; at += 1) {
    const more = (from: Buffer | undefined): number => {
      const [red = 0, shade = 0] = from?.subarray(at * 3, at * 3 + 2) ?? [];
      return shade - red;
    };
    if (more(other) - more(one) > 12) green.push([at % SIDE, Math.floor(at / SIDE)]);
  }
  const mean = (all: readonly Point[], axis: 0 | 1): number =>
    all.reduce((sum, point) => sum + point[axis], 0) / all.length;
  const middle = mean(green, 0);
  return [green.filter(([x]) => x < middle), green.filter(([x]) => x >= middle)].map((lens) => [
    mean(lens, 0),
    mean(lens, 1),
  ]);
}

function expectNear(lenses: readonly Point[], eyes: readonly Point[]): void {
  for (const [at, [x, y]] of lenses.entries()) {
    const [eyeX = 0, eyeY = 0] = eyes[at] ?? [];
    expect(Math.hypot(x - eyeX, y - eyeY), `${x}, ${y} and ${eyeX}, ${eyeY}`).toBeLessThan(NEAR);
  }
  expect(lenses).toHaveLength(2);
}

/** Turned about the middle of the picture, as ffmpeg's `rotate` does. */
function turned(angle: number): readonly Point[] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return pupils.map(([x, y]) => {
    const [dx, dy] = [x - SIDE / 2, y - SIDE / 2];
    return [SIDE / 2 + dx * cos - dy * sin, SIDE / 2 + dx * sin + dy * cos];
  });
}

test("they lie on the eyes of one picture, and of each of a folder", async () => {
  const pictures = join(folder, "pictures");
  mkdirSync(pictures);
  cpSync(face, join(pictures, "1.png"));
  remakeMovie(["-i", face, "-vf", "rotate=0.35:c=gray", "-frames:v", "1"], join(pictures, "2.png"));
  remakeMovie(["-f", "lavfi", "-i", `color=gray:size=${SIDE}x${SIDE}`, "-frames:v", "1"], join(pictures, "3.png"));
  await rendering(face, "one.png");
  expectNear(await lensesOf(face, join(folder, "one.png")), pupils);
  await rendering(pictures, "all/%d.png");
  expectNear(await lensesOf(join(pictures, "1.png"), join(folder, "all/0.png")), pupils);
  expectNear(await lensesOf(join(pictures, "2.png"), join(folder, "all/1.png")), turned(0.35));
  // On nobody there are none.
  const [none, made] = await Promise.all(
    [join(pictures, "3.png"), join(folder, "all/2.png")].map((path) => sharp(path).removeAlpha().raw().toBuffer()),
  );
  expect(made?.equals(none ?? Buffer.of())).toBe(true);
});

test("they follow a face through a movie, the same for one process and for four, and the sound is as it was", async () => {
  const movie = join(folder, "movie.mp4");
  const still = ["-loop", "1", "-framerate", "25", "-t", "0.96", "-i", face];
  const tone = ["-f", "lavfi", "-t", "0.96", "-i", "sine=sample_rate=48000"];
  remakeMovie(
    [...still, ...tone, "-vf", "rotate=0.02*n:c=gray,format=yuv420p", "-c:v", "libx264", "-crf", "8", "-c:a", "aac"],
    movie,
  );
  await rendering(movie, "one.mp4", 1);
  await rendering(movie, "four.mp4", 4);
  expect(readFileSync(join(folder, "four.mp4")).equals(readFileSync(join(folder, "one.mp4")))).toBe(true);
  const [source, made] = [readMovie(movie), readMovie(join(folder, "one.mp4"))];
  expect(made.times).toEqual(source.times);
  expect(made.times).toHaveLength(24);
  expect(made.sound.map(({ data }) => data.toString("hex"))).toEqual(
    source.sound.map(({ data }) => data.toString("hex")),
  );
  for (const frame of [0, 7, 15, 23]) {
    const [before, after] = [movie, join(folder, "one.mp4")].map((path, at) =>
      remakeMovie(
        ["-i", path, "-vf", `select=eq(n\\,${frame})`, "-frames:v", "1"],
        join(folder, `frame-${frame}-${at}.png`),
      ),
    );
    expectNear(await lensesOf(before ?? "", after ?? ""), turned(0.02 * frame));
  }
});
