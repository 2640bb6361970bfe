/** The stream by HLS: what /watch plays in Chromium, at rest too; its playlists, to whom it is given, and the folder. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, setOptions, types } from "hls-parser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
// Declares `window.scenecastStart`.
import type {} from "../../client/page/watch/watch.ts";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import { openPage } from "../support/chromium.ts";
import { type WatchedSpan, watchClock } from "../support/clock-picture.ts";
import { readFfmpeg, readFfprobe } from "../support/ffmpeg.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { normalAnnexB, picturesOf, readVideoFile } from "../support/video-file.ts";

/** Each look asks for something. */
const SELDOM = { interval: 200 };
const TOKEN = "a-token-of-the-test";
const folder = mkdtempSync(join(tmpdir(), "scenecast-hls-"));
// How long a part is hangs on the load of the machine here; the rules are kept to in test/unit/server/hls.
setOptions({ silent: true });
let browser: Browser;
let server: StreamServer;
let watchLink: string;

beforeAll(async () => {
  browser = await connectChromium();
  server = await createStreamServer({
    scene: new URL("../fixtures/scenes/clock.ts", import.meta.url),
    logLevel: "silent",
    http: { port: 0 },
    access: { token: TOKEN },
    render: { size: { width: 480, height: 270 }, maxFps: 15 },
    hls: { folder },
  });
  const { link } = await server.createLink({ role: "viewer" });
  watchLink = link.replace("/#", "/watch#");
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true });
});

const request = (path: string, token: string | null = TOKEN): Promise<Response> =>
  fetch(new URL(path, server.url), token === null ? {} : { headers: { Authorization: `Bearer ${token}` } });

async function media(size: string, query = ""): Promise<types.MediaPlaylist> {
  const response = await request(`hls/${size}/live.m3u8${query}`);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/vnd.apple.mpegurl"]);
  const text = await response.text();
  const playlist = parse(text);
  if (!(playlist instanceof types.MediaPlaylist)) throw new Error("It is another playlist.");
  return playlist;
}

