/** Whatever a viewer sends that is no input and no signalling changes nothing, for itself and for the others. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { encodeInput, type InputEvent } from "../../shared/input.ts";
import { MAX_SIGNALING_BYTES } from "../../shared/signaling.ts";
import { openViewer, shownCentre, shownColours, waitUntilLive } from "../support/chromium.ts";
import { drawnPixels } from "../support/exact-pixels.ts";
import { pointerInput } from "../support/input-samples.ts";
import { keepOwnChannels, sendOnOwnChannel } from "../support/own-channels.ts";
import { gridPoints, meanDifference } from "../support/pixels.ts";
import { readMetric, serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { TestClient } from "../support/signaling-client.ts";

const rejected = "scenecast_rejected_inputs_total";
const points = gridPoints(8, 8);

const press = pointerInput("down", { pressure: 0.5 });

let browser: Browser;
let server: StreamServer;
let page: Page;
/** What the page's viewer became since it was live, and who came and went. */
let states: () => Promise<string[]>;
const viewerIds: string[] = [];

beforeAll(async () => {
  [browser, server] = await Promise.all([connectChromium(), serveScene("held")]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** The bytes of an event as the page's next ordered one, with some of them made others. */
function bytesOf(event: InputEvent, change: (bytes: number[]) => void = () => undefined): number[] {
  const bytes = [...encodeInput({ sequence: 1_000_000, ordered: 0, event })];
  change(bytes);
  return bytes;
}

function setFloat(bytes: number[], at: number, value: number): void {
  bytes.splice(at, 4, ...new Uint8Array(new Float32Array([value]).buffer));
}

/** Each of these would be a press, a key or a turn of the wheel if a check of input.ts were missing. */
const malformed: readonly (string | number[])[] = [
  "",
  "press",
  JSON.stringify(press),
  [],
  [0],
  bytesOf(press).slice(0, -1),
  [...bytesOf(press), 0],
  [...bytesOf(press), ...new Array<number>(80).fill(0)],
  bytesOf(press, (bytes) => bytes.fill(200, 0, 1)),
  bytesOf(press, (bytes) => bytes.fill(6, 9, 10)),
  bytesOf(press, (bytes) => bytes.fill(3, 14, 15)),
  bytesOf(press, (bytes) => setFloat(bytes, 16, Number.NaN)),
  bytesOf(press, (bytes) => setFloat(bytes, 16, Number.POSITIVE_INFINITY)),
  bytesOf(press, (bytes) => setFloat(bytes, 20, -1e30)),
  bytesOf({ ...press, button: 100 }),
  bytesOf({ ...press, modifiers: 255 }),
  bytesOf({ ...press, pressure: Number.NaN }),
  bytesOf({ ...press, tiltX: 127 }),
  bytesOf({ kind: "wheel", x: 0.5, y: 0.5, deltaX: 0, deltaY: 1e9, buttons: 1, modifiers: 0 }),
  bytesOf({ kind: "key", phase: "down", code: "KeyA", key: "a", location: 9, repeat: false, modifiers: 0 }),
  bytesOf({ kind: "key", phase: "down", code: "KeyA", key: "a", location: 0, repeat: false, modifiers: 0 }, (bytes) =>
    bytes.fill(255, 13, 15),
  ),
  bytesOf({ kind: "key", phase: "down", code: "KeyA", key: "a", location: 0, repeat: false, modifiers: 0 }, (bytes) =>
    bytes.fill(0xff, 15, 16),
  ),
];

/** Opens the page and notes whether it or its viewer changes from now on. */
async function openWatched(): Promise<void> {
  ({ page } = await openViewer(browser, server.url, { before: keepOwnChannels }));
  await waitUntilLive(page);
  await page.evaluate(() => {
    const states: string[] = [];
    window.scenecast.on("stateChanged", ({ state }) => {
      states.push(state.kind);
      document.title = states.join();
    });
    document.title = "";
  });
  states = async () => (await page.title()).split(",").filter(Boolean);
  server.on("viewerJoined", ({ viewerId }) => viewerIds.push(viewerId));
  server.on("viewerLeft", ({ viewerId }) => viewerIds.push(viewerId));
}

/** Checks that a press and its release still show, so nothing is stuck, blocked or dead. */
async function expectToTakeInput(): Promise<void> {
  await page.mouse.move(640, 360);
  await page.mouse.down();
  await expect.poll(async () => (await shownCentre(page))[0]).toBeGreaterThan(30);
  await page.mouse.up();
  await expect.poll(async () => (await shownCentre(page))[0]).toBeLessThan(8);
}

const rejections = () => readMetric(server.url, rejected);

it("what the malformed input is made from is a press", async () => {
  const { page: other } = await openViewer(browser, server.url, { before: keepOwnChannels });
  await waitUntilLive(other);
  // Again and again: a page that came back in the meantime is another viewer, for the same one it is the same press.
  const pressed = async () => {
    await sendOnOwnChannel(other, "control", [bytesOf(press)]);
    return (await shownCentre(other))[0];
  };
  await expect.poll(pressed, { interval: 300 }).toBeGreaterThan(30);
  expect(await rejections()).toBe(0);
  await other.close();
  // What it held is let go.
  await expect.poll(() => server.viewers().length).toBe(0);
  await expect.poll(async () => (await drawnPixels(server.url)).rgb[0]).toBeLessThan(8);
});

describe("what is malformed", () => {
  beforeAll(openWatched);
  describe("input", () => {
    it("changes nothing and is counted, each kind of it", async () => {
      const before = await shownColours(page, points);
      await sendOnOwnChannel(page, "control", malformed);
      await sendOnOwnChannel(page, "pointer", malformed);
      await expect.poll(rejections).toBe(malformed.length * 2);
      expect(meanDifference(await shownColours(page, points), before)).toBeLessThan(1);
      expect([await states(), viewerIds, server.status]).toEqual([[], [], "live"]);
      await expectToTakeInput();
    });

    it("changes nothing when thousands of it come at once", async () => {
      const pid = server.room().pid;
      const [before, rejectedBefore] = [await shownColours(page, points), await rejections()];
      const times = Math.ceil(3000 / malformed.length);
      await sendOnOwnChannel(page, "control", malformed, times);
      await expect.poll(rejections, { interval: 200 }).toBe(rejectedBefore + malformed.length * times);
      expect(meanDifference(await shownColours(page, points), before)).toBeLessThan(1);
      expect([await states(), viewerIds, server.room().pid]).toEqual([[], [], pid]);
      await expectToTakeInput();
    });
  });

  describe("signalling", () => {
    const candidate = { candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host", sdpMid: "0", sdpMLineIndex: 0 };
    const hostile = [
      "",
      "{",
      "null",
      "[]",
      { kind: "welcome" },
      { kind: "offer", connection: 1 },
      { kind: "offer", connection: -1, sdp: "v=0" },
      { kind: "offer", connection: 1, sdp: "hello" },
      { kind: "offer", connection: 1, sdp: "v=0\r\n" },
      { kind: "offer", connection: 2, sdp: `v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n` },
      { kind: "candidate", connection: 1, candidate: { ...candidate, candidate: "candidate:nonsense" } },
      { kind: "candidate", connection: 7, candidate },
      { kind: "candidate", connection: 1, candidate: null },
      { kind: "disconnect", connection: 99 },
      { kind: "disconnect", connection: "1" },
    ];

    it("of one viewer leaves the picture of another as it was, and that viewer is told", async () => {
      const pid = server.room().pid;
      const client = await TestClient.join(server.url);
      for (const message of hostile) client.send(message);
      await client.received((message) => message.kind === "error" && message.code === "bad-message");
      await client.received((message) => message.kind === "error" && message.code === "bad-sdp");
      const tooLong = await TestClient.join(server.url);
      tooLong.send("x".repeat(MAX_SIGNALING_BYTES + 1));
      expect(await tooLong.closed()).toBe(1009);
      await expectToTakeInput();
      expect([await states(), client.closeCode, server.room().pid]).toEqual([[], null, pid]);
      client.socket.close();
    });
  });
});
