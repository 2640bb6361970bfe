import { afterEach, describe, expect, test } from "vitest";
import type { Entry } from "../../../../../server/access/access-gate.ts";
import { Links } from "../../../../../server/access/links.ts";
import { type LinkServer, startLinkServer } from "../../../../support/link-server.ts";
import { cookieOf, type RawRequest, type RawResponse, rawRequest } from "../../../../support/raw-request.ts";

const token = "correct-horse-battery";
const day = 24 * 3600 * 1000;

let server: LinkServer;
afterEach(() => server.close());

async function start(): Promise<Links> {
  const links = new Links({ token, folder: null });
  server = await startLinkServer({ kind: "token", links });
  return links;
}

function send(path: string, shown: string, request: RawRequest = {}): Promise<RawResponse> {
  const headers = { authorization: `Bearer ${shown}`, ...request.headers };
  return rawRequest(new URL(path, server.url), { ...request, headers });
}

const json = { "content-type": "application/json" };
const post = (shown: string, body: unknown, path = "links"): Promise<RawResponse> =>
  send(path, shown, { method: "POST", headers: json, body: typeof body === "string" ? body : JSON.stringify(body) });
const show = (shown: string, path = "access"): Promise<RawResponse> => post("none", { token: shown }, path);
const tokenIn = ({ body }: RawResponse): string => JSON.parse(body).link.split("#token=")[1];

describe("making links", () => {
  test("a host makes one, and it lets in", async () => {
    await start();
    const response = await post(token, { role: "viewer", expiresSeconds: 7200, room: "hall" });
    expect(response.status).toBe(201);
    expect(response.headers["cache-control"]).toBe("no-store");
    const { id, link, expiresAt, ...rest } = JSON.parse(response.body);
    expect(rest).toEqual({ role: "viewer", room: "hall", data: false });
    expect(id).toMatch(/^[\w-]{16}$/);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(7_190_000);
    expect(link).toMatch(/^https:\/\/example\.org\/hall#token=ey/);
    expect((await show(tokenIn(response), "access?room=hall")).status).toBe(204);
    expect((await show(tokenIn(response), "access?room=den")).status).toBe(403);
  });

  test("by itself it is for every room and a day", async () => {
    await start();
    const { room, expiresAt } = JSON.parse((await post(token, { role: "controller" })).body);
    expect(room).toBe(null);
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - day)).toBeLessThan(5_000);
  });

  test.each<[unknown, number, string]>([
    ["nonsense", 400, "Bad Request"],
    ["[]", 400, 'The body must be JSON like {"role": "viewer"}.'],
    [{}, 400, "link.role must be one of host, controller, viewer."],
    [{ role: "admin" }, 400, "link.role must be one of"],
    [{ role: "viewer", expiresSeconds: 1 }, 400, "link.expiresSeconds must be a whole number from 60 to 31536000."],
    [{ role: "viewer", room: "../x" }, 400, "link.room must be a name"],
    [{ role: "viewer", admin: true }, 400, "link.admin is unknown."],
    [{ role: "x".repeat(2_000) }, 413, "Payload Too Large"],
  ])("%j is refused in words", async (body, status, sentence) => {
    const links = await start();
    expect(await post(token, body)).toMatchObject({ status, body: expect.stringContaining(sentence) });
    expect(links.list()).toEqual([]);
  });

  test.each(["controller", "viewer"] as const)("a %s makes, sees and revokes none", async (role) => {
    const links = await start();
    const { token: shown, id } = await links.make({ role });
    expect((await post(shown, { role: "viewer" })).status).toBe(403);
    expect((await send("links", shown)).status).toBe(403);
    expect((await send(`links/${id}`, shown, { method: "DELETE" })).status).toBe(403);
    expect(links.list()).toHaveLength(1);
  });

  test("a host of one room sees to that room only, and not beyond its own time (LI2)", async () => {
    const links = await start();
    const other = await links.make({ role: "viewer", room: "den" });
    const { token: shown } = await links.make({ role: "host", room: "hall", expiresSeconds: 60 });
    const made = JSON.parse((await post(shown, { role: "host", expiresSeconds: 3600 }, "links?room=hall")).body);
    expect(made.room).toBe("hall");
    expect(Date.parse(made.expiresAt)).toBeLessThanOrEqual(Date.now() + 60_000);
    expect((await post(shown, { role: "viewer", room: null }, "links?room=hall")).status).toBe(403);
    expect((await post(shown, { role: "viewer", room: "den" }, "links?room=hall")).status).toBe(403);
    expect(JSON.parse((await send("links?room=hall", shown)).body).links).toHaveLength(2);
    expect((await send(`links/${other.id}?room=hall`, shown, { method: "DELETE" })).status).toBe(404);
    expect((await send(`links/${made.id}?room=hall`, shown, { method: "DELETE" })).status).toBe(204);
  });
});

