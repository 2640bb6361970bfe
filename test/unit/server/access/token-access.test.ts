import { spawn } from "node:child_process";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { StreamServerOptions } from "../../../../server/options/options.ts";
import type { StreamServer } from "../../../../server/stream-server.ts";
import { startFakeServer } from "../../../support/fake-scene.ts";
import {
  cookieOf,
  type RawRequest,
  type RawResponse,
  rawRequest,
  upgradeHeaders,
} from "../../../support/raw-request.ts";
import { bearer, linkTokenOf, sendTo, showTo, startGuarded, type ToServer, token } from "./guarded-server.ts";

const offer = "v=0\r\ns=good\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n";

/** For what changes nothing that others could see. */
let common: StreamServer;
let server: StreamServer;
beforeAll(async () => {
  common = await startGuarded();
});
afterEach(async () => {
  if (server !== common) await server?.close();
});
afterAll(() => common?.close());

async function start(more?: Omit<StreamServerOptions, "scene">): Promise<void> {
  server = await startGuarded(more);
}

const send: ToServer<typeof sendTo> = (...args) => sendTo(server, ...args);
const show: ToServer<typeof showTo> = (...args) => showTo(server, ...args);
const linkToken: ToServer<typeof linkTokenOf> = (...args) => linkTokenOf(server, ...args);

