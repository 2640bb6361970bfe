import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { multipartDefaults } from "../../../../../server/http/routes/multipart-stream.ts";
import type { StreamServer } from "../../../../../server/stream-server.ts";
import { startFakeServer } from "../../../../support/fake-scene.ts";
import { MultipartReader } from "../../../../support/multipart.ts";

let server: StreamServer;
afterEach(() => server.close());

function get(path: string, init?: RequestInit): Promise<Response> {
  return fetch(new URL(path, server.url), init);
}

async function metric(name: string): Promise<number> {
  const text = await (await get("metrics")).text();
  return Number(new RegExp(`^scenecast_${name} (.*)$`, "m").exec(text)?.[1]);
}

test("a snapshot comes with its type, a tag and leave to be kept and asked about", async () => {
  server = await startFakeServer();
  for (const [path, type, form] of [
    ["snapshot.png?size=640x4000", "image/png", { format: "png", quality: 90, size: { width: 640, height: 360 } }],
    ["snapshot.jpg?quality=55", "image/jpeg", { format: "jpg", quality: 55, size: null }],
    ["snapshot.webp", "image/webp", { format: "webp", quality: 90, size: null }],
  ] as const) {
    const response = await get(path);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, type]);
    expect(response.headers.get("cache-control")).toBe("private, no-cache");
    expect(response.headers.get("etag")).toBe(`"fake-${form.format}-${form.quality}"`);
    expect(await response.json()).toEqual(form);
  }
  expect(await metric('snapshots_total\\{format="webp",result="taken"\\}')).toBe(1);
});

test("who has the picture already is told so, and HEAD gets the headers alone", async () => {
  server = await startFakeServer();
  for (const known of ['"fake-png-90"', 'W/"fake-png-90"', '"other", "fake-png-90"']) {
    const response = await get("snapshot.png", { headers: { "if-none-match": known } });
    expect([response.status, response.headers.get("etag")]).toEqual([304, '"fake-png-90"']);
  }
  expect((await get("snapshot.png", { headers: { "if-none-match": '"fake-png-91"' } })).status).toBe(200);
  const head = await get("snapshot.png", { method: "HEAD" });
  expect([head.status, head.headers.get("content-type"), await head.text()]).toEqual([200, "image/png", ""]);
  expect(Number(head.headers.get("content-length"))).toBeGreaterThan(10);
  const stream = await get("stream.mjpg", { method: "HEAD" });
  expect([stream.status, await stream.text()]).toEqual([200, ""]);
  expect(stream.headers.get("content-type")).toBe("multipart/x-mixed-replace; boundary=picture");
  // WebKit lets no script read what is called multipart.
  const octets = await get("stream.mjpg", { method: "HEAD", headers: { accept: "application/octet-stream" } });
  expect(octets.headers.get("content-type")).toBe("application/octet-stream; boundary=picture");
});

test("what makes no sense is 400 with the field and its rule, another method 405", async () => {
  server = await startFakeServer();
  for (const [path, sentence] of [
    ["snapshot.png?size=1x1", "size must be WIDTHxHEIGHT, two whole numbers from 16 to 8192, such as 640x360.\n"],
    ["snapshot.jpg?quality=200", "quality must be a whole number from 1 to 100.\n"],
    ["stream.mjpg?fps=1000", "fps must be a number from 0.1 to 60.\n"],
  ] as const) {
    const response = await get(path);
    expect([response.status, await response.text()]).toEqual([400, sentence]);
  }
  const post = await get("snapshot.png", { method: "POST" });
  expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  expect((await get("snapshot.gif")).status).toBe(404);
});

test("a snapshot that cannot be made is 500; more at once than can be made are 503, at once", async () => {
  server = await startFakeServer();
  const failed = await get("snapshot.jpg?quality=1");
  expect([failed.status, await failed.text()]).toEqual([500, "It cannot.\n"]);
  const stop = new AbortController();
  // One may come while the look below takes the last place.
  const waitForOne = async (): Promise<void> => {
    while ((await get("snapshot.jpg?quality=2", { signal: stop.signal })).status === 503);
  };
  for (let count = 0; count < 16; count += 1) waitForOne().catch(() => undefined);
  await expect.poll(async () => (await get("snapshot.png")).status).toBe(503);
  const refused = await get("snapshot.png");
  expect([refused.headers.get("retry-after"), await refused.text()]).toEqual([
    "1",
    "Too many snapshots are being taken at once. Try again in a second.\n",
  ]);
  stop.abort();
});

