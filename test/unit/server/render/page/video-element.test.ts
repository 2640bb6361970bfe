/** `<video>` of a page, which plays a real file. */

import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AvVideo } from "../../../../../server/render/page/images/av-video.ts";
import { Page } from "../../../../../server/render/page/page.ts";

const url = new URL("../../../../fixtures/page-assets/scene.ts", import.meta.url).href;
const name = "three-colours.mp4";

let page: Page;
beforeAll(() => {
  page = Page.open({ url, size: { width: 320, height: 192 } });
});
afterAll(() => page.close());

test("VE1: pictures are passed over where there is no time for all of them, and the last one stays", async () => {
  const all: number[] = [];
  const file = await AvVideo.open(fileURLToPath(new URL(name, url)));
  for (let picture = await file.next(); picture !== null; picture = await file.next()) all.push(picture.time);
  await file.close();

  const video = document.createElement("video");
  video.src = name;
  await new Promise((resolve) => video.addEventListener("canplay", resolve));
  const shown: number[] = [];
  const note = (_now: number, { mediaTime }: { mediaTime: number }): void => {
    shown.push(mediaTime);
    video.requestVideoFrameCallback(note);
  };
  video.requestVideoFrameCallback(note);
  // 1.2 s in 12 ms, in which a timer comes twelve times at most.
  video.playbackRate = 100;
  const ended = new Promise((resolve) => video.addEventListener("ended", resolve));
  await video.play();
  await ended;
  expect(shown).toEqual(shown.toSorted((one, other) => one - other));
  expect(shown.at(-1)).toBe(all.at(-1));
  expect(shown.length).toBeLessThanOrEqual(13);
  expect(all.length).toBeGreaterThan(20);
});

async function opened(): Promise<HTMLVideoElement> {
  const video = document.createElement("video");
  video.src = name;
  await new Promise((resolve) => video.addEventListener("canplay", resolve));
  return video;
}

/** When the picture is shown that it has. */
const shownTime = (video: HTMLVideoElement) =>
  new Promise<number>((resolve) => video.requestVideoFrameCallback((_now, { mediaTime }) => resolve(mediaTime)));

test("VE3: of seeks that overtake each other the last one counts, whose time is there at once", async () => {
  const video = await opened();
  for (let turn = 0; turn < 5; turn += 1) {
    video.currentTime = 0.1;
    await new Promise((resolve) => setTimeout(resolve, turn));
    // Where the machine is busy that one is over by now.
    let count = 0;
    const seeked = new Promise<void>((resolve) => {
      video.onseeked = () => {
        count += 1;
        resolve();
      };
    });
    for (const time of [0.2, 0.9, 0.3, 0.7]) video.currentTime = time;
    expect([video.currentTime, video.seeking]).toEqual([0.7, true]);
    await seeked;
    const time = await shownTime(video);
    expect([time > 0.64 && time <= 0.7, video.currentTime, video.seeking]).toEqual([true, 0.7, false]);
    expect(count).toBe(1);
  }
});

test("a pause before it plays is no play, and a seek does not stop one that plays", async () => {
  const video = await opened();
  video.currentTime = 0.5;
  const playing = video.play();
  video.pause();
  await expect(playing).rejects.toMatchObject({ name: "AbortError" });
  expect(video.paused).toBe(true);
  await video.play();
  video.currentTime = 0.1;
  await new Promise((resolve) => {
    video.onseeked = resolve;
  });
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(video.paused).toBe(false);
  expect(video.currentTime).toBeGreaterThan(0.12);
  const ended = new Promise((resolve) => video.addEventListener("ended", resolve));
  video.currentTime = 1.1;
  await ended;
  expect(video.currentTime).toBe(video.duration);
});
