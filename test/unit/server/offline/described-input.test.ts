/** What follows from a render's input: which frames, when, how large, and which part of its sound. */

import { expect, test } from "vitest";
import {
  type DescribedInput,
  marksOf,
  sizeOfInput,
  soundOf,
  timingOf,
} from "../../../../server/offline/described-input.ts";
import { type RenderSceneOptions, resolveRenderOptions } from "../../../../server/offline/render-options.ts";

type MovieInput = Extract<DescribedInput, { readonly kind: "movie" }>;

function movie(seconds: readonly number[], rate: number, duration: number): MovieInput {
  const none = new Float64Array();
  const index = {
    markedBy: "pts",
    marks: none,
    orders: none,
    seconds: none,
    sizes: none,
    flags: new Uint8Array(),
  } as const;
  const facts = { path: "/movie.mp4", hasSound: true, index, bytes: 9, changedMs: 1, size: { width: 161, height: 91 } };
  return { kind: "movie", ...facts, seconds: Float64Array.from(seconds), rate, duration };
}

function even(count: number, rate: number, first = 0, digits = 9): MovieInput {
  const seconds = Array.from({ length: count }, (_, at) => Number((first + at / rate).toFixed(digits)));
  return movie(seconds, rate, count / rate);
}

const unsaid = { fps: undefined, frames: undefined };

test("DI1 rates of movies are known exactly, also by times in milliseconds", () => {
  const ntsc = 30000 / 1001;
  expect(timingOf(even(5000, ntsc), unsaid)).toEqual({
    fps: { num: 30000, den: 1001 },
    frames: { first: 0, last: 4999 },
    times: null,
    shown: null,
  });
  expect(timingOf(even(5000, ntsc, 0.066, 3), unsaid)).toMatchObject({ fps: { num: 30000, den: 1001 }, times: null });
  expect(timingOf(even(50, 25, 1.4), unsaid)).toMatchObject({ fps: { num: 25, den: 1 }, times: null });
  // What the file says is not so, and the mean is.
  expect(timingOf({ ...even(50, 25), rate: 50 }, unsaid)).toMatchObject({ fps: { num: 25, den: 1 }, times: null });
});

test("DI2 times that no rate gives are kept, from the first on", () => {
  const uneven = movie([0.5, 0.54, 0.62, 0.7, 1], 25, 0.6);
  const { times, frames, shown } = timingOf(uneven, unsaid);
  expect(times?.map(Math.round)).toEqual([0, 40, 120, 200, 500]);
  expect([frames, shown]).toEqual([{ first: 0, last: 4 }, null]);
  // A picture every three seconds is slower than any rate that may be asked for.
  expect(timingOf(even(4, 1 / 3), unsaid).times).toEqual([0, 3000, 6000, 9000].map((ms) => expect.closeTo(ms, 3)));
});

test("DI1 at another rate each frame shows the one of its time", () => {
  const shown = (input: DescribedInput, fps: number) => timingOf(input, { fps, frames: undefined }).shown;
  expect(shown(even(6, 30), 15)).toEqual([0, 2, 4]);
  expect(shown(even(3, 10, 7), 20)).toEqual([0, 0, 1, 1, 2, 2]);
  expect(shown(movie([0, 0.1, 0.9], 10, 1), 10)).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
});

test("frames that are not there are refused, and one picture stands as long as it is wanted", () => {
  const frames = { first: 3, last: 50 };
  expect(() => timingOf(even(50, 25), { fps: undefined, frames })).toThrow("options.frames must end at 49 at most");
  const size = { width: 10, height: 7 };
  const pictures = (count: number): DescribedInput => {
    const all = Array.from({ length: count }, (_, at) => at);
    return { kind: "pictures", paths: all.map((at) => `/${at}.png`), bytes: all, changedMs: all, size };
  };
  expect(() => timingOf(pictures(3), { fps: undefined, frames })).toThrow("as the input has 3 frames");
  const still = timingOf(pictures(1), { fps: undefined, frames });
  expect(still.frames).toEqual(frames);
  expect(new Set(still.shown)).toEqual(new Set([0]));
  expect(timingOf(pictures(3), unsaid)).toMatchObject({ fps: { num: 30, den: 1 }, frames: { first: 0, last: 2 } });
  expect(sizeOfInput(pictures(1), true)).toEqual({ width: 16, height: 16 });
  expect(sizeOfInput(even(1, 25), true)).toEqual({ width: 160, height: 90 });
  expect(sizeOfInput(even(1, 25), false)).toEqual({ width: 161, height: 91 });
});

test("JM2 of a whole movie all sound is taken, of a part that of its time", () => {
  const input = even(50, 25, 0.2);
  const sound = (first: number, last: number) => {
    const timing = timingOf(input, { fps: undefined, frames: { first, last } });
    return soundOf(input, timing);
  };
  expect(sound(0, 49)).toEqual({ fromSeconds: 0.2, hasStart: true, hasEnd: true });
  expect(sound(0, 10)).toEqual({ fromSeconds: 0.2, hasStart: true, hasEnd: false });
  expect(sound(25, 49)).toEqual({ fromSeconds: expect.closeTo(1.2), hasStart: false, hasEnd: true });
});

test("the options follow from the input where they say nothing", () => {
  const input = even(50, 25, 0.2);
  const resolve = (options: Partial<RenderSceneOptions> = {}) =>
    resolveRenderOptions({ scene: "scene.ts", output: "a.mp4", input: "movie.mp4", ...options }, input);
  expect(resolve()).toMatchObject({
    frames: { first: 0, last: 49 },
    fps: { num: 25, den: 1 },
    size: { width: 160, height: 90 },
    audio: { path: "/movie.mp4", fromSeconds: 0.2, isFromBeginning: true, hasStart: true, hasEnd: true },
  });
  expect(resolve({ audio: false }).audio).toBeNull();
  expect(resolve({ audio: "/other.wav" }).audio).toMatchObject({ path: "/other.wav", isFromBeginning: false });
  expect(resolve({ output: "%d.png" })).toMatchObject({ audio: null, size: { width: 161, height: 91 } });
  // Before it is known, what is wrong by itself is said at once.
  expect(() => resolveRenderOptions({ scene: "s.ts", output: "a.mp4", input: "" })).toThrow("options.input must be");
  expect(() => resolveRenderOptions({ scene: "s.ts", output: "a.txt", input: "m.mp4" })).toThrow("options.output");
  expect(marksOf(input)).not.toEqual(marksOf({ ...input, changedMs: 2 }));
});
