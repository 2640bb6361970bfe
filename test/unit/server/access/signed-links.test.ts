import { createHmac, scryptSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Identity } from "../../../../server/access/identity.ts";
import { newLinkId, SignedLinks } from "../../../../server/access/signed-links.ts";

const token = "correct-horse-battery";
const start = Date.UTC(2026, 0, 1);
const day = 24 * 3600 * 1000;
const claims = { id: newLinkId(), role: "controller", room: "hall", expiresAt: start + day } as const;
const whom: Identity = { role: "controller", room: "hall", expiresAt: start + day, linkId: claims.id, name: null };

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A JWT with the right signature over whatever is in it. */
function signed(payload: unknown, header: unknown = { alg: "HS256" }, secret = token, hash = "sha256"): string {
  const body = `${encoded(header)}.${encoded(payload)}`;
  const key = scryptSync(secret, "scenecast links", 32);
  return `${body}.${createHmac(hash, key).update(body).digest("base64url")}`;
}

const rightLink = {
  iss: "scenecast",
  aud: "link",
  jti: claims.id,
  exp: claims.expiresAt / 1000,
  role: "viewer",
  room: null,
};
const rightCookie = { ...rightLink, aud: "cookie", link: null, until: null };

test("a link says what it was made with, to every server with the token, and to no other", async () => {
  const links = new SignedLinks(token, () => start);
  const link = await links.issueLink(claims);
  expect(await links.readLink(link)).toEqual(whom);
  expect(await new SignedLinks(token, () => start).readLink(link)).toEqual(whom);
  expect(await new SignedLinks("another-horse", () => start).readLink(link)).toBe(null);
  expect(link).not.toContain(token);
  expect(await links.issueLink(claims)).toBe(link);
});

test("a link ends at its time", async () => {
  let now = start;
  const links = new SignedLinks(token, () => now);
  const link = await links.issueLink(claims);
  now = start + day - 1;
  expect(await links.readLink(link)).toEqual(whom);
  now = start + day;
  expect(await links.readLink(link)).toBe("ended");
});

test("a cookie ends with its link, and after a week in any case (SL4)", async () => {
  let now = start;
  const links = new SignedLinks(token, () => now);
  const short = await links.issueCookie(whom);
  const long = await links.issueCookie({ ...whom, expiresAt: start + 30 * day });
  const host = await links.issueCookie({ role: "host", room: null, expiresAt: null, linkId: null, name: null });
  expect(await links.readCookie(short)).toEqual(whom);
  expect(await links.readCookie(host)).toEqual({ role: "host", room: null, expiresAt: null, linkId: null, name: null });
  now = start + day;
  expect(await links.readCookie(short)).toBe("ended");
  // The right itself ends with the link, not with the cookie.
  expect(await links.readCookie(long)).toEqual({ ...whom, expiresAt: start + 30 * day });
  now = start + 7 * day - 1000;
  expect(await links.readCookie(host)).not.toBe(null);
  now = start + 7 * day;
  expect(await links.readCookie(host)).toBe(null);
  expect(await links.readCookie(long)).toBe(null);
});

test("a cookie is no link, and a link no cookie (SL2)", async () => {
  const links = new SignedLinks(token, () => start);
  expect(await links.readCookie(await links.issueLink(claims))).toBe(null);
  expect(await links.readLink(await links.issueCookie(whom))).toBe(null);
});

test("no character of a link can be changed", async () => {
  const links = new SignedLinks(token, () => start);
  const link = await links.issueLink(claims);
  // The last character has bits that mean nothing, so some others stand for the same signature.
  for (let at = 0; at < link.length - 1; at += 1) {
    const other = link[at] === "A" ? "B" : "A";
    expect(await links.readLink(`${link.slice(0, at)}${other}${link.slice(at + 1)}`), `at ${at}`).toBe(null);
  }
  for (const cut of [link.slice(0, -1), link.slice(1), `${link}A`, link.split(".").slice(0, 2).join("."), `${link}.`]) {
    expect(await links.readLink(cut)).toBe(null);
  }
});