test("without a scene there are no snapshots, and a stream goes on when it is back", async () => {
  server = await startFakeServer({ query: "readyAfter=500" });
  await using reader = await MultipartReader.open(new URL("stream.mjpg", server.url));
  await reader.nextParts(2);
  process.kill(server.room().pid ?? 0, "SIGKILL");
  await expect.poll(() => server.status).toBe("restarting");
  expect((await get("snapshot.png")).status).toBe(503);
  await expect.poll(() => server.status).toBe("live");
  await reader.nextParts(2);
});

test("watchers of one form share what is encoded, and nothing is without them", async () => {
  server = await startFakeServer();
  const url = new URL("stream.mjpg?fps=25&quality=70&size=640x640", server.url);
  const readers = [await MultipartReader.open(url), await MultipartReader.open(url)];
  const shared = async () => {
    await Promise.all(readers.map((reader) => reader.nextParts(1)));
    const [one, other] = readers.map(({ parts }) => parts.map(({ jpeg }) => jpeg.toString()));
    return one?.filter((jpeg) => other?.includes(jpeg)) ?? [];
  };
  await expect.poll(async () => (await shared()).length).toBeGreaterThan(2);
  expect((await shared())[0]).toMatch('{"maxFps":25,"quality":70,"size":{"width":640,"height":360}} ');
  expect(await metric("jpeg_watchers")).toBe(2);
  await Promise.all(readers.map((reader) => reader.close()));
  await expect.poll(() => metric("jpeg_watchers")).toBe(0);
  await sleep(100);
  const encoded = await metric("jpeg_frames_encoded_total");
  await sleep(200);
  expect(await metric("jpeg_frames_encoded_total")).toBe(encoded);
  expect(await metric("jpeg_frames_sent_total")).toBeGreaterThan(2);
});

test("a watcher that stops reading is cut off and delays nobody (MJ3)", async () => {
  server = await startFakeServer({
    query: "jpegBytes=300000",
    http: { multipart: { ...multipartDefaults, stallMs: 3_000 } },
  });
  await using reader = await MultipartReader.open(new URL("stream.mjpg", server.url));
  const slow = connect(server.port, "127.0.0.1");
  slow.on("error", () => undefined);
  slow.write(`GET /stream.mjpg HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
  await once(slow, "data");
  slow.pause();
  await expect.poll(() => metric("jpeg_frames_skipped_total")).toBeGreaterThan(2);
  const from = reader.parts.length;
  await reader.nextParts(20);
  const times = reader.parts.slice(from).map(({ at }) => at);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  expect(Math.max(...gaps)).toBeLessThan(2_500);
  await expect.poll(() => metric("jpeg_watchers")).toBe(1);
  slow.destroy();
});

test("a slow watcher that reads again gets the newest picture, not what was in between (MJ1)", async () => {
  server = await startFakeServer({ query: "jpegBytes=300000" });
  const slow = connect(server.port, "127.0.0.1");
  slow.write(`GET /stream.mjpg HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
  await once(slow, "data");
  slow.pause();
  await expect.poll(() => metric("jpeg_frames_skipped_total")).toBeGreaterThan(20);
  const numbers: number[] = [];
  slow.on("data", (data) => {
    for (const [, number] of data.toString("latin1").matchAll(/"size":null\} (\d+) /g)) numbers.push(Number(number));
  });
  slow.resume();
  await expect.poll(() => numbers.length).toBeGreaterThan(20);
  const steps = numbers.slice(1).map((number, index) => number - (numbers[index] ?? 0));
  expect(Math.max(...steps)).toBeGreaterThan(20);
  expect(steps.filter((step) => step > 20)).toHaveLength(1);
  slow.destroy();
});

test("a picture that does not change is repeated now and then; one that never comes is 503 (MJ4)", async () => {
  server = await startFakeServer({ http: { multipart: { ...multipartDefaults, repeatMs: 50, firstMs: 300 } } });
  await using reader = await MultipartReader.open(new URL("stream.mjpg", server.url));
  await reader.nextParts(1);
  process.kill(server.room().pid ?? 0, "SIGSTOP");
  await sleep(150);
  const from = reader.parts.length;
  await reader.nextParts(3);
  expect(new Set(reader.parts.slice(from).map(({ jpeg }) => jpeg.toString())).size).toBe(1);
  const late = await get("stream.mjpg?quality=10");
  expect([late.status, await late.text()]).toEqual([503, "The scene has not sent a picture yet.\n"]);
  process.kill(server.room().pid ?? 0, "SIGKILL");
});