/** Watches spans of the video until one is as wanted. Rejects when none was for half a minute. */
async function watchedSpan(page: Page, forMs: number, isWanted: (span: WatchedSpan) => boolean): Promise<WatchedSpan> {
  const until = performance.now() + 30_000;
  for (;;) {
    const span = await watchClock(page, forMs);
    if (isWanted(span)) return span;
    const { behindMs, stalledMs, played } = span;
    const figures = `${behindMs.length} pictures, stood still for ${stalledMs} ms, played ${played} s`;
    if (performance.now() > until) throw new Error(`The last span was not as wanted: ${figures}.`);
  }
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

let watching: Awaited<ReturnType<typeof openPage>>;

it("a link that only lets watch plays it, within three seconds of the scene, in its colours, through a rest, and with no secret in an address", async () => {
  watching = await openPage(browser);
  const { page, errors } = watching;
  const asked: string[] = [];
  page.on("request", (sent) => void asked.push(sent.url()));
  await page.goto(watchLink);
  await page.waitForFunction(() => window.scenecastStart.state.kind === "playing", undefined, { timeout: 30_000 });
  // Other tests may have the processors for a while; `npm run bench -- hls` counts each stall.
  const moves = ({ behindMs, stalledMs }: WatchedSpan) => behindMs.length > 8 && stalledMs < 1000;
  await watchedSpan(page, 2000, (span) => moves(span) && medianOf(span.behindMs) < 3000);
  await server.room().setParameters({ moving: false });
  const rests = ({ behindMs, stalledMs, played }: WatchedSpan) =>
    behindMs.length === 0 && stalledMs < 1000 && played > 1.2;
  await watchedSpan(page, 1800, rests);
  await server.room().setParameters({ moving: true });
  const again = await watchedSpan(page, 1500, moves);
  for (const [index, colour] of [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ].entries()) {
    for (const [channel, value] of colour.entries()) {
      expect(Math.abs((again.colours[index]?.[channel] ?? -1000) - value)).toBeLessThan(16);
    }
  }
  expect(await page.title()).toBe("Clock");
  await expect.poll(() => page.textContent("#behind")).toMatch(/^[012]\.\d s behind$/);
  // Counted by what is asked for, which comes in bursts where a machine is busy.
  const told = async () => (await (await request("healthz")).json()).rooms[0].hls;
  await expect.poll(told).toMatchObject({ viewers: 1 });
  expect((await told()).bytes).toBeGreaterThan(20_000);
  const metrics = async () => await (await request("metrics")).text();
  await expect.poll(metrics).toMatch(/^scenecast_hls_viewers 1$/m);
  expect(await metrics()).toMatch(/^scenecast_hls_bytes_total \d{5,}$/m);
  expect(asked.some((url) => /\/\d+\.\d\.m4s$/.test(url))).toBe(true);
  expect(asked.filter((url) => /token|key=|scenecast[^-]/.test(new URL(url).search))).toEqual([]);
  await page.setViewportSize({ width: 390, height: 700 });
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(widths[0]).toBe(widths[1]);
  await page.mouse.move(100, 100);
  await page.click("#play-button");
  await expect.poll(() => page.textContent("#live-words")).toBe("Paused");
  await page.waitForTimeout(1500);
  await page.click("#live-button");
  await expect.poll(async () => (await watchClock(page, 700)).behindMs.at(-1)).toBeLessThan(3500);
  expect(errors).toEqual([]);
});

it("the playlists keep RFC 8216, in three sizes that are cut at the same times", async () => {
  const text = await (await request("hls/master.m3u8")).text();
  const master = parse(text);
  if (!(master instanceof types.MasterPlaylist)) throw new Error("It is another playlist.");
  expect(master.variants.map(({ uri, resolution }) => `${uri} ${resolution?.width}x${resolution?.height}`)).toEqual([
    "high/live.m3u8 480x270",
    "middle/live.m3u8 320x180",
    "low/live.m3u8 160x90",
  ]);
  expect(text).toMatch(/CODECS="avc1\.42c0[0-9a-f]{2}"/);
  const wholeOf = ({ segments }: types.MediaPlaylist) => segments.filter(({ uri }) => uri !== "");
  await expect.poll(async () => wholeOf(await media("high")).length, SELDOM).toBeGreaterThanOrEqual(4);
  const [high, ...others] = await Promise.all(["high", "middle", "low"].map((size) => media(size)));
  if (high === undefined) throw new Error("There is none.");
  expect(high).toMatchObject({
    targetDuration: 3,
    partTargetDuration: 0.55,
    lowLatencyCompatibility: { canBlockReload: true },
  });
  // The first one begins with the first picture.
  const beginsOf = (playlist: types.MediaPlaylist) =>
    wholeOf(playlist)
      .slice(1)
      .map(({ programDateTime }) => programDateTime?.getTime() ?? 0);
  // Encoders that are behind begin with a later picture.
  const turnsOf = (begins: readonly number[]) => begins.map((at) => Math.floor(at / 2000));
  const begins = beginsOf(high);
  for (const other of others) {
    const theirs = beginsOf(other);
    const [turns, theirTurns] = [turnsOf(begins), turnsOf(theirs)];
    // One may be a segment ahead.
    const isShared = (at: number) =>
      [turns, theirTurns].every((all) => at >= Math.min(...all) && at <= Math.max(...all));
    const shared = turns.filter(isShared);
    expect(shared.length).toBeGreaterThanOrEqual(turns.length - 2);
    expect(theirTurns.filter(isShared)).toEqual(shared);
    expect(begins.filter((at) => theirs.includes(at)).length).toBeGreaterThanOrEqual(shared.length / 2);
  }
  const parts = wholeOf(high).flatMap((segment) => segment.parts.slice(0, -1));
  expect(parts.length).toBeGreaterThan(3);
  const isRight = parts.filter(({ duration = 0 }) => duration > 0.46 && duration <= 0.55);
  expect(isRight.length).toBeGreaterThanOrEqual(parts.length / 2);
});

it("who asks for what comes next waits for it, for what is far ahead is refused, and old segments are gone", async () => {
  const before = await media("low");
  const last = before.segments.at(-1);
  const next = (last?.mediaSequenceNumber ?? 0) + (last?.uri === "" ? 1 : 2);
  const begun = performance.now();
  const after = await media("low", `?_HLS_msn=${next}&_HLS_part=0`);
  expect(performance.now() - begun).toBeGreaterThan(100);
  const opened = after.segments.at(-1);
  expect(opened?.mediaSequenceNumber).toBe(next);
  expect(opened?.parts.length).toBeGreaterThan(0);
  const hint = /PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(after.source ?? "")?.[1] ?? "";
  const part = await request(`hls/low/${hint}`);
  expect([part.status, part.headers.get("content-type")]).toEqual([200, "video/iso.segment"]);
  expect(Buffer.from(await part.arrayBuffer()).toString("latin1", 4, 8)).toBe("moof");
  for (const query of [`?_HLS_msn=${next + 50}`, "?_HLS_part=1", "?_HLS_msn=x"]) {
    expect((await request(`hls/low/live.m3u8${query}`)).status).toBe(400);
  }
  for (const file of [`${next - 1000}.m4s`, `${next + 1000}.0.m4s`, "init1.mp4", "..%2fsecret", "x"]) {
    expect((await request(`hls/low/${file}`)).status).toBe(404);
  }
  expect((await request("hls/other/live.m3u8")).status).toBe(404);
  expect(
    (
      await fetch(new URL("hls/master.m3u8", server.url), {
        method: "POST",
        headers: { Authorization: `Bearer ${TOKEN}` },
      })
    ).status,
  ).toBe(405);
});

it("it goes on in the page when the picture takes another size, and when the scene is started again", async () => {
  const { page, errors } = watching;
  const shape = () =>
    page.evaluate(() => {
      const { videoWidth = 0, videoHeight = 1 } = document.querySelector("video") ?? {};
      return videoWidth / videoHeight;
    });
  server.room().resize({ width: 256, height: 256 });
  await expect.poll(shape, SELDOM).toBeCloseTo(1, 1);
  await expect.poll(async () => (await watchClock(page, 800)).behindMs.length).toBeGreaterThan(3);
  const pid = server.room().pid;
  await server.room().restart();
  await expect.poll(() => server.room().pid, { timeout: 20_000 }).not.toBe(pid);
  const begunAnew = async () => (await media("low")).segments.filter(({ discontinuity }) => discontinuity).length;
  await expect.poll(begunAnew, SELDOM).toBeGreaterThanOrEqual(2);
  await expect.poll(async () => (await watchClock(page, 700)).behindMs.at(-1), { timeout: 30_000 }).toBeLessThan(3500);
  const { segments } = await media("low");
  expect(new Set(segments.map(({ map }) => map?.uri)).size).toBeGreaterThanOrEqual(3);
  expect(errors).toEqual([]);
  await page.close();
});

it("who shows no token is asked for one, and is given nothing", async () => {
  for (const path of ["master.m3u8", "high/live.m3u8", "high/1.m4s"]) {
    expect((await request(`hls/${path}`, null)).status).toBe(401);
  }
  const { page } = await openPage(browser);
  await page.goto(new URL("watch", server.url).href);
  await page.waitForSelector("#locked:not([hidden])");
  await page.fill("#token", "wrong");
  await page.click("#token-button");
  await page.waitForFunction(() => document.querySelector("#token-answer")?.textContent?.includes("not valid"));
  await page.fill("#token", `${server.url}watch#token=${TOKEN}`);
  await page.click("#token-button");
  await page.waitForFunction(() => window.scenecastStart.state.kind === "playing", undefined, { timeout: 30_000 });
  // Who comes to a stream that has gone on for a while is no farther behind.
  await expect.poll(async () => (await watchClock(page, 500)).behindMs.at(-1)).toBeLessThan(3000);
  await page.close();
});

it("its packets are those of a recording that shares the encoder, byte for byte", async () => {
  const file = join(folder, "film.mkv");
  const recording = await server.room().record({ file, keyFrameSeconds: 2 });
  await expect.poll(() => recording.info.seconds ?? 0, SELDOM).toBeGreaterThan(4.2);
  await recording.stop();
  const playlist = await media("high");
  const init = await (await request(`hls/high/${playlist.segments[0]?.map?.uri}`)).arrayBuffer();
  const segments = await Promise.all(
    playlist.segments
      .filter(({ uri }) => uri !== "")
      .slice(-3)
      .map(async ({ uri }) => Buffer.from(await (await request(`hls/high/${uri}`)).arrayBuffer())),
  );
  const joined = join(folder, "joined.mp4");
  writeFileSync(joined, Buffer.concat([Buffer.from(init), ...segments]));
  const digests = (path: string) =>
    readVideoFile(path).packets.map(({ data }) => Buffer.from(normalAnnexB(data)).toString("base64"));
  const recorded = new Set(digests(file));
  const streamed = digests(joined);
  const shared = streamed.filter((packet) => recorded.has(packet));
  expect(shared.length).toBeGreaterThan(15);
  const first = streamed.findIndex((packet) => recorded.has(packet));
  expect(streamed.slice(first, first + shared.length)).toEqual(shared);
  expect(picturesOf(readVideoFile(joined))).toHaveLength(streamed.length);
});

it("the folder is a stream of its own for FFmpeg, which a host ends and begins again", async () => {
  const room = server.room();
  expect(room.outputs).toMatchObject([{ address: "hls-dir", state: "sending", error: null }]);
  const master = join(folder, "master.m3u8");
  expect(parse(readFileSync(master, "utf8")).isMasterPlaylist).toBe(true);
  const live = () => readFileSync(join(folder, "high/live.m3u8"), "utf8");
  await expect
    .poll(() => (parse(live()) as types.MediaPlaylist).segments.length, { timeout: 30_000 })
    .toBeGreaterThan(5);
  const named = (parse(live()) as types.MediaPlaylist).segments.map(({ uri }) => uri);
  const files = readdirSync(join(folder, "high"));
  expect(named.every((uri) => files.includes(uri))).toBe(true);
  room.endOutput(room.outputs[0]?.id ?? "");
  // ffmpeg would wait for what follows in a size that has not ended, and what is to write it waits for ffmpeg here.
  const sizes = readdirSync(folder).filter((name) => existsSync(join(folder, name, "live.m3u8")));
  const hasEnded = (size: string) => readFileSync(join(folder, size, "live.m3u8"), "utf8").includes("#EXT-X-ENDLIST");
  await expect.poll(() => sizes.every(hasEnded)).toBe(true);
  expect(sizes).toHaveLength(3);
  const streams = readFfprobe(["-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", master]);
  expect(streams).toMatch(/h264,(?:480,270|320,180|256,256)/);
  const decoded = readFfmpeg(["-i", join(folder, "low/live.m3u8"), "-f", "null", "-"]);
  expect(decoded.toString()).toBe("");
  const lastOf = (text: string) => (parse(text) as types.MediaPlaylist).segments.at(-1)?.mediaSequenceNumber ?? 0;
  const before = lastOf(live());
  room.startOutput("hls-dir");
  expect(() => room.startOutput("hls-dir")).toThrow("The folder is being written already.");
  await expect.poll(() => lastOf(live())).toBeGreaterThan(before);
  expect(live()).toContain("#EXT-X-DISCONTINUITY\n");
  expect(live()).not.toContain("#EXT-X-ENDLIST");
});
