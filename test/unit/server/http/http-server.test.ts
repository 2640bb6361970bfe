import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import type { StreamServer } from "../../../../server/stream-server.ts";
import { startFakeServer } from "../../../support/fake-scene.ts";

let server: StreamServer;
afterEach(() => server.close());

function get(path: string, init?: RequestInit): Promise<Response> {
  return fetch(new URL(path, server.url), init);
}

/** A request with headers that fetch does not let through. */
function status(path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, server.url), { headers }, (response) => resolve(response.resume().statusCode));
    sent.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve(response.statusCode);
    });
    sent.on("error", reject).end();
  });
}

function page(): string {
  const directory = mkdtempSync(join(tmpdir(), "scenecast-page-"));
  mkdirSync(join(directory, "assets"));
  writeFileSync(join(directory, "index.html"), "<title>The page</title>");
  writeFileSync(join(directory, "assets", "page-0f3a.js"), "1;");
  return directory;
}

test("healthz tells how the rooms do", async () => {
  server = await startFakeServer();
  const response = await get("healthz");
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    ok: true,
    renderer: { name: "fake", isGpu: false, backend: "vulkan" },
    rooms: [{ room: "", title: "A fake scene", status: "live", viewers: 0 }],
    viewers: 0,
    waiting: 0,
  });
});

test("our page in a frame learns whether the page around it may drive it, which names it alone (AC10)", async () => {
  server = await startFakeServer({ more: { http: { frameDrivers: ["https://app.example"] } } });
  const askAbout = async (origin: string) =>
    (await get(`s/hall/access/driver?origin=${encodeURIComponent(origin)}`)).status;
  expect(await askAbout("https://app.example")).toBe(204);
  expect(await askAbout("https://evil.example")).toBe(403);
  expect((await get("access/driver")).status).toBe(403);
  const { headers } = await get("healthz");
  expect(headers.get("content-security-policy")).toContain("frame-ancestors 'self' https://app.example");
});

test("metrics has what the scene reported, and the restarts", async () => {
  server = await startFakeServer({ query: "fallAfter=300" });
  await expect.poll(async () => (await get("metrics")).text()).toContain("scenecast_room_restarts_total 1");
  const response = await get("metrics");
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  expect(text).toMatch(/^scenecast_frames_rendered_total (60|120)$/m);
  expect(text).toMatch(/^scenecast_frames_encoded_total (59|118)$/m);
  expect(text).toMatch(/^scenecast_stage_seconds_bucket\{le="0.008",stage="render"\} (1|2)$/m);
  expect(text).toMatch(/^scenecast_room_cpu_seconds_total\{thread="render"\} (0.5|1)$/m);
  expect(text).toMatch(/^scenecast_viewers 0$/m);
  // Of one way something is known, of the other only that nothing was lost.
  expect(text).toMatch(/^scenecast_way_round_trip_seconds_bucket\{le="0.05",room=""\} (1|2)$/m);
  expect(text).toMatch(/^scenecast_way_round_trip_seconds_sum\{room=""\} 0.0(45|9)$/m);
  expect(text).toMatch(/^scenecast_way_queue_seconds_count\{room=""\} (1|2)$/m);
  expect(text).toMatch(/^scenecast_way_estimate_bits_per_second_bucket\{le="4000000",room=""\} (1|2)$/m);
  expect(text).toMatch(/^scenecast_way_loss_ratio_count\{room=""\} (2|4)$/m);
  expect(text).toMatch(/^scenecast_encoders\{room=""\} \d$/m);
  expect(text).toMatch(/^process_cpu_seconds_total /m);
});

test("the page is served with headers that keep it to itself", async () => {
  server = await startFakeServer({ http: { pageDirectory: page() } });
  const index = await get("");
  expect(index.status).toBe(200);
  expect(await index.text()).toContain("The page");
  expect(index.headers.get("cache-control")).toBe("no-cache");
  expect(index.headers.get("content-security-policy")).toContain("default-src 'self'");
  expect(index.headers.get("content-security-policy")).not.toContain("upgrade-insecure-requests");
  expect(index.headers.get("x-content-type-options")).toBe("nosniff");
  expect(index.headers.get("referrer-policy")).toBe("no-referrer");
  expect(index.headers.get("x-powered-by")).toBe(null);
  const asset = await get("assets/page-0f3a.js");
  expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
});