/** Every route that gives something away, and what it answers to who may have it. */
const guarded: readonly (readonly [string, string, RawRequest, number])[] = [
  ["the WebSocket", "signal", { headers: { ...upgradeHeaders } }, 101],
  ["the WebSocket's address", "signal", {}, 426],
  ["WHEP", "whep", { method: "POST", headers: { "content-type": "application/sdp" }, body: offer }, 201],
  ["the end of a WHEP stream", "whep/some-id", { method: "DELETE" }, 404],
  ["Motion JPEG", "stream.mjpg", {}, 200],
  ["a snapshot", "snapshot.png", {}, 200],
  ["a viewer by HTTP", "viewer", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" }, 201],
  ["what a viewer by HTTP hears", "viewer/some-id", {}, 404],
  ["what is not there", "nothing", {}, 404],
];

describe.each(guarded)("%s", (_name, path, request, allowed) => {
  const withHeaders = (headers: Record<string, string>): RawRequest => ({
    ...request,
    headers: { ...request.headers, ...headers },
  });

  test("wants the token (AC3)", async () => {
    await start();
    const { status, headers } = await send(path, request);
    expect(status).toBe(401);
    expect(headers["www-authenticate"] ?? "Bearer").toMatch(/^Bearer/);
    expect((await send(path, withHeaders(bearer("wrong-token")))).status).toBe(401);
    expect((await send(path, withHeaders({ cookie: "scenecast=x; a=b" }))).status).toBe(401);
    expect((await send(`${path}?token=${token}`, request)).status).toBe(401);
  });

  test("takes the token as Bearer or as a cookie", async () => {
    server = common;
    expect((await send(path, withHeaders(bearer(token)))).status).toBe(allowed);
    const cookie = cookieOf(await show(token));
    expect((await send(path, withHeaders({ cookie: `other=1; ${cookie}` }))).status).toBe(allowed);
  });

  test("takes a link as Bearer or as a cookie, until it is revoked (AC5)", async () => {
    await start();
    const { id, shown } = await linkToken("viewer");
    const cookie = cookieOf(await show(shown));
    expect((await send(path, withHeaders(bearer(shown)))).status).toBe(allowed);
    expect((await send(path, withHeaders({ cookie }))).status).toBe(allowed);
    expect(server.revokeLink(id)).toBe(true);
    expect((await send(path, withHeaders(bearer(shown)))).status).toBe(401);
    expect((await send(path, withHeaders({ cookie }))).status).toBe(401);
  });

  test("takes no link for another room (AC5)", async () => {
    server = common;
    const { shown } = await linkToken("host", "hall");
    expect((await send(path, withHeaders(bearer(shown)))).status).toBe(403);
    const own = await linkToken("host", "");
    expect((await send(path, withHeaders(bearer(own.shown)))).status).toBe(allowed);
    expect((await send(`s/hall/${path}`, withHeaders(bearer(own.shown)))).status).toBe(403);
  });

  test("lets nobody in whom the application does not know (AC7)", async () => {
    const authenticate = ({ headers }: IncomingMessage): { role: "host" } | null =>
      headers["x-user"] === "ada" ? { role: "host" } : null;
    await start({ access: { authenticate } });
    expect((await send(path, withHeaders({ "x-user": "ada" }))).status).toBe(allowed);
    expect((await send(path, withHeaders({ "x-user": "eve", ...bearer(token) }))).status).toBe(401);
  });
});

test("the page's files need no token, and healthz tells strangers nothing but whether it is well", async () => {
  await start();
  expect((await send("")).status).toBe(200);
  expect((await send("assets/page-0f3a.js")).status).toBe(200);
  expect(JSON.parse((await send("healthz")).body)).toEqual({ ok: true });
  expect(JSON.parse((await send("healthz", { headers: bearer("wrong-token") })).body)).toEqual({ ok: true });
  expect(JSON.parse((await send("healthz", { headers: bearer(token) })).body)).toMatchObject({ rooms: [{}] });
});

test("access says whether the cookie is there, and gives one for the token", async () => {
  await start();
  expect((await send("access")).status).toBe(401);
  const response = await show(token);
  expect(response.status).toBe(204);
  expect(response.headers["set-cookie"]?.[0]).toMatch(
    /^scenecast-[0-9a-f]{8}=[\w.-]+; Max-Age=604800; HttpOnly; SameSite=Lax$/,
  );
  expect(response.headers["set-cookie"]?.[0]).not.toContain(token);
  expect(response.headers["cache-control"]).toBe("no-store");
  expect((await send("access", { headers: { cookie: cookieOf(response) } })).status).toBe(204);
  expect(await show("wrong-token")).toMatchObject({ status: 401, body: "The token is wrong.\n" });
});

test("access takes JSON of at most 1 KiB, with a token in it", async () => {
  await start();
  const post = (body: string, type = "application/json"): Promise<RawResponse> =>
    send("access", { method: "POST", headers: { "content-type": type }, body });
  for (const body of ["{}", "[]", '{"token":1}', "nonsense", "null", ""]) expect((await post(body)).status).toBe(400);
  expect((await post(JSON.stringify({ token: "x".repeat(1024) }))).status).toBe(413);
  expect((await post(JSON.stringify({ token }), "text/plain")).status).toBe(400);
  expect((await send("access", { method: "PUT" })).status).toBe(405);
});

test("where no token is asked for, access lets everybody in without a cookie", async () => {
  server = await startFakeServer();
  expect((await send("access")).status).toBe(204);
  const response = await show("anything");
  expect([response.status, response.headers["set-cookie"]]).toEqual([204, undefined]);
});

test("another web site's page is refused, with the token too (AC2)", async () => {
  await start();
  const foreign = { origin: "https://evil.example" };
  expect((await show(token, foreign)).status).toBe(403);
  expect((await send("signal", { headers: { ...upgradeHeaders, ...bearer(token), ...foreign } })).status).toBe(403);
  const whep = { "content-type": "application/sdp", ...bearer(token), ...foreign };
  expect((await send("whep", { method: "POST", headers: whep, body: offer })).status).toBe(403);
  expect((await send("whep/some-id", { method: "DELETE", headers: whep })).status).toBe(403);
  expect((await show(token, { origin: new URL(server.url).origin })).status).toBe(204);
});

test("with a token any host name is answered to, without one an allowed name is (AC1)", async () => {
  await start();
  expect((await send("metrics", { headers: { host: "box.example", ...bearer(token) } })).status).toBe(200);
  await server.close();
  server = await startFakeServer({ more: { http: { allowedHosts: ["box.example"] } } });
  expect((await send("metrics", { headers: { host: "box.example:8080" } })).status).toBe(200);
  expect((await send("metrics", { headers: { host: "evil.example" } })).status).toBe(403);
});

test("a thousand guesses are slowed down, and cookies are not (AC4)", async () => {
  await start();
  const cookie = cookieOf(await show(token));
  const started = performance.now();
  const statuses = new Map<number, number>();
  for (let guess = 0; guess < 1_000; guess += 1) {
    const { status, headers } =
      guess % 2 === 0 ? await show(`guess-${guess}`) : await send("metrics", { headers: bearer(`guess-${guess}`) });
    if (status === 429) expect(headers["retry-after"]).toBe("1");
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  const lookedAt = 10 + (performance.now() - started) / 1000;
  expect(statuses.get(401)).toBeLessThanOrEqual(lookedAt);
  expect(statuses.get(429)).toBe(1_000 - (statuses.get(401) ?? 0));
  // Who has shown the token before goes on watching; who shows it now waits like the guesser of the same address.
  expect((await show(token)).status).toBe(429);
  expect((await send("metrics", { headers: { cookie } })).status).toBe(200);
  await expect.poll(async () => (await show(token)).status, { interval: 250 }).toBe(204);
});

test("nothing of the token is logged", async () => {
  const script = fileURLToPath(new URL("../../../fixtures/serve-fake-scene.ts", import.meta.url));
  const args = ["--conditions=scenecast-source", script, "", "--port", "0", "--debug", "--token", token];
  const child = spawn(process.execPath, args);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => {
    stdout += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  await expect.poll(() => stdout).toMatch(/http:\S+\//);
  const url = /http:\S+\//.exec(stdout)?.[0] ?? "";
  await rawRequest(`${url}metrics?token=${token}`);
  await rawRequest(`${url}metrics`, { headers: bearer(`${token}x`) });
  await rawRequest(`${url}whep/%ff?token=${token}`, { headers: bearer(token) });
  await rawRequest(`${url}access`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: `{"${token}`,
  });
  await rawRequest(`${url}signal?token=${token}`, { headers: { ...upgradeHeaders } });
  child.kill("SIGTERM");
  await once(child, "close");
  expect(stderr).toContain("Refused a wrong token.");
  expect(stderr).toContain("from 127.0.0.1, origin none");
  expect(`${stdout}${stderr}`).not.toContain(token);
});
