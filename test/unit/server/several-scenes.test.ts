/** A server of several scenes (RM6), which are fake processes. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, expect, test } from "vitest";
import type { StreamServerOptions } from "../../../server/options/options.ts";
import { readRecording } from "../../../server/replay/recording.ts";
import type { StreamServer } from "../../../server/stream-server.ts";
import type { SceneCard } from "../../../shared/scene-cards.ts";
import { fakeScene, startFakeServer } from "../../support/fake-scene.ts";
import { type RawRequest, type RawResponse, rawRequest } from "../../support/raw-request.ts";
import { TestClient } from "../../support/signaling-client.ts";

const token = "correct-horse-battery";
const bearer = (shown: string) => ({ authorization: `Bearer ${shown}` });
let server: StreamServer;
afterEach(() => server?.close());

async function start(more: Partial<StreamServerOptions> = {}): Promise<void> {
  server = await startFakeServer({ more: { scenes: { a: fakeScene(), b: fakeScene() }, ...more } });
}

function send(path: string, request: RawRequest = {}): Promise<RawResponse> {
  return rawRequest(new URL(path, server.url), request);
}

async function cards(headers: Record<string, string> = {}): Promise<readonly SceneCard[]> {
  return (JSON.parse((await send("scenes", { headers })).body) as { scenes: readonly SceneCard[] }).scenes;
}

function at(path: string): string {
  return new URL(path, server.url).href;
}

async function linkFor(room: string, role: "viewer" | "controller" | "host" = "controller"): Promise<string> {
  const { link } = await server.createLink({ role, room });
  return decodeURIComponent(new URL(link).hash.replace("#token=", ""));
}

test("none runs before somebody opens it, and each ends when nobody has watched it for a while (RM6, RM4)", async () => {
  await start({ rooms: { emptySeconds: 1 } });
  expect(await cards()).toEqual([
    { name: "a", title: "A", status: "waiting", isTroubled: false, viewers: 0, hasPreview: false },
    { name: "b", title: "B", status: "waiting", isTroubled: false, viewers: 0, hasPreview: false },
  ]);
  expect(server.rooms()).toEqual([]);
  const client = await TestClient.join(at("a/"));
  expect(client.messages[0]).toMatchObject({ kind: "welcome", room: null, title: "A" });
  await client.received((message) => message.kind === "status" && message.status === "live");
  const [a, b] = await cards();
  expect(a).toEqual({
    name: "a",
    title: "A fake scene",
    status: "live",
    isTroubled: false,
    viewers: 1,
    hasPreview: true,
  });
  expect(b).toMatchObject({ status: "waiting" });
  expect(server.rooms().map(({ name }) => name)).toEqual(["a/"]);
  client.socket.close();
  await expect.poll(async () => (await cards())[0]?.status).toBe("waiting");
  // What it is called is known from now on.
  expect((await cards())[0]?.title).toBe("A fake scene");
});

test("at the root is a page to choose on and what all have in common, below each name a scene", async () => {
  await start();
  expect((await send("")).status).toBe(200);
  const moved = await send("a?x=1");
  expect([moved.status, moved.headers.location]).toEqual([308, "a/?x=1"]);
  expect((await send("a/")).status).toBe(200);
  // Each scene has such a page of its own.
  const chosen = await send("watch");
  expect([chosen.status, chosen.headers.location]).toEqual([303, "./"]);
  expect((await send("a/watch")).status).toBe(200);
  for (const path of [
    "signal",
    "snapshot.png",
    "stream.mjpg",
    "whep",
    "s/hall/",
    "c/",
    "a.b/",
    "a/scenes",
    "a/s/a.b/",
  ]) {
    expect((await send(path)).status, path).toBe(404);
  }
  expect(server.scenes()).toEqual([
    { name: "a", url: at("a/") },
    { name: "b", url: at("b/") },
  ]);
  await TestClient.join(at("a/s/hall/"));
  expect(server.rooms().map(({ name }) => name)).toEqual(["a/hall"]);
});

test("a scene that falls costs itself alone, and one that never comes up keeps nobody else from the others", async () => {
  await start({ scenes: { a: fakeScene(), b: fakeScene(), c: fakeScene("fail=scene-failed") } });
  const [one, two] = [await TestClient.join(at("a/")), await TestClient.join(at("b/"))];
  const isLive = (message: { readonly kind: string; readonly status?: string }) => message.status === "live";
  await Promise.all([one.received(isLive), two.received(isLive)]);
  const broken = await TestClient.join(at("c/"));
  await broken.received((message) => message.kind === "status" && message.status === "failed");
  process.kill(server.room("a/").pid ?? 0, "SIGKILL");
  await one.received((message) => message.kind === "status" && message.status === "restarting");
  expect(two.messages.at(-1)).not.toMatchObject({ status: "restarting" });
  expect((await cards())[1]).toMatchObject({ name: "b", status: "live", viewers: 1 });
  expect((await cards())[2]).toMatchObject({ name: "c", status: "failed" });
  // Whoever restarts what is not well must not end the others for it.
  expect([(await send("healthz")).status, (await send("c/healthz")).status]).toEqual([200, 503]);
});

test("a scene that threw is not called well", async () => {
  await start({ scenes: { a: fakeScene("notice=update threw."), b: fakeScene() } });
  const client = await TestClient.join(at("a/"));
  await client.received(({ kind }) => kind === "notice");
  expect(await cards()).toMatchObject([{ status: "live", isTroubled: true }, { isTroubled: false }]);
});

test("a viewer starts a scene, and no room beside it (RM5, RM6)", async () => {
  await start({ access: { token } });
  const shown = await linkFor("a/*", "viewer");
  await TestClient.join(at("a/"), bearer(shown));
  const client = await TestClient.open(at("a/s/hall/"), bearer(shown));
  client.hello();
  expect(await client.received(({ kind }) => kind === "error")).toMatchObject({ code: "no-room" });
});

test("a link may be for all scenes, for one, or for a room of one (AC5, LI2)", async () => {
  await start({ access: { token } });
  const [all, scene, room] = [await linkFor("a/*", "host"), await linkFor("a/"), await linkFor("b/hall")];
  const statuses = async (shown: string) =>
    await Promise.all(
      ["a/access", "a/s/x/access", "b/access", "b/s/hall/access"].map(async (path) => {
        return (await send(path, { headers: bearer(shown) })).status;
      }),
    );
  expect(await statuses(token)).toEqual([204, 204, 204, 204]);
  expect(await statuses(all)).toEqual([204, 204, 403, 403]);
  expect(await statuses(scene)).toEqual([204, 403, 403, 403]);
  expect(await statuses(room)).toEqual([403, 403, 403, 204]);
  // A host of one scene makes links for its rooms alone. Its page knows them without the scene's name.
  const make = async (wish: object) => {
    const headers = { ...bearer(all), "content-type": "application/json" };
    return await send("a/links", { method: "POST", headers, body: JSON.stringify({ role: "viewer", ...wish }) });
  };
  expect(JSON.parse((await make({ room: "hall" })).body)).toMatchObject({
    room: "a/hall",
    link: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/a\/s\/hall\/#token=/),
  });
  expect((await make({ room: "b/hall" })).status).toBe(403);
  expect((await make({ room: null })).status).toBe(403);
  expect(JSON.parse((await make({})).body)).toMatchObject({ room: "a/*" });
  expect((await server.createLink({ role: "viewer", room: "b/*" })).link).toContain(`${server.url}b/#token=`);
  for (const room of ["c/*", "hall", ""]) {
    await expect(server.createLink({ role: "viewer", room })).rejects.toThrow(
      "link.room must begin with the name of a scene and a slash. There are a, b.",
    );
  }
  // Of the scenes each sees those that it may enter.
  expect((await cards(bearer(scene))).map(({ name }) => name)).toEqual(["a"]);
  expect(await cards(bearer(room))).toEqual([]);
  expect((await cards(bearer(token))).map(({ name }) => name)).toEqual(["a", "b"]);
  expect((await send("scenes")).status).toBe(401);
});

test("no link is made that would lead nowhere, as its scene is misspelt or left out", async () => {
  await start({ access: { token } });
  const rule = new TypeError("link.room must begin with the name of a scene and a slash. There are a, b.");
  for (const room of ["c/*", "", "hall"])
    await expect(server.createLink({ role: "viewer", room })).rejects.toThrow(rule);
  const headers = { ...bearer(token), "content-type": "application/json" };
  const made = await send("links", { method: "POST", headers, body: '{"role":"viewer","room":"c/"}' });
  expect([made.status, made.body]).toEqual([400, `${rule.message}\n`]);
  await server.close();
  server = await startFakeServer({ more: { access: { token } } });
  await expect(server.createLink({ role: "viewer", room: "a/" })).rejects.toThrow('link.room must be without "a/"');
});

test("of rooms with names only hosts hear how many watch (AC8)", async () => {
  await start({ access: { token } });
  await TestClient.join(at("a/s/hidden/"), bearer(token));
  const watching = async (shown: string) => (await cards(bearer(shown)))[0]?.viewers;
  expect(await watching(token)).toBe(1);
  expect(await watching(await linkFor("a/*", "host"))).toBe(1);
  expect(await watching(await linkFor("a/*", "viewer"))).toBe(0);
});

test("there is one limit of viewers and one of rooms for all scenes together (EN1, RM3)", async () => {
  await start({ viewers: { max: 1 } });
  await TestClient.join(at("a/"));
  const second = await TestClient.open(at("b/"));
  second.hello();
  expect(await second.received(({ kind }) => kind === "queued")).toMatchObject({ position: 1 });
  await server.close();
  await start({ rooms: { max: 1, emptySeconds: 0 } });
  const first = await TestClient.join(at("a/"));
  const other = await TestClient.open(at("b/"));
  other.hello();
  await other.received(({ kind }) => kind === "queued");
  first.socket.close();
  await other.received(({ kind }) => kind === "welcome");
});

test("a preview starts nothing and keeps nothing running; before there is one, a picture beside the scene stands for it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-"));
  writeFileSync(join(folder, "scene.ts"), "");
  writeFileSync(join(folder, "picture.webp"), "a picture");
  await start({ scenes: { a: pathToFileURL(join(folder, "scene.ts")), b: fakeScene() }, rooms: { emptySeconds: 1 } });
  expect((await cards()).map(({ hasPreview }) => hasPreview)).toEqual([true, false]);
  const still = await send("a/preview.webp");
  expect([still.status, still.headers["content-type"], still.body]).toEqual([200, "image/webp", "a picture"]);
  const headers = { "if-none-match": String(still.headers.etag) };
  expect((await send("a/preview.webp", { headers })).status).toBe(304);
  expect((await send("b/preview.webp")).status).toBe(404);
  expect(server.rooms()).toEqual([]);
  const client = await TestClient.join(at("a/"));
  await client.received((message) => message.kind === "status" && message.status === "live");
  const live = await send("a/preview.webp");
  expect([live.status, live.body]).not.toEqual([200, "a picture"]);
  client.socket.close();
  const looked = setInterval(() => void send("a/preview.webp").catch(() => undefined), 100);
  await expect.poll(() => server.rooms().length).toBe(0);
  clearInterval(looked);
  rmSync(join(folder, "picture.webp"));
  mkdirSync(join(folder, "picture.webp"));
  expect((await send("a/preview.webp")).status).toBe(404);
});

test("no page of another site starts a scene by showing a picture of it, unless it was allowed (AC2)", async () => {
  await start({ http: { allowedOrigins: ["https://app.example"] } });
  const shown = (referer: string, more: Record<string, string> = {}) => {
    return { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image", referer, ...more };
  };
  const statuses = async (headers: Record<string, string>) =>
    await Promise.all(["a/snapshot.png", "a/stream.mjpg"].map(async (path) => (await send(path, { headers })).status));
  expect(await statuses(shown("https://evil.example/"))).toEqual([403, 403]);
  expect(await statuses(shown("http://localhost:1/", { "sec-fetch-site": "same-site" }))).toEqual([403, 403]);
  const framed = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" };
  expect(await statuses(shown("https://evil.example/", framed))).toEqual([403, 403]);
  expect(server.rooms()).toEqual([]);
  const followed = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  expect(await statuses(shown("https://evil.example/", followed))).not.toContain(403);
  expect(await statuses(shown("https://app.example/"))).not.toContain(403);
  expect(await statuses({ "sec-fetch-site": "none" })).not.toContain(403);
});

test("a viewer that names none of the scenes is told so", async () => {
  await start();
  const client = await TestClient.open(at(""));
  expect(await client.received(({ kind }) => kind === "error")).toMatchObject({
    code: "no-room",
    message: expect.stringMatching(/^There are several scenes here\. Add the name/),
  });
  await client.closed();
  expect(server.rooms()).toEqual([]);
});

test("several start pages with one link use up no snapshots, and their previews have a limit of their own", async () => {
  await start({ access: { token } });
  const headers = bearer(await linkFor("a/*", "viewer"));
  const statuses = async (count: number, path: string) => {
    const answers = await Promise.all(Array.from({ length: count }, () => send(path, { headers })));
    return new Set(answers.map(({ status }) => status));
  };
  expect(await statuses(60, "a/preview.webp")).toEqual(new Set([404]));
  expect(await statuses(1, "a/snapshot.png")).not.toContain(429);
  expect(await statuses(250, "a/preview.webp")).toContain(429);
});

test("health and metrics tell scenes apart", async () => {
  await start();
  const client = await TestClient.join(at("a/"));
  await client.received((message) => message.kind === "status" && message.status === "live");
  await TestClient.join(at("b/s/hall/"));
  expect(JSON.parse((await send("healthz")).body)).toMatchObject({
    rooms: [
      { scene: "a", room: "a/", viewers: 1 },
      { scene: "b", room: "b/hall", viewers: 1 },
    ],
    viewers: 2,
  });
  await expect
    .poll(async () => (await send("metrics")).body)
    .toMatch(/^scenecast_frames_rendered_total\{scene="a"\} /m);
  const { body } = await send("metrics");
  expect(body).toMatch(/^scenecast_viewers\{scene="a"\} 1$/m);
  expect(body).toMatch(/^scenecast_viewers\{scene="b"\} 1$/m);
  expect(body).not.toMatch(/^scenecast_viewers \d/m);
  expect(body).toMatch(/^scenecast_encoders\{scene="a",room=""\} \d$/m);
});

test("the event log says of which scene a room is, and a replay takes that one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-log-"));
  const [a, b] = [fakeScene(), fakeScene()];
  await start({ scenes: { a, b }, eventLog: join(folder, "log.gz") });
  await TestClient.join(at("b/"));
  await server.close();
  const { scene, room } = readRecording(join(folder, "log.gz"), "b/");
  expect([scene, room]).toEqual([fileURLToPath(b), "b/"]);
});

test("with private rooms each who opens a scene gets a room of its own in it (RM2)", async () => {
  await start({ rooms: { kind: "private" } });
  const { status, headers } = await send("a/");
  expect([status, headers.location]).toEqual([307, expect.stringMatching(/^s\/[\w-]{22}\/$/)]);
  const client = await TestClient.join(at(`a/${headers.location}`));
  expect(client.messages[0]).toMatchObject({ kind: "welcome", room: headers.location?.slice(2, -1) });
  expect(server.rooms().map(({ name }) => name)).toEqual([`a/${headers.location?.slice(2, -1)}`]);
  expect((await send("")).status).toBe(200);
});

test("a scene that is not there is said at the start", async () => {
  await expect(start({ scenes: { a: fakeScene(), b: "/nowhere/scene.ts" } })).rejects.toMatchObject({
    code: "scene-missing",
    message: "There is no scene file /nowhere/scene.ts.",
  });
});
