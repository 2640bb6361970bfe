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
