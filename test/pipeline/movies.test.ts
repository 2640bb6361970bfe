/** Frames of a folder of movies over HTTP: what is given, to whom, from where, and what a movie that means no good does to the others. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { MoviePool } from "../../server/movies/movie-pool.ts";
import type { StreamServer } from "../../server/stream-server.ts";
import { startFakeServer } from "../support/fake-scene.ts";
import { framePixels } from "../support/ffmpeg.ts";
import { makeSample } from "../support/movie-samples.ts";
import { descendantsRunning } from "../support/processes.ts";

const token = "correct-horse-battery";
const decoders = (): number[] => descendantsRunning(process.pid, "movie-decoder-process");
const odd = "a b#c%d é漢?.mp4";
let place: string;
let folder: string;
let movie: string;
let server: StreamServer;

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), "scenecast-test-"));
  vi.stubEnv("XDG_CACHE_HOME", join(place, "cache"));
  folder = join(place, "films");
  mkdirSync(join(folder, "sub"), { recursive: true });
  movie = makeSample(folder, "h264-open-gop.mp4");
  copyFileSync(movie, join(folder, "sub", odd));
  copyFileSync(movie, join(place, "secret.mp4"));
  server = await startFakeServer({
    more: { access: { token }, movies: { folder, maxDecoders: 2, maxDecodeMs: 3000 } },
  });
}, 60_000);
afterAll(async () => {
  await server?.close();
  vi.unstubAllEnvs();
  rmSync(place, { recursive: true, force: true });
});

const at = (path: string): string => new URL(path, server.url).href;

async function ask(path: string, headers: Record<string, string> = {}, init: RequestInit = {}) {
  const response = await fetch(at(path), { ...init, headers: { authorization: `Bearer ${token}`, ...headers } });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes, text: bytes.toString() };
}

/** Of a path as it is written, which `fetch` would tidy up. */
const statusOf = async (path: string): Promise<number> => {
  const headers = { host: `localhost:${server.port}`, authorization: `Bearer ${token}` };
  const asked = request({ port: server.port, path, headers, agent: false }).end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  response.destroy();
  return response.statusCode ?? 0;
};

describe("what is given", () => {
  test("movies are listed, and each says what it is", async () => {
    const list = JSON.parse((await ask("movies")).text) as { movies: { path: string; href: string }[] };
    expect(list.movies.map(({ path }) => path)).toEqual(["h264-open-gop.mp4", `sub/${odd}`]);
    for (const { path, href } of list.movies) {
      const { status, text } = await ask(href);
      expect([status, JSON.parse(text)]).toEqual([
        200,
        expect.objectContaining({
          path,
          width: 160,
          height: 90,
          frameRate: 25,
          frameCount: 40,
          codec: "h264",
          seconds: 1.6,
        }),
      ]);
    }
  });

  test("the pixels of a frame are those of ffmpeg, and pictures are of them", async () => {
    const expected = framePixels(movie, 17);
    const raw = await ask("movies/h264-open-gop.mp4/frames/17.raw");
    expect(raw.bytes.equals(expected)).toBe(true);
    expect([raw.headers.get("x-frame-width"), raw.headers.get("x-frame-seconds")]).toEqual(["160", "0.68"]);
    const png = await ask("movies/h264-open-gop.mp4/frames/17.png");
    expect((await sharp(png.bytes).ensureAlpha().raw().toBuffer()).equals(expected)).toBe(true);
    for (const format of ["jpg", "webp"]) {
      const { bytes, headers } = await ask(`movies/h264-open-gop.mp4/frames/17.${format}?size=80x80`);
      expect(await sharp(bytes).metadata()).toMatchObject({ width: 80, height: 45 });
      expect(headers.get("content-type")).toBe(`image/${format === "jpg" ? "jpeg" : format}`);
    }
  });

  test("several are one answer: pixels one after the other, pictures in an archive", async () => {
    const raw = await ask("movies/h264-open-gop.mp4/frames/10..13.raw");
    expect(raw.bytes.equals(Buffer.concat([10, 11, 12, 13].map((frame) => framePixels(movie, frame))))).toBe(true);
    const { bytes, headers } = await ask("movies/h264-open-gop.mp4/frames/10..13.png");
    expect(headers.get("content-type")).toBe("application/x-tar");
    const into = join(place, "tar");
    mkdirSync(into);
    execFileSync("tar", ["-x", "-C", into], { input: bytes });
    expect(readdirSync(into).sort()).toEqual([10, 11, 12, 13].map((frame) => `0000${frame}.png`));
    const eleventh = await sharp(readFileSync(join(into, "000011.png")))
      .ensureAlpha()
      .raw()
      .toBuffer();
    expect(eleventh.equals(framePixels(movie, 11))).toBe(true);
  });

  test("MS1: who has a frame is told so, and what was made lies on the disk", async () => {
    const first = await ask("movies/h264-open-gop.mp4/frames/3.jpg");
    const tag = first.headers.get("etag") ?? "";
    expect([tag, first.headers.get("cache-control")]).toEqual([
      expect.stringMatching(/^"[\w.-]+"$/),
      "private, no-cache",
    ]);
    expect((await ask("movies/h264-open-gop.mp4/frames/3.jpg", { "if-none-match": tag })).status).toBe(304);
    const again = await ask("movies/h264-open-gop.mp4/frames/3.jpg?quality=90", { "if-none-match": '"other"' });
    expect([again.headers.get("etag"), again.bytes.equals(first.bytes)]).toEqual([tag, true]);
    expect((await ask("movies/h264-open-gop.mp4/frames/3.jpg?quality=10")).headers.get("etag")).not.toBe(tag);
    const { version } = JSON.parse((await ask("movies/h264-open-gop.mp4")).text) as { version: string };
    const fixed = await ask(`movies/h264-open-gop.mp4/frames/3.jpg?version=${version}`);
    expect(fixed.headers.get("cache-control")).toContain("immutable");
    expect((await ask("movies/h264-open-gop.mp4/frames/3.jpg?version=other")).status).toBe(404);
    const kept = join(place, "cache", "scenecast", "movies");
    await vi.waitFor(() => {
      const sums = readdirSync(kept).map((name) =>
        createHash("md5")
          .update(readFileSync(join(kept, name)))
          .digest("hex"),
      );
      expect(sums).toContain(createHash("md5").update(first.bytes).digest("hex"));
    });
  });
});

