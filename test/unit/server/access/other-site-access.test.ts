/** Pages of other sites, which the server lets in or tells why not. */

import { afterEach, describe, expect, test } from "vitest";
import { Links } from "../../../../server/access/links.ts";
import type { StreamServerOptions } from "../../../../server/options/options.ts";
import type { StreamServer } from "../../../../server/stream-server.ts";
import { upgradeHeaders } from "../../../support/raw-request.ts";
import { bearer, linkTokenOf, sendTo, startGuarded, type ToServer, token } from "./guarded-server.ts";

let server: StreamServer;
afterEach(() => server?.close());

async function start(more?: Omit<StreamServerOptions, "scene">): Promise<void> {
  server = await startGuarded(more);
}

const send: ToServer<typeof sendTo> = (...args) => sendTo(server, ...args);

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
    const { id, shown } = await linkTokenOf(server, "viewer");
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
      expect(headers["access-control-allow-headers"]).toMatch(/Authorization.*, ngrok-skip-browser-warning$/);
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

  test("that was not allowed is told so through ngrok's free plan too, whose header costs a preflight", async () => {
    await start({ access: { token: null } });
    const asks = {
      origin: "https://evil.example",
      "access-control-request-method": "GET",
      "access-control-request-headers": "ngrok-skip-browser-warning",
    };
    const { status, headers } = await send("access", { method: "OPTIONS", headers: asks });
    expect([status, headers["access-control-allow-origin"]]).toEqual([204, "*"]);
    expect(headers["access-control-allow-headers"]).toBe("ngrok-skip-browser-warning");
    const elsewhere = await send("snapshot.png", { method: "OPTIONS", headers: asks });
    expect(elsewhere.headers["access-control-allow-headers"]).toBeUndefined();
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
