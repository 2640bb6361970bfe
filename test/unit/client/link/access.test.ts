/** How a page gets in: by a cookie, by a key where there is none, and what it hears where it may not. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Access } from "../../../../client/link/access.ts";
import { ServerLink } from "../../../../client/link/server-link.ts";
import { PROTOCOL_VERSION, type ServerMessage } from "../../../../shared/signaling.ts";
import { FakeSocket, installFakeBrowser } from "./fake-socket.ts";

/** What the server was asked, and how it answers. */
type Asked = {
  readonly method: string;
  readonly body: Record<string, unknown>;
  readonly bearer: string | null;
  readonly headers: Headers;
};

let asked: Asked[];
let keys: number;
/** Whether the browser keeps the cookie that a right token gets. */
let keepsCookies: boolean;
let hasCookie: boolean;
let isOriginAllowed: boolean;

const refusal = { code: "origin-refused", message: "Start it with --allowed-origin." };

beforeEach(() => {
  installFakeBrowser();
  [asked, keys, keepsCookies, hasCookie, isOriginAllowed] = [[], 0, true, false, true];
  vi.stubGlobal("fetch", async (_url: URL, init: RequestInit = {}) => answer(init));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function answer(init: RequestInit): Response {
  const { method = "GET", body } = init;
  const headers = new Headers(init.headers);
  const bearer = headers.get("Authorization");
  const wish = JSON.parse(String(body ?? "{}")) as Record<string, unknown>;
  asked.push({ method, body: wish, bearer, headers });
  if (!isOriginAllowed) {
    // The browser asks first whether it may send JSON, and is told no.
    if (method === "POST") throw new TypeError("Failed to fetch");
    return Response.json(refusal, { status: 403 });
  }
  const isKnown = wish["token"] === "right" || bearer === `Bearer key-${keys}` || (method === "GET" && hasCookie);
  if (!isKnown) return new Response("No.", { status: 401 });
  if (wish["wantsKey"] === true) {
    keys += 1;
    return Response.json({ key: `key-${keys}`, expiresSeconds: 3600 });
  }
  if (method === "POST") hasCookie = keepsCookies;
  return new Response(null, { status: 204 });
}

function accessFrom(origin: string): { access: Access; told: string[] } {
  vi.stubGlobal("location", { origin });
  const access = new Access(() => new URL("https://scene.example/access"), null);
  const told: string[] = [];
  access.on("cookieRefused", () => told.push("cookieRefused"));
  return { access, told };
}

test("a page of the server's own gets a cookie, and no script sees a key", async () => {
  const { access, told } = accessFrom("https://scene.example");
  expect(await access.show("right")).toEqual({ kind: "open" });
  expect([keys, access.protocols, told, access.hasToken]).toEqual([0, [], [], false]);
  expect(await access.show("wrong")).toEqual({ kind: "locked" });
});

test("where the browser keeps no cookie it gets a key, says so, and shows it with each request", async () => {
  keepsCookies = false;
  const { access, told } = accessFrom("https://scene.example");
  expect(await access.show("right")).toEqual({ kind: "open" });
  expect([access.protocols, told]).toEqual([["scenecast", "key.key-1"], ["cookieRefused"]]);
  await access.fetch("https://scene.example/stream.mjpg", { headers: { Accept: "x" } });
  expect(asked.at(-1)?.bearer).toBe("Bearer key-1");
  expect(await access.enter()).toEqual({ kind: "open" });
  access.close();
});

test("a page of another site gets a key at once, without a word, and another before it is over", async () => {
  const { access, told } = accessFrom("https://app.example");
  expect(await access.show("right")).toEqual({ kind: "open" });
  expect([asked.length, access.protocols, told]).toEqual([1, ["scenecast", "key.key-1"], []]);
  await vi.advanceTimersByTimeAsync(1_800_000);
  expect(asked.at(-1)).toMatchObject({ body: { wantsKey: true }, bearer: "Bearer key-1" });
  expect(access.protocols).toEqual(["scenecast", "key.key-2"]);
  await vi.advanceTimersByTimeAsync(1_800_000);
  expect(access.protocols).toEqual(["scenecast", "key.key-3"]);
  access.close();
  await vi.advanceTimersByTimeAsync(7_200_000);
  expect(keys).toBe(3);
});

test("a key that the server takes no more is dropped", async () => {
  const { access } = accessFrom("https://app.example");
  await access.show("right");
  keys += 1;
  await vi.advanceTimersByTimeAsync(1_800_000);
  expect(access.protocols).toEqual([]);
});

test.each([null, "right"])("a page of a site that may not use the server hears why (token: %s)", async (token) => {
  isOriginAllowed = false;
  vi.stubGlobal("location", { origin: "https://app.example" });
  const link = new ServerLink({
    url: "wss://scene.example/signal",
    token,
    hello: () => ({ kind: "hello", protocol: PROTOCOL_VERSION }),
  });
  const messages: ServerMessage[] = [];
  link.on("messageReceived", ({ message }) => messages.push(message));
  await vi.advanceTimersByTimeAsync(0);
  if (token === null) FakeSocket.last.fail();
  await vi.advanceTimersByTimeAsync(0);
  expect(messages[0]).toEqual({ kind: "error", code: "origin-refused", message: refusal.message });
  link.close();
});

test("behind ngrok's free plan every request carries the header that it wants, and elsewhere none does", async () => {
  const headerOf = async (server: string, page: string): Promise<(string | null)[]> => {
    vi.stubGlobal("location", { origin: page });
    asked = [];
    const access = new Access(() => new URL(`${server}/access`), null);
    await access.show("right");
    await access.fetch(`${server}/exact/p`, { headers: { Accept: "image/png" } });
    access.close();
    return asked.map(({ headers }) => headers.get("ngrok-skip-browser-warning"));
  };
  const page = "https://app.example";
  for (const host of ["abc-def.ngrok-free.app", "ABC.ngrok-free.dev", "abc.eu.ngrok.io"]) {
    expect(await headerOf(`https://${host}`, page), host).toEqual(["1", "1"]);
  }
  expect(await headerOf("https://abc.ngrok-free.app", "https://abc.ngrok-free.app")).toEqual(["1", "1", "1"]);
  expect(asked.at(-1)?.headers.get("Accept")).toBe("image/png");
  for (const host of ["scene.example", "ngrok-free.app.example", "abc.ngrok.app", "127.0.0.1:8080"]) {
    expect(await headerOf(`https://${host}`, page), host).toEqual([null, null]);
  }
});