test.each(["", "s/hall/"])("what was built packed is sent so to who unpacks it, under %o", async (room) => {
  const directory = page();
  const script = "export const text = 'the same over and over';".repeat(100);
  const [index, asset] = ["index.html", "assets/page-0f3a.js"].map((name) => join(directory, name));
  writeFileSync(`${index}.br`, brotliCompressSync("<title>Packed</title>"));
  writeFileSync(`${index}.gz`, gzipSync("<title>Packed</title>"));
  writeFileSync(`${asset}`, script);
  writeFileSync(`${asset}.br`, brotliCompressSync(script));
  writeFileSync(`${asset}.gz`, gzipSync(script));
  server = await startFakeServer({ http: { pageDirectory: `${directory}/` } });
  const sent = async (path: string, encodings: string) => {
    const { status, headers, body } = await fetch(new URL(`${room}${path}`, server.url), {
      headers: { "accept-encoding": encodings },
    });
    const text = body === null ? "" : await new Response(body).text();
    return { status, encoding: headers.get("content-encoding"), type: headers.get("content-type"), text };
  };
  const type = "text/javascript; charset=utf-8";
  const name = "assets/page-0f3a.js";
  expect(await sent(name, "gzip, deflate, br")).toEqual({ status: 200, encoding: "br", type, text: script });
  expect(await sent(name, "gzip")).toEqual({ status: 200, encoding: "gzip", type, text: script });
  expect(await sent(name, "identity")).toEqual({ status: 200, encoding: null, type, text: script });
  expect(await sent("", "br")).toMatchObject({ encoding: "br", text: "<title>Packed</title>" });
  const { headers } = await get(`${room}${name}`);
  expect(headers.get("vary")).toContain("Accept-Encoding");
  expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(headers.get("access-control-allow-origin")).toBe("*");
});

test("a page that was not built is 503 and says what to do", async () => {
  server = await startFakeServer({ http: { pageDirectory: join(tmpdir(), "scenecast-nothing") } });
  const response = await get("");
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("npm run build");
});

test("what is not there is 404, what makes no sense 400, in plain text without a stack", async () => {
  server = await startFakeServer({ http: { pageDirectory: page() } });
  for (const [path, expected] of [
    ["nothing", 404],
    ["assets", 404],
    ["..%2f..%2fpackage.json", 404],
    ["whep/%ff", 400],
    ["signal", 426],
  ] as const) {
    const response = await get(path);
    expect([path, response.status]).toEqual([path, expected]);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
    expect(await response.text()).not.toContain(" at ");
  }
});

test("bound to loopback it answers to no other host name", async () => {
  server = await startFakeServer();
  expect(await status("healthz", { host: "evil.example" })).toBe(403);
  expect(await status("healthz", { host: "localhost:1" })).toBe(200);
});

test("a WebSocket opens on /signal for our own page and for programs alone", async () => {
  server = await startFakeServer();
  const { host, origin } = new URL(server.url);
  const upgrade = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
  };
  expect(await status("signal", upgrade)).toBe(101);
  expect(await status("signal?token=x", { ...upgrade, origin })).toBe(101);
  expect(await status("signal", { ...upgrade, origin: "http://evil.example" })).toBe(403);
  expect(await status("signal", { ...upgrade, origin: "null" })).toBe(403);
  expect(await status("signal", { ...upgrade, host: "evil.example", origin: "http://evil.example" })).toBe(403);
  expect(await status("elsewhere", { ...upgrade, host })).toBe(404);
});

test("a client that offers HTTP/2, as that of Java does, is answered as others are", async () => {
  server = await startFakeServer();
  expect(await status("healthz", { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c" })).toBe(200);
});
