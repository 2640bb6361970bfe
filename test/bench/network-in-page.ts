/** Owns what the network's measurement asks of the viewer page: when frames came, presses, the picture. Runs in Chromium. */

import type { Page } from "playwright-core";
import type { PictureSize } from "../../shared/video.ts";
import type { Luma } from "./ssim.ts";

/** What `watchFrames` leaves in the page. */
type Watch = {
  /** When each frame was shown, as milliseconds since the epoch. */
  readonly frames: number[];
  readonly source: HTMLVideoElement | HTMLCanvasElement;
  /** The size of what is sent. */
  size(): PictureSize;
  /** Calls once, when the next frame is shown. */
  onceShown(call: () => void): void;
};
type Watching = { readonly watch: Watch };

/** Notes from now on when each frame is shown. */
export function watchFrames(page: Page): Promise<void> {
  return page.evaluate(() => {
    const video = document.querySelector("video");
    const isVideo = video !== null && window.scenecast.element.dataset["transport"] === "webrtc";
    const canvas = window.scenecast.element.querySelector<HTMLCanvasElement>("canvas:not([data-exact] canvas)");
    const source = isVideo ? video : canvas;
    if (source === null) throw new Error("no picture");
    const frames: number[] = [];
    let waiting: (() => void)[] = [];
    const note = () => {
      frames.push(performance.timeOrigin + performance.now());
      const called = waiting;
      waiting = [];
      for (const call of called) call();
    };
    let shown = window.scenecast.stats().framesShown;
    const look = () => {
      if (isVideo) {
        note();
        video.requestVideoFrameCallback(look);
        return;
      }
      const now = window.scenecast.stats().framesShown;
      if (now !== shown) note();
      shown = now;
      requestAnimationFrame(look);
    };
    if (isVideo) video.requestVideoFrameCallback(look);
    else requestAnimationFrame(look);
    const watch: Watch = {
      frames,
      source,
      size: () =>
        source instanceof HTMLVideoElement
          ? { width: source.videoWidth, height: source.videoHeight }
          : window.scenecast.stats(),
      onceShown: (call) => void waiting.push(call),
    };
    Object.assign(window, { watch });
  });
}

/** When frames were shown since `watchFrames`. */
export function shownFrames(page: Page): Promise<number[]> {
  return page.evaluate(() => (window as unknown as Watching).watch.frames);
}

/** The height of the frames that come. */
export function shownHeight(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as Watching).watch.size().height);
}

/** Presses for a time; gives how many milliseconds each took until the strip at the top had another colour, null for never. */
export function pressFor(page: Page, forMs: number): Promise<(number | null)[]> {
  return page.evaluate(async (forMs) => {
    const { source, size, onceShown } = (window as unknown as Watching).watch;
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("no canvas");
    const { left, top, width, height } = source.getBoundingClientRect();
    const place = { clientX: left + width / 2, clientY: top + height / 2 };
    const target = document.elementFromPoint(place.clientX, place.clientY) ?? source;
    const hand = { ...place, bubbles: true, pointerId: 1, pointerType: "mouse", isPrimary: true, button: 0 };
    const level = () => {
      const { width, height } = size();
      context.drawImage(source, width / 2, height / 40, 1, 1, 0, 0, 1, 1);
      return context.getImageData(0, 0, 1, 1).data[0] ?? 0;
    };
    const seen = (before: number, begun: number) =>
      new Promise<number | null>((resolve) => {
        const look = () => {
          const time = performance.now() - begun;
          if (Math.abs(level() - before) > 60) resolve(time);
          else if (time < 3000) onceShown(look);
        };
        onceShown(look);
        setTimeout(() => resolve(null), 3000);
      });
    const times: (number | null)[] = [];
    const end = performance.now() + forMs;
    while (performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 150));
      const change = seen(level(), performance.now());
      target.dispatchEvent(new PointerEvent("pointerdown", { ...hand, buttons: 1 }));
      times.push(await change);
      target.dispatchEvent(new PointerEvent("pointerup", { ...hand, buttons: 0 }));
    }
    return times;
  }, forMs);
}

/** The next frame that is shown, in the size of the scene however large it was sent; null when none comes for a second. */
export async function shownLuma(page: Page, size: PictureSize): Promise<Luma | null> {
  const text = await page.evaluate(async ({ width, height }) => {
    const { source, onceShown } = (window as unknown as Watching).watch;
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("no canvas");
    const isShown = await Promise.race([
      new Promise<true>((resolve) => onceShown(() => resolve(true))),
      new Promise<false>((resolve) => void setTimeout(() => resolve(false), 1000)),
    ]);
    if (!isShown) return null;
    context.drawImage(source, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    const luma = new Uint8Array(width * height);
    for (let at = 0; at < luma.length; at += 1) {
      const [red = 0, green = 0, blue = 0] = [data[at * 4], data[at * 4 + 1], data[at * 4 + 2]];
      luma[at] = Math.round(0.2126 * red + 0.7152 * green + 0.0722 * blue);
    }
    const reader = new FileReader();
    const read = new Promise((resolve) => reader.addEventListener("load", resolve));
    reader.readAsDataURL(new Blob([luma]));
    await read;
    return String(reader.result);
  }, size);
  return text === null ? null : new Uint8Array(Buffer.from(text.slice(text.indexOf(",") + 1), "base64"));
}
