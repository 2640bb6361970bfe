/** A player that knows nothing but WHEP (draft-ietf-wish-whep) watches a scene. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { openBlankPage, playByWhep, requestWhep, type WhepAnswer } from "../support/bare-peer.ts";
import { countShownFrames, shownColours, waitForPicture } from "../support/chromium.ts";
import { colourDistance } from "../support/pixels.ts";
import { readMetric, serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

let browser: Browser;
let server: StreamServer;
/** That of the tests of one player, from its offer to its end. */
let page: Page;
let answer: WhepAnswer;
beforeAll(async () => {
  [browser, server] = await Promise.all([connectChromium(), serveScene("quadrants")]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

describe("a bare RTCPeerConnection", () => {
  it("gets the picture for its offer", async () => {
    page = await openBlankPage(browser, server.url);
    answer = await playByWhep(page);
    expect(answer).toEqual({
      status: 201,
      location: expect.stringMatching(/^whep\/./),
      type: expect.stringMatching(/^application\/sdp/),
    });
    await waitForPicture(page);
    expect(server.viewers().length).toBe(1);
    const wanted = [0xe0, 0xc0, 0x20];
    const distance = async () => colourDistance((await shownColours(page, [[0.75, 0.75]]))[0], wanted);
    await expect.poll(distance).toBeLessThanOrEqual(6);
  });

  it("is refused with 400 what is no offer, with 404 what is not there, and nobody suffers", async () => {
    const hostile = ["", "hello", "v=0\r\n", `v=0\r\nm=video ${"9".repeat(5000)}\r\n`];
    for (const body of hostile)
      expect([body.slice(0, 40), await requestWhep(page, "POST", "whep", body)]).toEqual([body.slice(0, 40), 400]);
    const ofNoCodec = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n";
    expect(await requestWhep(page, "POST", "whep", ofNoCodec)).toBe(406);
    expect(await requestWhep(page, "DELETE", "whep/00000000-0000-0000-0000-000000000000")).toBe(404);
    expect([server.status, server.viewers().length]).toEqual(["live", 1]);
  });

  it("ends it by DELETE on the Location", async () => {
    const path = answer.location ?? "";
    expect(await requestWhep(page, "DELETE", path)).toBe(200);
    expect(server.viewers().length).toBe(0);
    expect(await readMetric(server.url, "scenecast_viewers")).toBe(0);
    expect(await requestWhep(page, "DELETE", path)).toBe(404);
    await page.close();
  });

  it("gets moving pictures of a scene that moves, and none once it left", async () => {
    await using moving = await serveScene("animated", { size: { width: 320, height: 180 } });
    const page = await openBlankPage(browser, moving.url);
    const { location } = await playByWhep(page);
    await waitForPicture(page);
    await expect.poll(() => countShownFrames(page, 500)).toBeGreaterThan(3);
    await requestWhep(page, "DELETE", location ?? "");
    // What is on the way still comes.
    await expect.poll(() => countShownFrames(page, 500)).toBe(0);
    expect(await countShownFrames(page, 500)).toBe(0);
    await page.close();
  });
});
