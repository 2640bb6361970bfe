import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { AccessGate, type Entry, isRefusal } from "../../../../server/access/access-gate.ts";
import type { Authenticate, Identified } from "../../../../server/access/authentication.ts";
import { Links } from "../../../../server/access/links.ts";
import type { Role } from "../../../../shared/people.ts";

const token = "correct-horse-battery";
const start = Date.UTC(2026, 0, 1);
const day = 24 * 3600 * 1000;

function gateFor(entry: Entry, clock: () => number = () => start): AccessGate {
  const none = { trustProxy: null, allowedHosts: [], allowedOrigins: [], frameAncestors: [], frameDrivers: [] };
  return new AccessGate({ host: "127.0.0.1", entry, ...none }, undefined, clock);
}

function withLinks() {
  const time = { now: start };
  const links = new Links({ token, folder: null, clock: () => time.now });
  return { time, links, gate: gateFor({ kind: "token", links }) };
}

function request(headers: Record<string, string> = {}): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  Object.assign(message.headers, { host: "127.0.0.1:8080", ...headers });
  return message;
}

const bearer = (shown: string): IncomingMessage => request({ authorization: `Bearer ${shown}` });

/** The `name=value` of a cookie for a link. */
async function cookieFor(gate: AccessGate, links: Links, role: Role, room: string | null): Promise<string> {
  const { token: shown } = await links.make({ role, room });
  const identity = await gate.identifyToken(request(), shown, room ?? "");
  if (isRefusal(identity)) throw new Error(identity.sentence);
  return (await gate.cookieFor(request(), identity))?.split(";")[0] ?? "";
}

test("a cookie lasts a week, or as long as the link by which it was given", async () => {
  const { gate } = withLinks();
  const cookieOf = async (expiresAt: number | null): Promise<string | null> =>
    gate.cookieFor(request(), { role: "viewer", room: null, expiresAt, linkId: null, name: null });
  expect(await cookieOf(null)).toMatch(/; Max-Age=604800; HttpOnly; SameSite=Lax$/);
  expect(await cookieOf(start + 90_500)).toMatch(/; Max-Age=90; HttpOnly/);
});

test("what comes through the tunnel is known by its host, whatever who asks named before it, and by this machine alone", () => {
  const gate = gateFor({ kind: "open" });
  gate.setShareHost("deck.tunnel.example");
  const isTunnelled = (headers: Record<string, string>, remoteAddress = "127.0.0.1"): boolean => {
    const asked = request(headers);
    Object.defineProperty(asked.socket, "remoteAddress", { value: remoteAddress });
    return gate.sourceOf(asked).isTunnelled;
  };
  expect(isTunnelled({ host: "Deck.tunnel.example" })).toBe(true);
  expect(isTunnelled({ "x-forwarded-host": "else.example, deck.tunnel.example" })).toBe(true);
  expect(isTunnelled({ "x-forwarded-host": "else.example" })).toBe(false);
  expect(isTunnelled({ host: "deck.tunnel.example" }, "203.0.113.9")).toBe(false);
});

describe("with no token asked for", () => {
  test("everybody is a host and needs no cookie", async () => {
    const gate = gateFor({ kind: "open" });
    const everybody = { role: "host", room: null, expiresAt: null, linkId: null, name: null };
    expect(await gate.identify(request(), "hall")).toEqual(everybody);
    expect(await gate.identifyToken(request(), "anything", "hall")).toEqual(everybody);
    expect(await gate.cookieFor(request(), everybody as never)).toBe(null);
  });
});

