import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { sourceOf, trustOf } from "../../../../server/access/request-source.ts";
import { unmount } from "../../../../server/http/base-path.ts";
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

const token = "correct-horse-battery";
let server: StreamServer;
afterEach(() => server?.close());

async function start(
  http: StreamServerOptions["http"],
  access: StreamServerOptions["access"] = { token },
): Promise<void> {
  server = await startFakeServer({ more: { access, ...(http === undefined ? {} : { http }) } });
}

function send(path: string, request: RawRequest = {}): Promise<RawResponse> {
  return rawRequest(new URL(path, server.url), request);
}

function show(shown: string, headers: Record<string, string> = {}, path = "access"): Promise<RawResponse> {
  const body = JSON.stringify({ token: shown });
  return send(path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
}

function asked(peer: string, headers: Record<string, string>): IncomingMessage {
  return { socket: { remoteAddress: peer }, headers } as unknown as IncomingMessage;
}

test("the base path is taken off where it is, and gets its slash", () => {
  expect(unmount("/a/b/signal?x", "/a/b")).toEqual({ kind: "here", url: "/signal?x" });
  expect(unmount("/a/b/", "/a/b")).toEqual({ kind: "here", url: "/" });
  expect(unmount("/signal", "/a/b")).toEqual({ kind: "here", url: "/signal" });
  expect(unmount("/a/bc", "/a/b")).toEqual({ kind: "here", url: "/a/bc" });
  expect(unmount("/a/b", "/a/b")).toEqual({ kind: "moved", to: "b/" });
  expect(unmount("/a/b?x=1", "/a/b")).toEqual({ kind: "moved", to: "b/?x=1" });
  expect(unmount("/x", "")).toEqual({ kind: "here", url: "/x" });
});

test("the server answers under its base path, and at the root to proxies that take it off", async () => {
  await start({ basePath: "/some/prefix" });
  expect(server.url).toMatch(/\/some\/prefix\/$/);
  const auth = { authorization: `Bearer ${token}` };
  for (const path of ["/some/prefix/metrics", "/metrics"])
    expect((await send(path, { headers: auth })).status).toBe(200);
  for (const path of ["/some/prefix/signal", "/signal"]) {
    expect((await send(path, { headers: { ...upgradeHeaders, ...auth } })).status).toBe(101);
  }
  const moved = await send("/some/prefix");
  expect([moved.status, moved.headers.location]).toEqual([308, "prefix/"]);
  expect(new URL("prefix/", new URL("/some/prefix", server.url)).pathname).toBe("/some/prefix/");
  const headers = { "content-type": "application/sdp", ...auth };
  const body = "v=0\r\ns=good\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n";
  const whep = await send("/some/prefix/whep", { method: "POST", headers, body });
  expect(new URL(whep.headers.location ?? "", new URL("/some/prefix/whep", server.url)).pathname).toMatch(
    /^\/some\/prefix\/whep\/[\w-]{36}$/,
  );
});

test("the cookie names no path, so that it counts under whatever prefix the browser sees", async () => {
  await start({ basePath: "/some/prefix" });
  const response = await show(token, {}, "/some/prefix/access");
  expect(response.headers["set-cookie"]?.[0]).not.toMatch(/path=/i);
  expect((await send("/some/prefix/metrics", { headers: { cookie: cookieOf(response) } })).status).toBe(200);
});

test("what proxies say is believed as far as they are trusted", () => {
  const headers = {
    host: "inner:8080",
    "x-forwarded-for": "198.51.100.1, 203.0.113.7, 10.0.0.2",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "outer.example",
  };
  const inner = { address: "127.0.0.1", isSecure: false, host: "inner:8080" };
  expect(sourceOf(asked("::ffff:127.0.0.1", headers), trustOf(null))).toEqual(inner);
  expect(sourceOf(asked("127.0.0.1", headers), trustOf(["10.0.0.0/8"]))).toEqual(inner);
  const outer = { isSecure: true, host: "outer.example" };
  expect(sourceOf(asked("127.0.0.1", headers), trustOf(["loopback"]))).toEqual({ ...outer, address: "10.0.0.2" });
  const trusted = trustOf(["loopback", "10.0.0.0/8"]);
  expect(sourceOf(asked("127.0.0.1", headers), trusted)).toEqual({ ...outer, address: "203.0.113.7" });
  expect(sourceOf(asked("192.0.2.1", headers), trustOf(1))).toEqual({ ...outer, address: "10.0.0.2" });
  expect(sourceOf(asked("127.0.0.1", { host: "a" }), trustOf(2))).toEqual({ ...inner, host: "a" });
});

test("without --trust-proxy nobody gets around the limit by X-Forwarded-For", async () => {
  await start({});
  const statuses = new Set<number>();
  for (let i = 0; i < 20; i += 1)
    statuses.add((await show("wrong-token", { "x-forwarded-for": `10.0.0.${i}` })).status);
  expect([...statuses]).toEqual([401, 429]);
});

test("with it each address behind the proxy has its own limit, and what it puts before is of no use", async () => {
  await start({ trustProxy: "loopback" });
  const guess = async (forwarded: string): Promise<number> =>
    (await show("wrong-token", { "x-forwarded-for": forwarded })).status;
  for (let i = 0; i < 10; i += 1) expect(await guess(`1.2.3.${i}, 192.0.2.1`)).toBe(401);
  expect(await guess("1.2.3.99, 192.0.2.1")).toBe(429);
  expect(await guess("192.0.2.2")).toBe(401);
});

test("X-Forwarded-Host makes an origin ours only where the proxy is trusted", async () => {
  const headers = {
    ...upgradeHeaders,
    authorization: `Bearer ${token}`,
    origin: "https://outer.example",
    "x-forwarded-host": "outer.example",
  };
  await start({});
  expect((await send("signal", { headers })).status).toBe(403);
  await server.close();
  await start({ trustProxy: "loopback" });
  expect((await send("signal", { headers })).status).toBe(101);
  expect((await send("signal", { headers: { ...headers, origin: "https://evil.example" } })).status).toBe(403);
});

test("X-Forwarded-Proto makes the cookie secure only where the proxy is trusted", async () => {
  const headers = { "x-forwarded-proto": "https" };
  await start({});
  expect((await show(token, headers)).headers["set-cookie"]?.[0]).not.toContain("Secure");
  await server.close();
  await start({ trustProxy: 1 });
  expect((await show(token, headers)).headers["set-cookie"]?.[0]).toMatch(/; HttpOnly; SameSite=Lax; Secure$/);
});

test("where other sites may frame the page, the cookie works in their frames, over TLS", async () => {
  await start({ trustProxy: "loopback", frameAncestors: ["https://app.example"] });
  expect((await show(token, { "x-forwarded-proto": "https" })).headers["set-cookie"]?.[0]).toMatch(
    /; HttpOnly; SameSite=None; Partitioned; Secure$/,
  );
  expect((await show(token)).headers["set-cookie"]?.[0]).toMatch(/; HttpOnly; SameSite=Lax$/);
  const { headers } = await send("healthz");
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'self' https://app.example");
  expect(headers["x-frame-options"]).toBe(undefined);
});

test("a proxied host name needs no more than a token, and a DNS rebinder cannot forge one without (AC1)", async () => {
  await start({ trustProxy: "loopback" }, { token: null });
  const forged = { host: "evil.example", "x-forwarded-host": "127.0.0.1" };
  expect((await send("metrics", { headers: forged })).status).toBe(403);
});

test("a certificate of our own makes it https and wss, and the cookie secure", async () => {
  const directory = mkdtempSync(join(tmpdir(), "scenecast-tls-"));
  const tls = { cert: join(directory, "cert.pem"), key: join(directory, "key.pem") };
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"];
  execFileSync("openssl", [...request, "-subj", "/CN=localhost", "-keyout", tls.key, "-out", tls.cert], {
    stdio: "ignore",
  });
  await start({ tls });
  expect(server.url).toMatch(/^https:/);
  const response = await show(token);
  expect(response.headers["set-cookie"]?.[0]).toMatch(/; Secure$/);
  const headers = { ...upgradeHeaders, cookie: cookieOf(response), origin: new URL(server.url).origin };
  expect((await send("signal", { headers })).status).toBe(101);

  writeFileSync(tls.key, "nothing");
  await expect(start({ tls })).rejects.toMatchObject({
    code: "tls-invalid",
    message: expect.stringContaining(tls.key),
  });
  await expect(start({ tls: { ...tls, cert: "/nowhere.pem" } })).rejects.toMatchObject({ code: "tls-invalid" });
});