test.each(["", ".", "..", "...", "a.b.c", "{}", "\u0000", "é.é.é", `${"A".repeat(9000)}.${"B".repeat(9000)}.C`])(
  "%j is no link, and harmless",
  async (text) => {
    const links = new SignedLinks(token, () => start);
    expect(await links.readLink(text)).toBe(null);
    expect(await links.readCookie(text)).toBe(null);
  },
);

describe("forgeries", () => {
  const links = new SignedLinks(token, () => start);

  test("what signs them here is right, so that they fail for what is wrong with them", async () => {
    expect(await links.readLink(signed(rightLink))).toMatchObject({ role: "viewer", linkId: claims.id });
    expect(await links.readCookie(signed(rightCookie))).toMatchObject({ role: "viewer", linkId: null });
  });

  test.each([
    ["no signature", `${encoded({ alg: "none" })}.${encoded(rightLink)}.`],
    ["none with a signature", signed(rightLink, { alg: "none" })],
    ["another algorithm in the header", signed(rightLink, { alg: "HS512" })],
    ["another algorithm, with its right signature", signed(rightLink, { alg: "HS512" }, token, "sha512")],
    ["RS256", signed(rightLink, { alg: "RS256" })],
    ["no algorithm", signed(rightLink, { typ: "JWT" })],
    ["a header that must be understood and is not", signed(rightLink, { alg: "HS256", crit: ["x"], x: 1 })],
    ["the key of another token", signed(rightLink, { alg: "HS256" }, "another-horse")],
  ])("%s (SL1)", async (_name, forged) => {
    expect(await links.readLink(forged)).toBe(null);
  });

  test.each([
    { iss: "somebody" },
    { iss: undefined },
    { aud: undefined },
    { aud: "cookie" },
    { aud: ["link", "cookie"] },
    { aud: ["link"] },
    { jti: undefined },
    { jti: 5 },
    { jti: "../../etc/passwd" },
    { exp: undefined },
    { exp: "tomorrow" },
    { exp: 1e300 },
    { exp: claims.expiresAt / 1000 + 0.5 },
    { role: undefined },
    { role: "admin" },
    { role: ["host"] },
    { role: "toString" },
    { room: undefined },
    { room: 1 },
    { room: "a/b/c" },
    { room: "x".repeat(65) },
    { data: false },
    { data: 1 },
    { data: "true" },
  ])("with %j (SL3)", async (change) => {
    expect(await links.readLink(signed({ ...rightLink, ...change }))).toBe(null);
  });

  test.each([
    { link: undefined },
    { link: "" },
    { link: 1 },
    { until: undefined },
    { until: "never" },
    { role: "admin" },
  ])("a cookie with %j (SL3)", async (change) => {
    expect(await links.readCookie(signed({ ...rightCookie, ...change }))).toBe(null);
  });

  test.each([null, 1, "text", []])("claims that are %j", async (payload) => {
    expect(await links.readLink(signed(payload))).toBe(null);
  });
});

test("the server's own token is itself and nothing else", () => {
  const links = new SignedLinks(token);
  expect(links.isOwnToken(token)).toBe(true);
  for (const wrong of ["", token.slice(1), `${token} `, token.toUpperCase()])
    expect(links.isOwnToken(wrong)).toBe(false);
});

test("servers with other tokens have cookies and files of other names, which tell nothing of the token", () => {
  const [one, same, other] = [token, token, "another-horse"].map((text) => new SignedLinks(text));
  expect(one?.cookieName).toBe(same?.cookieName);
  expect(one?.fingerprint).toBe(same?.fingerprint);
  expect(one?.cookieName).not.toBe(other?.cookieName);
  expect(one?.fingerprint).not.toBe(other?.fingerprint);
  expect(one?.cookieName).toMatch(/^scenecast-[0-9a-f]{8}$/);
});