describe("with a token", () => {
  test("the server's own makes a host, that of a link what the link says (AC3)", async () => {
    const { gate, links } = withLinks();
    expect(await gate.identify(bearer(token), "hall")).toMatchObject({ role: "host", room: null });
    const { token: shown, id } = await links.make({ role: "viewer" });
    expect(await gate.identify(bearer(shown), "hall")).toMatchObject({ role: "viewer", linkId: id });
    expect(await gate.identify(request(), "")).toMatchObject({
      status: 401,
      headers: { "WWW-Authenticate": 'Bearer realm="scenecast"' },
    });
    expect(await gate.identify(bearer("wrong"), "")).toMatchObject({ status: 401, sentence: "The token is wrong." });
  });

  test("a link for one room lets nobody into another, nor does its cookie (AC5)", async () => {
    const { gate, links } = withLinks();
    const { token: shown } = await links.make({ role: "host", room: "hall" });
    const elsewhere = { status: 403, sentence: "This link is for another room." };
    expect(await gate.identify(bearer(shown), "hall")).toMatchObject({ role: "host", room: "hall" });
    for (const room of ["", "den", "Hall"]) expect(await gate.identify(bearer(shown), room)).toMatchObject(elsewhere);
    const cookie = await cookieFor(gate, links, "host", "hall");
    expect(await gate.identify(request({ cookie }), "hall")).toMatchObject({ role: "host" });
    expect(await gate.identify(request({ cookie }), "den")).toMatchObject(elsewhere);
  });

  test("a link that expired or was revoked says so, for its cookie too, and is no guess (AC4, AC5)", async () => {
    const { gate, links, time } = withLinks();
    const cookie = await cookieFor(gate, links, "viewer", null);
    const { token: shown } = await links.make({ role: "viewer" });
    const ended = { status: 401, sentence: "This link has expired or was revoked." };
    for (const link of links.list()) links.revoke(link.id);
    expect(await gate.identify(request({ cookie }), "")).toMatchObject(ended);
    const late = (await links.make({ role: "viewer", expiresSeconds: 60 })).token;
    time.now += 60_000;
    for (let i = 0; i < 30; i += 1) expect(await gate.identify(bearer(i % 2 ? shown : late), "")).toMatchObject(ended);
    expect(await gate.identify(bearer(token), "")).toMatchObject({ role: "host" });
  });

  test("of several cookies the one counts that may enter and allows most (AC6)", async () => {
    const { gate, links } = withLinks();
    const [viewer, hall, den] = [
      await cookieFor(gate, links, "viewer", null),
      await cookieFor(gate, links, "controller", "hall"),
      await cookieFor(gate, links, "host", "den"),
    ];
    const both = request({ cookie: `${viewer}; other=1; ${hall}; ${den}; ${hall.split("=")[0]}=nonsense` });
    expect(await gate.identify(both, "hall")).toMatchObject({ role: "controller", room: "hall" });
    expect(await gate.identify(both, "den")).toMatchObject({ role: "host" });
    expect(await gate.identify(both, "")).toMatchObject({ role: "viewer" });
    // A cookie that may not enter keeps no right token out.
    const withToken = request({ cookie: den, authorization: `Bearer ${token}` });
    expect(await gate.identify(withToken, "hall")).toMatchObject({ role: "host", room: null });
  });

  test("a link in the place of a cookie is nothing, and the reverse", async () => {
    const { gate, links } = withLinks();
    const cookie = await cookieFor(gate, links, "host", null);
    const [name, value = ""] = cookie.split("=");
    const { token: link } = await links.make({ role: "host" });
    expect(await gate.identify(request({ cookie: `${name}=${link}` }), "")).toMatchObject({ status: 401 });
    expect(await gate.identify(request({ cookie: `${name}=${token}` }), "")).toMatchObject({ status: 401 });
    expect(await gate.identify(bearer(value), "")).toMatchObject({ status: 401, sentence: "The token is wrong." });
  });

  test("guesses that come all at once are counted like any other (AC4)", async () => {
    const { gate, links } = withLinks();
    const right = (await links.make({ role: "viewer" })).token;
    const forged = `${right.slice(0, -20)}${"A".repeat(20)}`;
    const answers = await Promise.all(Array.from({ length: 200 }, () => gate.identify(bearer(forged), "")));
    const statuses = answers.map((answer) => (isRefusal(answer) ? answer.status : 200));
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(11);
    expect(statuses.filter((status) => status === 200)).toEqual([]);
    // The right ones wait too: their answer would tell that they are right.
    expect(await gate.identify(bearer(right), "")).toMatchObject({ status: 429 });
    expect(await gate.identify(bearer(token), "")).toMatchObject({ status: 429 });
  });

  test("many who share an address and show what is right are not held up", async () => {
    const { gate, links } = withLinks();
    const { token: shown } = await links.make({ role: "viewer" });
    const answers = await Promise.all(Array.from({ length: 200 }, () => gate.identify(bearer(shown), "")));
    expect(answers.every((answer) => !isRefusal(answer))).toBe(true);
  });
});

