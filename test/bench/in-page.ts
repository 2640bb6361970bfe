/** Owns what is measured inside the viewer page: from a press or a drag to the changed pixel. Runs in Chromium. */

import type { Page } from "playwright-core";

/** What `installHand` leaves in the page for the two measurements. */
type Hand = {
  readonly video: HTMLVideoElement;
  /** Dispatches a pointer event at a distance, in CSS pixels, from the middle of the picture. */
  point(type: string, x: number, y: number, button: number, buttons: number): void;
  /** Dispatches a wheel event in the middle of the picture. */
  wheel(deltaY: number): void;
  /** The red of a pixel at the top of the picture, 0 to 255. */
  level(): number;
  /** The picture, much smaller. */
  look(): Uint8ClampedArray;
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

/**
 * The same while a pointer is held down: from a move to the first presented frame whose top has another brightness. Each move is a
 * while after the one before, at a random moment.
 */
export async function measureMoves(page: Page, count: number): Promise<number[]> {
  await page.evaluate(installHand);
  return page.evaluate(async (count) => {
    const { video, point, level } = (window as unknown as { hand: Hand }).hand;
    const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const moveType = "onpointerrawupdate" in window ? "pointerrawupdate" : "pointermove";
    const times: number[] = [];
    point("pointerdown", 0, 0, 0, 1);
    for (let move = 1; move <= count; move += 1) {
      await sleep(150 + Math.random() * 100);
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
      point(moveType, 3 * (move % 40), move % 7, -1, 1);
      const time = await seen;
      if (time !== null) times.push(time);
    }
    point("pointerup", 0, 0, 0, 0);
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

/**
 * Zooms in and out, `count` times each a pause after the last input, and measures each time, in milliseconds, from the DOM
 * event to the first presented frame that shows another picture. What is not seen within two seconds is left out.
 */
export async function measureAnswers(page: Page, pauseMs: number, count: number): Promise<number[]> {
  await page.evaluate(installHand);
  return page.evaluate(
    async ({ pauseMs, count }) => {
      const { video, wheel, look } = (window as unknown as { hand: Hand }).hand;
      const differs = (one: Uint8ClampedArray, other: Uint8ClampedArray) =>
        one.reduce((sum, value, at) => sum + Math.abs(value - (other[at] ?? 0)), 0) / one.length > 2;
      const times: number[] = [];
      for (let turn = 0; turn < count; turn += 1) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        const before = look();
        const begun = performance.now();
        const seen = new Promise<number | null>((resolve) => {
          const compare = () => {
            // Before the picture is read, which takes a while itself.
            const time = performance.now() - begun;
            if (differs(look(), before)) resolve(time);
            else if (time < 2000) video.requestVideoFrameCallback(compare);
          };
          video.requestVideoFrameCallback(compare);
          setTimeout(() => resolve(null), 2000);
        });
        wheel(turn % 2 === 0 ? 400 : -400);
        const time = await seen;
        if (time !== null) times.push(time);
      }
      return times;
    },
    { pauseMs, count },
  );
}

/** Runs in the page. */
function installHand(): void {
  const video = document.querySelector("video");
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const small = { width: 64, height: 36 };
  const glance = new OffscreenCanvas(small.width, small.height).getContext("2d", { willReadFrequently: true });
  if (video === null || context === null || glance === null) throw new Error("no video");
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
    wheel(deltaY) {
      const place = { clientX: middle.x, clientY: middle.y };
      target.dispatchEvent(new WheelEvent("wheel", { bubbles: true, cancelable: true, ...place, deltaY }));
    },
    look() {
      glance.imageSmoothingQuality = "high";
      glance.drawImage(video, 0, 0, small.width, small.height);
      return glance.getImageData(0, 0, small.width, small.height).data;
    },
    level() {
      context.drawImage(video, video.videoWidth / 2, 8, 1, 1, 0, 0, 1, 1);
      return context.getImageData(0, 0, 1, 1).data[0] ?? 0;
    },
  };
  Object.assign(window, { hand });
}