test("the list shows what was made, and nothing that lets in", async () => {
  const links = await start();
  const { id, token: shown } = await links.make({ role: "viewer" });
  const { body } = await send("links", token);
  expect(JSON.parse(body)).toEqual({
    links: [
      {
        id,
        role: "viewer",
        room: null,
        data: false,
        madeAt: expect.stringMatching(/Z$/),
        expiresAt: expect.stringMatching(/Z$/),
        isRevoked: false,
      },
    ],
  });
  expect(body).not.toContain(shown.split(".")[2]);
});

test("a revoked link lets nobody in, nor does a cookie that it gave", async () => {
  const links = await start();
  const { id, token: shown } = await links.make({ role: "viewer" });
  const cookie = cookieOf(await show(shown));
  expect((await rawRequest(`${server.url}access`, { headers: { cookie } })).status).toBe(204);
  expect((await send(`links/${id}`, token, { method: "DELETE" })).status).toBe(204);
  const ended = { status: 401, body: "This link has expired or was revoked.\n" };
  expect(await rawRequest(`${server.url}access`, { headers: { cookie } })).toMatchObject(ended);
  expect(await show(shown)).toMatchObject(ended);
  expect(server.refused).toEqual(["a link that has expired or was revoked"]);
  expect((await send("links/AAAAAAAAAAAAAAAA", token, { method: "DELETE" })).status).toBe(404);
});

test("access gives a cookie for the server's token and for a link, and 401 for what is wrong", async () => {
  const links = await start();
  const { token: shown } = await links.make({ role: "viewer" });
  for (const right of [token, shown]) {
    const response = await show(right);
    expect(response.status).toBe(204);
    expect(response.headers["set-cookie"]?.[0]).toMatch(
      /^scenecast-[0-9a-f]{8}=[\w.-]+; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
    );
    expect(response.headers["set-cookie"]?.[0]).not.toContain(right);
  }
  expect(await show("wrong")).toMatchObject({ status: 401, body: "The token is wrong.\n" });
});

test("other methods are refused", async () => {
  await start();
  expect(await send("links", token, { method: "PUT" })).toMatchObject({ status: 405, headers: { allow: "GET, POST" } });
  expect(await send("links/x", token)).toMatchObject({ status: 405, headers: { allow: "DELETE" } });
});

test.each<[Entry, string]>([
  [{ kind: "open" }, "The server asks for no token"],
  [{ kind: "application", authenticate: () => ({ role: "host" }) }, "The application decides who may enter"],
])("where %o there are no links, and a sentence says why", async (entry, sentence) => {
  server = await startLinkServer(entry);
  for (const method of ["GET", "POST"]) {
    expect(await send("links", "any", { method })).toMatchObject({
      status: 409,
      body: expect.stringContaining(sentence),
    });
  }
  expect((await send("links/x", "any", { method: "DELETE" })).status).toBe(409);
});
