/** A studio between other programs: FFmpeg sends it a stream by nginx, and reads what it sends on, by nginx again. */

import { existsSync, writeFileSync } from "node:fs";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Child } from "../support/child.ts";
import { colourDistance } from "../support/pixels.ts";
import { RtmpServer } from "../support/rtmp-server.ts";
import { readStream } from "../support/stream-reader.ts";
import { ServedStudio, writeImage } from "../support/studio.ts";
import { psnr } from "../support/thin-pictures.ts";

const WITHIN = { timeout: 40_000, interval: 200 };
const [KEY, SECRET] = ["out-key", "a-key-in-the-address"];
const [cyan, magenta, grey, orange] = [
  [0, 255, 255],
  [255, 0, 255],
  [0x20, 0x24, 0x2b],
  [255, 165, 0],
] as const;

let nginx: RtmpServer;
let studio: ServedStudio;
beforeAll(async () => {
  nginx = await RtmpServer.start();
  const layout = {
    ...{ version: 1, width: 320, height: 192, fps: 15 },
    items: [
      { name: "stream", kind: "stream", address: streamed(), x: 0, y: 0, width: 160, height: 96 },
      { name: "image", kind: "image", file: "orange.png", x: 160, y: 96, width: 160, height: 96, fit: "cover" },
    ],
  };
  const prepare = (folder: string) => writeImage(`${folder}/orange.png`, orange, orange);
  studio = await ServedStudio.start(layout, prepare, { outputs: [`${nginx.url}/${KEY}`] });
});
afterAll(async () => {
  await studio?.[Symbol.asyncDispose]();
  await nginx?.close();
});

/** Where nobody waits for who publishes later: a source is sent away and comes back by itself. */
function streamed(): string {
  return `${nginx.url.replace("/live", "/leaving")}/${SECRET}`;
}

/** FFmpeg as OBS: H.264 of one colour by RTMP, in real time. */
function publish(): Promise<Child> {
  const source = ["-re", "-f", "lavfi", "-i", "color=c=cyan:s=320x192:r=15"];
  const coded = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "15", "-pix_fmt", "yuv420p"];
  const command = ["ffmpeg", "-v", "info", ...source, ...coded, "-f", "flv", streamed()] as const;
  return Child.start(command as unknown as [string, ...string[]], /frame=/, 20_000);
}

async function distance(x: number, y: number, wanted: readonly number[]): Promise<number> {
  return colourDistance((await studio.colours([x, y]))[0], wanted);
}

it("a stream comes, goes and comes back; meanwhile there is a card without its address, and the rest goes on", async () => {
  const logged: string[] = [];
  studio.server.on("consolePrinted", ({ text }) => void logged.push(text));
  await expect.poll(() => distance(4, 4, grey), WITHIN).toBe(0);
  const first = await publish();
  await expect.poll(() => distance(80, 48, cyan), WITHIN).toBeLessThan(12);
  await first.close();
  await expect.poll(() => distance(4, 4, grey), WITHIN).toBe(0);
  expect(await distance(240, 144, orange)).toBe(0);
  const second = await publish();
  await expect.poll(() => distance(80, 48, cyan), WITHIN).toBeLessThan(12);
  expect(logged.length).toBeGreaterThan(0);
  expect(logged.join()).not.toMatch(/rtmp|a-key|127\.0\.0\.1/);

  // Out again, as any room: what a player reads is the snapshot.
  expect(studio.server.room().outputs).toMatchObject([{ state: "sending" }]);
  const { pictures } = await readStream(`${nginx.url}/${KEY}`, ({ pictures }) => pictures.length > 0);
  const shown = pictures.at(-1);
  const drawn = await sharp(await studio.server.room().snapshot())
    .flip()
    .ensureAlpha()
    .raw()
    .toBuffer();
  expect(shown === undefined ? 0 : psnr(shown, Uint8Array.from(drawn))).toBeGreaterThan(30);
  await second.close();
});

it("a page of HTML is drawn by Chromium where there is one", async () => {
  const page = "<body style='margin:0;background:#ff00ff'>";
  const address = `${studio.folder}/page.html`;
  writeFileSync(address, page);
  const item = { kind: "page", address: "page.html", x: 0, y: 0, width: 160, height: 96, fit: "stretch" };
  studio.save({
    version: 1,
    width: 320,
    height: 192,
    items: [{ name: "page", ...item, pageWidth: 320, pageHeight: 192 }],
  });
  const hasChromium = existsSync("/usr/bin/chromium");
  await expect
    .poll(() => distance(20, 20, hasChromium ? magenta : grey), { timeout: 60_000, interval: 200 })
    .toBeLessThan(4);
});
