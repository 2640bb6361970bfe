/** Real encoders while what they are to give changes: where that costs a key frame, and where it does not. */

import { readdirSync, readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { TargetEncoder } from "../../server/encode/video/target-encoder.ts";
import { allocateFrameRing } from "../../server/frames/frame-ring.ts";
import { type SceneContent, streamCodecs, type VideoCodec } from "../../shared/video.ts";
import { randomOf } from "../support/lab/random.ts";
import { decodePictures } from "../support/video-decoder.ts";

const size = { width: 320, height: 192 };
const target = { bitrateBps: 1_000_000, size, maxFps: 60 };
const grey = new Uint8Array(size.width * size.height * 4).fill(128);

let at: number;
let encoder: TargetEncoder;
afterEach(() => encoder.close());

function open(codec: VideoCodec): void {
  at = 0;
  encoder = new TargetEncoder({ codec, maxFps: 60, ring: allocateFrameRing(size, 1), target }, () => at);
  encode();
}

/** Encodes one picture; there is always one, as both encoders hold none back. */
function encode(): { readonly isKeyFrame: boolean; readonly data: Uint8Array } {
  const [picture] = encoder.encode({ rgba: grey, i420: null }, false, false);
  if (picture === undefined) throw new Error("no picture");
  return picture;
}

it.each(["h264", "vp8", "vp9"] as const)(
  "a first picture full of detail takes a fifth of a second of the bit rate at most: %s",
  (codec) => {
    const random = randomOf(1);
    const grain = Uint8Array.from(grey, (level) => level + 80 * (random() - 0.5));
    const ring = allocateFrameRing(size, 1);
    const slow = { ...target, bitrateBps: 500_000 };
    encoder = new TargetEncoder({ codec, maxFps: 60, ring, target: slow });
    const [picture] = encoder.encode({ rgba: grain, i420: null }, false, false);
    expect(picture?.isKeyFrame).toBe(true);
    expect(picture?.data.length).toBeGreaterThan(200);
    expect(picture?.data.length).toBeLessThan(500_000 / 8 / 5);
  },
);

it.each([
  [390, 844],
  [336, 200],
  [322, 194],
])(
  "SVT-AV1 makes what can be decoded of pictures of %i x %i, whose last superblock is but a corner",
  (width, height) => {
    const odd = { width, height };
    const random = randomOf(2);
    const rgba = Uint8Array.from({ length: width * height * 4 }, () => 256 * random());
    const ring = allocateFrameRing(odd, 1);
    encoder = new TargetEncoder({ codec: "av1", maxFps: 60, ring, target: { ...target, size: odd } });
    const coded = [1, 2, 3].flatMap(() => encoder.encode({ rgba, i420: null }, false, false));
    const pictures = decodePictures(
      "av1",
      coded.map(({ data }) => data),
    );
    expect(pictures.map((picture) => [picture.width, picture.height])).toEqual(pictures.map(() => [width, height]));
    expect(pictures.length).toBe(3);
  },
);

it.skipIf(process.platform !== "linux").each(streamCodecs)(
  "%s makes no thread of the process a real-time one",
  (codec) => {
    const ring = allocateFrameRing(size, 1);
    encoder = new TargetEncoder({ codec, maxFps: 60, ring, target });
    encoder.encode({ rgba: grey, i420: null }, true, false);
    const policies = readdirSync("/proc/self/task").map((thread) => {
      const stat = readFileSync(`/proc/self/task/${thread}/stat`, "utf8");
      // Its 41st field, of which the 2nd is in brackets (`proc_pid_stat(5)`).
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[38]);
    });
    expect(policies.length).toBeGreaterThan(1);
    // SCHED_FIFO and SCHED_RR (`sched(7)`).
    expect(policies.filter((policy) => policy === 1 || policy === 2)).toEqual([]);
  },
);

it.each(streamCodecs)("a picture that gets brighter as a whole is followed: %s", (codec) => {
  const ring = allocateFrameRing(size, 1);
  encoder = new TargetEncoder({ codec, maxFps: 60, ring, target });
  const levels = [40, 60, 80, 100, 120, 140, 160, 180];
  const coded = levels.flatMap((level) =>
    encoder.encode({ rgba: new Uint8Array(grey).fill(level), i420: null }, false, false),
  );
  const pictures = decodePictures(
    codec,
    coded.map(({ data }) => data),
  );
  const shown = pictures.map((picture) => picture.colourAt(0.9, 0.9)[0] ?? Number.NaN);
  expect(shown).toHaveLength(levels.length);
  expect(Math.max(...levels.map((level, at) => Math.abs(level - (shown[at] ?? Number.NaN))))).toBeLessThan(8);
});

it("x264 takes another bit rate and another frame rate without a key frame (TE1)", () => {
  open("h264");
  for (const change of [{ bitrateBps: 500_000 }, { bitrateBps: 4_000_000 }, { maxFps: 10 }]) {
    encoder.setTarget({ ...target, ...change });
    expect(encode().isKeyFrame).toBe(false);
  }
});

it.each(["h264", "vp8"] as const)(
  "another size begins with a key frame, and can be decoded alone (TE2): %s",
  (codec) => {
    open(codec);
    at = 5000;
    encoder.setTarget({ ...target, size: { width: 160, height: 96 } });
    const first = encode();
    expect(first.isKeyFrame).toBe(true);
    const [picture] = decodePictures(codec, [first.data]);
    expect([picture?.width, picture?.height]).toEqual([160, 96]);
    expect(Math.abs((picture?.colourAt(0.5, 0.5)[0] ?? 0) - 128)).toBeLessThan(6);
    expect(encode().isKeyFrame).toBe(false);
  },
);

