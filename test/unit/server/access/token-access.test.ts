import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { Links } from "../../../../server/access/links.ts";
import type { StreamServerOptions } from "../../../../server/options/options.ts";
import type { StreamServer } from "../../../../server/stream-server.ts";
import type { Role } from "../../../../shared/people.ts";
import { startFakeServer } from "../../../support/fake-scene.ts";
import {
  cookieOf,
  type RawRequest,
  type RawResponse,
  rawRequest,
  upgradeHeaders,
} from "../../../support/raw-request.ts";

const token = "correct-horse-battery";
const offer = "v=0\r\ns=good\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n";

let server: StreamServer;
afterEach(() => server?.close());

async function start(more: Omit<StreamServerOptions, "scene"> = {}): Promise<void> {
  const pageDirectory = mkdtempSync(join(tmpdir(), "scenecast-page-"));
  mkdirSync(join(pageDirectory, "assets"));
  writeFileSync(join(pageDirectory, "index.html"), "<title>The page</title>");
  writeFileSync(join(pageDirectory, "assets", "page-0f3a.js"), "1;");
  server = await startFakeServer({ http: { pageDirectory }, more: { access: { token }, ...more } });
}

function send(path: string, request: RawRequest = {}): Promise<RawResponse> {
  return rawRequest(new URL(path, server.url), request);
}

function show(shown: string, headers: Record<string, string> = {}): Promise<RawResponse> {
  const body = JSON.stringify({ token: shown });
  return send("access", { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
}

/** The token of a new link. */
async function linkToken(role: Role, room: string | null = null): Promise<{ id: string; shown: string }> {
  const { id, link } = await server.createLink({ role, room });
  return { id, shown: decodeURIComponent(new URL(link).hash.replace("#token=", "")) };
}

const bearer = (shown: string): Record<string, string> => ({ authorization: `Bearer ${shown}` });

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
    await start();
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
    await start();
    const { shown } = await linkToken("host", "hall");
    expect((await send(path, withHeaders(bearer(shown)))).status).toBe(403);
    const common = await linkToken("host", "");
    expect((await send(path, withHeaders(bearer(common.shown)))).status).toBe(allowed);
    expect((await send(`s/hall/${path}`, withHeaders(bearer(common.shown)))).status).toBe(403);
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

describe("a page of another site (AC9)", () => {
  const origin = "https://app.example";
  const json = { "content-type": "application/json", origin };

  async function keyOf(body: object, headers: Record<string, string> = {}): Promise<string> {
    const answer = await send("access", {
      method: "POST",
      headers: { ...json, ...headers },
      body: JSON.stringify(body),
    });
    expect([answer.status, answer.headers["set-cookie"]]).toEqual([200, undefined]);
    return (JSON.parse(answer.body) as { key: string }).key;
  }

  test("that was allowed may open viewers", async () => {
    await start({ http: { allowedOrigins: [origin] } });
    const headers = { ...upgradeHeaders, ...bearer(token) };
    expect((await send("signal", { headers: { ...headers, origin } })).status).toBe(101);
    expect((await send("signal", { headers: { ...headers, origin: "https://app.example:444" } })).status).toBe(403);
  });

  test("gets a key for the token, and by it all that there is: by a header, and by a subprotocol of the WebSocket", async () => {
    await start({ http: { allowedOrigins: [origin] } });
    const { id, shown } = await linkToken("viewer");
    const key = await keyOf({ token: shown, wantsKey: true });
    for (const path of ["stream.mjpg", "snapshot.png", "access"]) {
      const { status, headers } = await send(path, { headers: { origin, ...bearer(key) } });
      expect([status < 300, headers["access-control-allow-origin"]], path).toEqual([true, origin]);
    }
    const viewer = await send("viewer", { method: "POST", headers: { ...json, ...bearer(key) }, body: "{}" });
    expect([viewer.status, viewer.headers["access-control-allow-origin"]]).toEqual([201, origin]);
    const protocols = { "sec-websocket-protocol": `scenecast, key.${key}` };
    const socket = await send("signal", { headers: { ...upgradeHeaders, origin, ...protocols } });
    expect([socket.status, socket.headers["sec-websocket-protocol"]]).toEqual([101, "scenecast"]);
    const later = await keyOf({ wantsKey: true }, bearer(key));
    expect((await send("snapshot.png", { headers: bearer(later) })).status).toBe(200);
    server.revokeLink(id);
    for (const ended of [key, later]) expect((await send("snapshot.png", { headers: bearer(ended) })).status).toBe(401);
  });

  test("is told so before it asks, and no cookie of it counts", async () => {
    await start({ http: { allowedOrigins: [origin] } });
    const asks = { "access-control-request-method": "POST", "access-control-request-headers": "content-type" };
    for (const path of ["access", "viewer", "viewer/x/input", "links", "stream.mjpg", "exact/p", "whep"]) {
      const { status, headers } = await send(path, { method: "OPTIONS", headers: { origin, ...asks } });
      expect([status, headers["access-control-allow-origin"]], path).toEqual([204, origin]);
      expect(headers["access-control-allow-headers"]).toContain("Authorization");
      expect(headers["access-control-allow-credentials"]).toBeUndefined();
    }
    const other = await send("access", { method: "OPTIONS", headers: { ...asks, origin: "https://evil.example" } });
    expect(other.headers["access-control-allow-methods"]).toBeUndefined();
  });

  test("that was not allowed is told the option, and reads nothing else", async () => {
    await start({ http: { allowedOrigins: [origin] }, access: { token: null } });
    const evil = { origin: "https://evil.example" };
    const { status, headers, body } = await send("access", { headers: evil });
    expect([status, headers["access-control-allow-origin"]]).toEqual([403, "*"]);
    expect(JSON.parse(body)).toEqual({
      code: "origin-refused",
      message:
        "Pages of https://evil.example may not use this server. It has to be started with --allowed-origin https://evil.example (http.allowedOrigins).",
    });
    for (const path of ["healthz", "snapshot.png", "metrics", "stream.mjpg"]) {
      const answer = await send(path, { headers: evil });
      expect(answer.headers["access-control-allow-origin"], path).toBeUndefined();
      expect(answer.headers["cross-origin-resource-policy"], path).toBe("same-origin");
    }
  });

  test("shows pictures where it was allowed, though its images name no origin", async () => {
    await start({ http: { allowedOrigins: [origin] }, access: { token: null } });
    const policyFor = async (referer: string) =>
      (await send("snapshot.png", { headers: { referer } })).headers["cross-origin-resource-policy"];
    expect(await policyFor(`${origin}/a/page?x`)).toBe("cross-origin");
    expect(await policyFor("https://evil.example/")).toBe("same-origin");
    expect(await policyFor("")).toBe("same-origin");
  });

  test("a key that is over lets nobody in, and is no guess (SL5, AC4)", async () => {
    await start();
    const links = new Links({ token, folder: null, clock: () => Date.now() - 3_700_000 });
    const { key } = await links.signed.issueKey({
      role: "host",
      room: null,
      expiresAt: null,
      linkId: null,
      name: null,
    });
    for (let count = 0; count < 20; count += 1) {
      expect((await send("snapshot.png", { headers: bearer(key) })).status).toBe(401);
    }
    expect((await send("snapshot.png", { headers: bearer(token) })).status).toBe(200);
  });
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