describe("what is refused", () => {
  test("who may not watch gets nothing", async () => {
    for (const path of ["movies", "movies/h264-open-gop.mp4", "movies/h264-open-gop.mp4/frames/1.png"]) {
      expect((await fetch(at(path))).status).toBe(401);
    }
    const { link } = await server.createLink({ role: "viewer" });
    const viewer = new URLSearchParams(new URL(link).hash.slice(1)).get("token");
    const { status } = await ask("movies/h264-open-gop.mp4/frames/1.png", { authorization: `Bearer ${viewer}` });
    expect(status).toBe(200);
  });

  test("what there is not, and what is no request", async () => {
    const frames = "movies/h264-open-gop.mp4/frames";
    expect(await ask(`${frames}/40.png`)).toMatchObject({
      status: 404,
      text: "The movie has 40 frames, from 0 to 39.\n",
    });
    expect((await ask(`${frames}/39..40.png`)).status).toBe(404);
    for (const bad of ["5..4.png", "0..1000.png"]) expect((await ask(`${frames}/${bad}`)).status).toBe(400);
    for (const bad of ["?size=1x1", "?quality=0"]) expect((await ask(`${frames}/1.jpg${bad}`)).status).toBe(400);
    for (const bad of ["-1.png", "1.gif", "1e3.png", ""]) expect((await ask(`${frames}/${bad}`)).status).toBe(404);
    expect((await ask(`${frames}/1.png`, {}, { method: "POST" })).status).toBe(405);
  });

  test("MF1: paths stay in the folder, however they are written", async () => {
    symlinkSync(join(place, "secret.mp4"), join(folder, "out.mp4"));
    symlinkSync(place, join(folder, "up"));
    symlinkSync("h264-open-gop.mp4", join(folder, "within.mp4"));
    mkdirSync(join(folder, "folder.mp4"));
    execFileSync("mkfifo", [join(folder, "pipe.mp4")]);
    writeFileSync(join(folder, "notes.txt"), "notes");
    copyFileSync(movie, join(folder, ".hidden.mp4"));
    const paths = [
      ...[
        "../secret.mp4",
        "..%2fsecret.mp4",
        "%2e%2e/secret.mp4",
        "..%5csecret.mp4",
        "sub/../../secret.mp4",
        "out.mp4",
      ],
      ...["up/secret.mp4", `${encodeURIComponent(join(place, "secret.mp4"))}`, `/${join(place, "secret.mp4")}`],
      ...[
        "h264-open-gop.mp4%00",
        "h264-open-gop.mp4%00.mp4",
        "%ff.mp4",
        "%.mp4",
        "folder.mp4",
        "pipe.mp4",
        "notes.txt",
      ],
      ...[".hidden.mp4", "sub/", "sub", `${"a".repeat(300)}.mp4`, `${"a/".repeat(3000)}b.mp4`, "h264-open-gop.mp4/"],
      ...["./h264-open-gop.mp4/x.mp4", "%ed%a0%80.mp4", "sub//x.mp4"],
    ];
    for (const path of paths) {
      for (const end of ["", "/frames/0.png"]) {
        expect([path, await statusOf(`/movies/${path}${end}`)]).toEqual([
          path,
          expect.toSatisfy((status) => status === 404 || status === 400),
        ]);
      }
    }
    expect((await ask("movies/within.mp4/frames/0.png")).status).toBe(200);
    expect((await ask("movies")).text).not.toMatch(/secret|hidden|out\.mp4|pipe|notes|within/);
  });
});

