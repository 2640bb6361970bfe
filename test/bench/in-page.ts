/** Owns what is measured inside the viewer page: from a press or a drag to the changed pixel. Runs in Chromium. */

import type { Page } from "playwright-core";

/** What `installHand` leaves in the page for the two measurements. */
type Hand = {
  readonly video: HTMLVideoElement;
  /** Dispatches a pointer event at a distance, in CSS pixels, from the middle of the picture. */
  point(type: string, x: number, y: number, button: number, buttons: number): void;
  /** The red of a pixel at the top of the picture, 0 to 255. */
  level(): number;
};

/**
 * Presses the pointer `count` times at random moments and measures each time, in milliseconds, from the DOM event to the
 * first presented frame whose top has another brightness, as `requestVideoFrameCallback` and a canvas see it. Presses
 * whose change is not seen within two seconds are left out.
 */
export async function measureClicks(page: Page, count: number): Promise<number[]> {
  await page.evaluate(installHand);
  return page.evaluate(async (count) => {
    const { video, point, level } = (window as unknown as { hand: Hand }).hand;
    const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const times: number[] = [];
    for (let click = 0; click < count; click += 1) {
      await sleep(250 + Math.random() * 200);
      const before = level();
      const begun = performance.now();
      const seen = new Promise<number | null>((resolve) => {
        const look = () => {
          // Before the pixel is read, which takes a while itself.
          const time = performance.now() - begun;
          if (Math.abs(level() - before) > 60) resolve(time);
          else if (time < 2000) video.requestVideoFrameCallback(look);
        };
        video.requestVideoFrameCallback(look);
        setTimeout(() => resolve(null), 2000);
      });
      point("pointerdown", 0, 0, 0, 1);
      const time = await seen;
      point("pointerup", 0, 0, 0, 0);
      if (time !== null) times.push(time);
    }
    return times;
  }, count);
}

/** Drags in circles over the picture for a time and gives the frames presented per second. */
export async function measureDrag(page: Page, forMs: number): Promise<number> {
  await page.evaluate(installHand);
  return page.evaluate(async (forMs) => {
    const { video, point } = (window as unknown as { hand: Hand }).hand;
    let [frames, isOver] = [0, false];
    const note = () => {
      frames += 1;
      if (!isOver) video.requestVideoFrameCallback(note);
    };
    const moveType = "onpointerrawupdate" in window ? "pointerrawupdate" : "pointermove";
    point("pointerdown", 120, 0, 0, 1);
    const begun = performance.now();
    video.requestVideoFrameCallback(note);
    for (let step = 1; performance.now() - begun < forMs; step += 1) {
      point(moveType, 120 * Math.cos(step / 12), 60 * Math.sin(step / 12), -1, 1);
      await new Promise((resolve) => setTimeout(resolve, 12));
    }
    const seconds = (performance.now() - begun) / 1000;
    isOver = true;
    point("pointerup", 120, 0, 0, 0);
    return frames / seconds;
  }, forMs);
}

/** Runs in the page. */
function installHand(): void {
  const video = document.querySelector("video");
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  if (video === null || context === null) throw new Error("no video");
  const { left, top, width, height } = video.getBoundingClientRect();
  const middle = { x: left + width / 2, y: top + height / 2 };
  const target = document.elementFromPoint(middle.x, middle.y) ?? video;
  const pointer = { bubbles: true, pointerId: 1, pointerType: "mouse", isPrimary: true };
  const hand: Hand = {
    video,
    point(type, x, y, button, buttons) {
      const place = { clientX: middle.x + x, clientY: middle.y + y };
      target.dispatchEvent(new PointerEvent(type, { ...pointer, ...place, button, buttons }));
    },
    level() {
      context.drawImage(video, video.videoWidth / 2, 8, 1, 1, 0, 0, 1, 1);
      return context.getImageData(0, 0, 1, 1).data[0] ?? 0;
    },
  };
  Object.assign(window, { hand });
}
