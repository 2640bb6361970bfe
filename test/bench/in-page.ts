/** Owns what is measured inside the viewer page: from a press or a drag to the changed pixel. Runs in Chromium. */

import type { Page } from "playwright-core";

/**
 * Presses the pointer `count` times at random moments and measures each time, in milliseconds, from the DOM event to the
 * first presented frame whose centre has another colour, as `requestVideoFrameCallback` and a canvas see it.
 */
export function measureClicks(page: Page, count: number): Promise<number[]> {
  return page.evaluate(async (count) => {
    const video = document.querySelector("video");
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    if (video === null || context === null) throw new Error("no video");
    const { left, top, width, height } = video.getBoundingClientRect();
    const at = { clientX: left + width / 2, clientY: top + height / 2 };
    const target = document.elementFromPoint(at.clientX, at.clientY) ?? video;
    const level = () => {
      context.drawImage(video, video.videoWidth / 2, 8, 1, 1, 0, 0, 1, 1);
      return context.getImageData(0, 0, 1, 1).data[0] ?? 0;
    };
    const press = (type: string, buttons: number) =>
      target.dispatchEvent(
        new PointerEvent(type, {
          ...at,
          bubbles: true,
          pointerId: 1,
          pointerType: "mouse",
          isPrimary: true,
          button: 0,
          buttons,
        }),
      );
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
      press("pointerdown", 1);
      const time = await seen;
      press("pointerup", 0);
      if (time !== null) times.push(time);
    }
    return times;
  }, count);
}

/** Drags in circles over the picture for a time and gives the frames presented per second. */
export function measureDrag(page: Page, forMs: number): Promise<number> {
  return page.evaluate(async (forMs) => {
    const video = document.querySelector("video");
    if (video === null) throw new Error("no video");
    const { left, top, width, height } = video.getBoundingClientRect();
    const centre = { x: left + width / 2, y: top + height / 2 };
    const target = document.elementFromPoint(centre.x, centre.y) ?? video;
    let [frames, isOver] = [0, false];
    const note = () => {
      frames += 1;
      if (!isOver) video.requestVideoFrameCallback(note);
    };
    const send = (type: string, angle: number, buttons: number) =>
      target.dispatchEvent(
        new PointerEvent(type, {
          clientX: centre.x + 120 * Math.cos(angle),
          clientY: centre.y + 60 * Math.sin(angle),
          bubbles: true,
          pointerId: 1,
          pointerType: "mouse",
          isPrimary: true,
          button: type.endsWith("move") || type.endsWith("update") ? -1 : 0,
          buttons,
        }),
      );
    const moveType = "onpointerrawupdate" in window ? "pointerrawupdate" : "pointermove";
    send("pointerdown", 0, 1);
    const begun = performance.now();
    video.requestVideoFrameCallback(note);
    for (let step = 1; performance.now() - begun < forMs; step += 1) {
      send(moveType, step / 12, 1);
      await new Promise((resolve) => setTimeout(resolve, 12));
    }
    const seconds = (performance.now() - begun) / 1000;
    isOver = true;
    send("pointerup", 0, 0);
    return frames / seconds;
  }, forMs);
}
