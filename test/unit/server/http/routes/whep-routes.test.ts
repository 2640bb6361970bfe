import { afterEach, expect, test } from "vitest";
import type { StreamServer } from "../../../../../server/stream-server.ts";
import { startFakeServer } from "../../../../support/fake-scene.ts";

let server: StreamServer;
afterEach(() => server.close());

function offer(session = "good"): string {
  return `v=0\r\ns=${session}\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n`;
}

function post(body: string, path = "whep", headers: Record<string, string> = {}): Promise<Response> {
  return fetch(new URL(path, server.url), {
    method: "POST",
    body,
    headers: { "content-type": "application/sdp", ...headers },
  });
}

test.each(["whep", "whep/"])("an offer to %s is answered, and DELETE ends what Location names", async (path) => {
  server = await startFakeServer();
  const response = await post(offer(), path);
  expect(response.status).toBe(201);
  expect(response.headers.get("content-type")).toMatch(/^application\/sdp/);
  expect(await response.text()).toMatch(/^v=0\r\n/);
  expect(server.viewers().length).toBe(1);

  const resource = new URL(response.headers.get("location") ?? "", response.url);
  expect(resource.pathname).toMatch(/^\/whep\/[0-9a-f-]{36}$/);
  expect((await fetch(resource, { method: "DELETE" })).status).toBe(200);
  expect(server.viewers().length).toBe(0);
  expect((await fetch(resource, { method: "DELETE" })).status).toBe(404);
});

test.each([
  ["bad", 400],
  ["no-codec", 406],
])("an offer that the scene's process calls %s is %d, in words", async (session, status) => {
  server = await startFakeServer();
  const response = await post(offer(session));
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
  expect(await response.text()).toMatch(/^Refused: .*\.\n$/);
  expect(server.viewers().length).toBe(0);
});

test.each(["", "hello", "v=0\r\n", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\n"])("%o is no offer", async (body) => {
  server = await startFakeServer();
  const response = await post(body);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain("session description");
});

test("another content type is 415, too long an offer 413", async () => {
  server = await startFakeServer();
  expect((await post(offer(), "whep", { "content-type": "application/json" })).status).toBe(415);
  expect((await post(`${offer()}${"a=x\r\n".repeat(20_000)}`)).status).toBe(413);
});

test("other methods are 405 and say which there are", async () => {
  server = await startFakeServer();
  const whep = new URL("whep", server.url);
  const get = await fetch(whep);
  expect([get.status, get.headers.get("allow")]).toEqual([405, "OPTIONS, POST"]);
  const patch = await fetch(new URL("whep/some-id", server.url), { method: "PATCH", body: "x" });
  expect([patch.status, patch.headers.get("allow")]).toEqual([405, "DELETE, OPTIONS"]);
  const options = await fetch(whep, { method: "OPTIONS" });
  expect([options.status, options.headers.get("accept-post")]).toEqual([204, "application/sdp"]);
});

test("another web site's page is refused", async () => {
  server = await startFakeServer();
  expect((await post(offer(), "whep", { origin: "http://evil.example" })).status).toBe(403);
  const response = await post(offer(), "whep", { origin: new URL(server.url).origin });
  expect(response.status).toBe(201);
  expect(response.headers.get("access-control-allow-origin")).toBe(null);
});

test("an offer that is not answered in time, or never as the process fell, is 503", async () => {
  server = await startFakeServer({ whepDeadlineMs: 200 });
  for (const session of ["hang", "die"]) {
    const response = await post(offer(session));
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  }
});

test("a connection that ends by itself ends its resource, and so does a fall of the scene", async () => {
  server = await startFakeServer();
  const closing = await post(offer("close"));
  await expect.poll(() => server.viewers().length).toBe(0);
  const gone = new URL(closing.headers.get("location") ?? "", closing.url);
  expect((await fetch(gone, { method: "DELETE" })).status).toBe(404);

  await post(offer());
  expect(server.viewers().length).toBe(1);
  process.kill(server.room().pid ?? 0, "SIGKILL");
  await expect.poll(() => server.viewers().length).toBe(0);
});