describe("with an application that says who asks (AC7)", () => {
  const ask = (authenticate: unknown, room = "", asked = request()) =>
    gateFor({ kind: "application", authenticate: authenticate as Authenticate }).identify(asked, room);

  test("it has the request and its word counts", async () => {
    const authenticate: Authenticate = async ({ headers }) =>
      headers["x-user"] === "ada"
        ? { role: "controller", name: "  Ada \u202e L. ", expiresAt: new Date(start + day) }
        : null;
    expect(await ask(authenticate, "hall", request({ "x-user": "ada" }))).toEqual({
      role: "controller",
      room: null,
      expiresAt: start + day,
      linkId: null,
      name: "Ada L.",
    });
    const refusal = await ask(authenticate, "hall", request({ "x-user": "eve" }));
    expect(refusal).toMatchObject({ status: 401 });
    expect(isRefusal(refusal) && refusal.headers).not.toHaveProperty("WWW-Authenticate");
  });

  test("no token and no link counts beside it", async () => {
    const { links } = withLinks();
    const { token: shown } = await links.make({ role: "host" });
    const gate = gateFor({ kind: "application", authenticate: () => null });
    for (const text of [token, shown]) {
      expect(await gate.identify(bearer(text), "")).toMatchObject({ status: 401 });
      expect(await gate.identifyToken(request(), text, "")).toMatchObject({ status: 401 });
    }
  });

  test("it may keep somebody to a room, and to a time", async () => {
    const guest: Identified = { role: "viewer", room: "hall", expiresAt: start + day };
    expect(await ask(() => guest, "hall")).toMatchObject({ role: "viewer", room: "hall" });
    expect(await ask(() => guest, "den")).toMatchObject({ status: 403 });
    expect(await ask(() => ({ ...guest, expiresAt: start }), "hall")).toMatchObject({ status: 401 });
  });

  test.each<[string, () => unknown, string]>([
    [
      "throws",
      () => {
        throw new Error("no database\nat 10.0.0.1");
      },
      "no database?at 10.0.0.1",
    ],
    ["rejects", () => Promise.reject(new Error("later")), "later"],
    ["throws no error", () => Promise.reject("text"), "text"],
    ["gives nothing", () => undefined, "Its answer must be an object."],
    ["gives true", () => true, "Its answer must be an object."],
    ["knows no role", () => ({}), "Its answer.role must be one of host, controller, viewer."],
    ["has a role of its own", () => ({ role: "admin" }), "Its answer.role must be one of host, controller, viewer."],
    [
      "misspells",
      () => ({ role: "host", expires: 1 }),
      "Its answer.expires is unknown. There are role, name, room, expiresAt, data.",
    ],
    ["has no name", () => ({ role: "host", name: null }), "Its answer.name must be text."],
    ["has a bad room", () => ({ role: "host", room: "a/b/c" }), "Its answer.room must be a name of 1 to 64"],
    ["has a bad date", () => ({ role: "host", expiresAt: new Date("x") }), "Its answer.expiresAt must be a Date"],
    ["has a date in words", () => ({ role: "host", expiresAt: "2027" }), "Its answer.expiresAt must be a Date"],
  ])("one that %s lets nobody in, and the log says why", async (_name, authenticate, words) => {
    const refusal = await ask(authenticate);
    expect(refusal).toMatchObject({ status: 500, sentence: "The server could not find out who you are." });
    expect(isRefusal(refusal) && refusal.reason).toContain(words);
  });

  test("names of other hosts are answered to no more than without a token (AC1)", () => {
    const gate = gateFor({ kind: "application", authenticate: () => ({ role: "host" }) });
    expect(gate.refuseHost(request({ host: "evil.example" }))).toMatchObject({ status: 403 });
    expect(gate.refuseHost(request())).toBe(null);
  });
});
