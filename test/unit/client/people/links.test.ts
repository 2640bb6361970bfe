/** Owns the checks of what the server's answers about links are taken for. */

import { afterEach, expect, it, vi } from "vitest";
import { Links } from "../../../../client/people/links.ts";

const links = new Links(
  () => new URL("https://host/s/blue/links"),
  (url, init) => fetch(url, init),
);
const made = { id: "k1", role: "viewer", room: "blue", expiresAt: "2026-11-22T10:00:00.000Z" };

function answerWith(...response: ConstructorParameters<typeof Response>): ReturnType<typeof vi.fn> {
  const fetch = vi.fn(async (_url: URL, _request: RequestInit) => new Response(...response));
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

it("makes a link with what it is to allow", async () => {
  const fetch = answerWith(JSON.stringify({ ...made, link: "https://host/s/blue/#token=t" }), { status: 201 });
  const link = await links.create({ role: "viewer", expiresSeconds: 3600, room: "blue" });
  expect(link).toMatchObject({ id: "k1", link: "https://host/s/blue/#token=t", isRevoked: false });
  expect(link.expiresAt).toBe(Date.parse(made.expiresAt));
  const [url, request] = fetch.mock.calls[0] as [URL, RequestInit];
  expect([url.href, request.method]).toEqual(["https://host/s/blue/links", "POST"]);
  expect(JSON.parse(String(request.body))).toEqual({ role: "viewer", expiresSeconds: 3600, room: "blue" });
});

it("lists links", async () => {
  answerWith(JSON.stringify({ links: [{ ...made, room: null, isRevoked: true }] }));
  expect(await links.list()).toMatchObject([{ id: "k1", room: null, isRevoked: true }]);
});

it("revokes a link by its own address", async () => {
  const fetch = answerWith(null, { status: 204 });
  await links.revoke("a/b");
  expect(String(fetch.mock.calls[0]?.[0])).toBe("https://host/s/blue/links/a%2Fb");
});

it("rejects in the server's words, or with the status where it has none", async () => {
  answerWith("Only a host may make links.\n", { status: 403 });
  await expect(links.list()).rejects.toThrow(/^Only a host may make links\.$/);
  answerWith("<html>Bad gateway</html>", { status: 502 });
  await expect(links.list()).rejects.toThrow("The server answered 502.");
});

it("rejects what it does not understand", async () => {
  answerWith(JSON.stringify({ links: [{ ...made, role: 5 }] }));
  await expect(links.list()).rejects.toThrow("The server's answer could not be understood.");
});

it("says that the server was not reached", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(links.revoke("k1")).rejects.toThrow("The server could not be reached.");
});

it("PV1: takes a role that it does not know for the one that may the least", async () => {
  answerWith(JSON.stringify({ links: [{ ...made, role: "director", colour: "red" }] }));
  expect(await links.list()).toMatchObject([{ id: "k1", role: "viewer" }]);
});