it("libvpx is opened anew for a bit rate that differs by a fifth, not sooner than after three seconds (TE3)", () => {
  open("vp8");
  at = 10_000;
  encoder.setTarget({ ...target, bitrateBps: 1_150_000 });
  expect(encode().isKeyFrame).toBe(false);
  encoder.setTarget({ ...target, bitrateBps: 500_000 });
  expect(encode().isKeyFrame).toBe(true);
  encoder.setTarget({ ...target, bitrateBps: 2_000_000 });
  at = 12_900;
  expect(encode().isKeyFrame).toBe(false);
  at = 13_100;
  expect([encode().isKeyFrame, encode().isKeyFrame]).toEqual([true, false]);
});

it("SVT-AV1 takes its tools for screens for text, from a key frame on when that becomes known (TE6)", () => {
  const rgba = letters();
  const first = (content: SceneContent) => {
    encoder = new TargetEncoder({ codec: "av1", maxFps: 60, ring: allocateFrameRing(size, 1), target, content });
    return encoder.encode({ rgba, i420: null }, false, false)[0];
  };
  const [plain, same, text] = [first("surfaces"), first("lines"), first("text")];
  expect(plain?.data.length).toBe(same?.data.length);
  expect(plain?.data.length).not.toBe(text?.data.length);
  first("surfaces");
  encoder.setContent("text");
  const [later] = encoder.encode({ rgba, i420: null }, false, false);
  expect([later?.isKeyFrame, later?.data.length]).toEqual([true, text?.data.length]);
  expect(encode().isKeyFrame).toBe(false);
});

it("x264 takes text as it takes all else, without a key frame (TE6)", () => {
  open("h264");
  encoder.setContent("text");
  expect(encode().isKeyFrame).toBe(false);
});

it("a size that no encoder takes leaves the encoder that there is, with the new bit rate (TE4)", () => {
  open("h264");
  encoder.setTarget({ ...target, size: { width: 1, height: 1 }, bitrateBps: 2_000_000 });
  expect([encode().isKeyFrame, encode().isKeyFrame]).toEqual([false, false]);
  const [picture] = decodePictures("h264", [
    encoder.encode({ rgba: grey, i420: null }, false, true)[0]?.data ?? new Uint8Array(),
  ]);
  expect(picture?.width).toBe(size.width);
  encoder.setTarget({ ...target, size: { width: 240, height: 144 } });
  expect(encode().isKeyFrame).toBe(true);
});

it.each(["h264", "vp8"] as const)(
  "pictures of another size get one new encoder, before or after the target for them is known (TE5): %s",
  (codec) => {
    const portrait = { width: 192, height: 320 };
    const small = { width: 160, height: 96 };
    const ring = allocateFrameRing(size, 1);
    const of = (picture: typeof size) => ({
      rgba: new Uint8Array(picture.width * picture.height * 4).fill(128),
      i420: null,
      size: picture,
    });
    encoder = new TargetEncoder({ codec, maxFps: 60, ring, target: { ...target, size: small } }, () => 0);
    const coded: { readonly isKeyFrame: boolean; readonly data: Uint8Array }[] = [];
    const show = (picture: typeof size) => coded.push(...encoder.encode(of(picture), false, false));
    show(size);
    // Half of each side, as before.
    show(portrait);
    encoder.setTarget({ ...target, size: { width: 96, height: 160 }, of: portrait });
    show(portrait);
    // A target for what is still to come.
    encoder.setTarget({ ...target, size, of: size });
    show(portrait);
    show(size);
    show(size);
    expect(coded.map(({ isKeyFrame }) => isKeyFrame)).toEqual([true, true, false, false, true, false]);
    const pictures = decodePictures(
      codec,
      coded.map(({ data }) => data),
    );
    expect(pictures.map(({ width, height }) => `${width}x${height}`)).toEqual([
      "160x96",
      "96x160",
      "96x160",
      "96x160",
      "320x192",
      "320x192",
    ]);
    expect(pictures.every((picture) => Math.abs((picture.colourAt(0.9, 0.9)[0] ?? 0) - 128) < 6)).toBe(true);
  },
);

/** Rows of the same few letters in shades of grey, as text with smooth edges is; bilevel text SVT-AV1 knows by itself. */
function letters(): Uint8Array {
  const random = randomOf(3);
  const ink = () => (random() < 0.5 ? 255 : 230 * random());
  const alphabet = Array.from({ length: 26 }, () => Array.from({ length: 6 * 9 }, ink));
  const text = Array.from({ length: 2000 }, () => alphabet[Math.floor(26 * random())] ?? []);
  const rgba = new Uint8Array(size.width * size.height * 4);
  for (let pixel = 0; pixel < size.width * size.height; pixel += 1) {
    const [x, y] = [pixel % size.width, Math.floor(pixel / size.width)];
    const letter = text[Math.floor(y / 9) * 60 + Math.floor(x / 6)] ?? [];
    rgba.fill(letter[(y % 9) * 6 + (x % 6)] ?? 255, pixel * 4, pixel * 4 + 4);
  }
  return rgba;
}