describe("what goes wrong", () => {
  test("a broken movie is told of, and the others go on", async () => {
    writeFileSync(join(folder, "noise.mp4"), Buffer.alloc(5000, "noise"));
    writeFileSync(join(folder, "half.mp4"), readFileSync(movie).subarray(0, 2000));
    for (const name of ["noise.mp4", "half.mp4"]) {
      const { status, text } = await ask(`movies/${name}/frames/0.png`);
      expect([status, text]).toEqual([422, expect.stringContaining("no movie that FFmpeg can read")]);
      expect(text).not.toContain(place);
    }
    expect((await ask("movies/h264-open-gop.mp4/frames/8.png")).status).toBe(200);
  });

  test("YP1, YP3: a decoder that is killed in the middle loses nothing", async () => {
    const asked = Array.from({ length: 40 }, (_, frame) =>
      ask(`movies/h264-open-gop.mp4/frames/${frame}.raw?size=150x150`),
    );
    await asked[3];
    expect(decoders().length).toBeLessThanOrEqual(2);
    for (const pid of decoders()) process.kill(pid, "SIGKILL");
    expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([200]));
  });

  test("MD1: a decoder that hangs is ended in time, and what it had to do is done by another", async () => {
    await ask("movies/h264-open-gop.mp4/frames/0.raw?size=140x140");
    for (const pid of decoders()) process.kill(pid, "SIGSTOP");
    const [one, other] = await Promise.all([
      ask("movies/h264-open-gop.mp4/frames/1.raw?size=140x140"),
      ask("movies/h264-open-gop.mp4/frames/30.raw?size=140x140"),
    ]);
    expect([200, 422]).toContain(one.status);
    expect([200, 422]).toContain(other.status);
    expect((await ask("movies/h264-open-gop.mp4/frames/2.raw?size=140x140")).status).toBe(200);
  });

  test("MS2: who leaves is not worked for", async () => {
    const gone = new AbortController();
    const left = fetch(at("movies/h264-open-gop.mp4/frames/0..39.raw?size=120x120"), {
      headers: { authorization: `Bearer ${token}` },
      signal: gone.signal,
    });
    await (await left).body?.cancel();
    gone.abort();
    expect((await ask("movies/h264-open-gop.mp4/frames/39.raw?size=120x120")).status).toBe(200);
  });
});

test("YP1, YP2: what is asked for twice is decoded once, and a decoder without work ends", async () => {
  const config = { maxDecoders: 1, maxJobMs: 20_000, maxDecoderBytes: 2 ** 30, idleMs: 300, warned: () => undefined };
  const pool = new MoviePool(config);
  const form = { format: "raw", size: null, quality: 90 } as const;
  const file = { key: "one", path: movie };
  const ask = (frame: number, signal = AbortSignal.any([])) =>
    pool.frame({ movie: file, frame, form, asker: "me", signal });
  try {
    const [one, other, last] = await Promise.all([ask(22), ask(22), ask(21)]);
    expect(one).toBe(other);
    expect([framePixels(movie, 22).equals(one), framePixels(movie, 21).equals(last)]).toEqual([true, true]);
    const leaving = new AbortController();
    const left = [30, 31, 32, 33].map((frame) => ask(frame, leaving.signal));
    leaving.abort(new Error("left"));
    for (const asked of left) await expect(asked).rejects.toThrow("left");
    expect(pool.counts.waiting).toBe(0);
    await expect(ask(40)).rejects.toThrow(RangeError);
    await vi.waitFor(() => expect(pool.counts.decoders).toBe(0), { timeout: 30_000 });
    expect(framePixels(movie, 5).equals(await ask(5))).toBe(true);
  } finally {
    await pool.close();
  }
  await expect(ask(6)).rejects.toMatchObject({ code: "closed" });
});
