import { afterEach, expect, test } from "vitest";
import { httpViewerDefaults } from "../../../../../server/http/viewers/http-viewer.ts";
import type { StreamServer } from "../../../../../server/stream-server.ts";
import type { ServerMessage } from "../../../../../shared/signaling.ts";
import { startFakeServer } from "../../../../support/fake-scene.ts";

let server: StreamServer;
afterEach(() => server.close());

type Answer = { readonly viewerId: string; readonly next: number; readonly messages: ServerMessage[] };

function ask(path: string, init?: RequestInit): Promise<Response> {
  return fetch(new URL(path, server.url), init);
}

async function join(): Promise<Answer> {
  return (await (await ask("viewer", { method: "POST" })).json()) as Answer;
}

function send(viewerId: string, body: Uint8Array<ArrayBuffer>, type = "application/octet-stream"): Promise<Response> {
  return ask(`viewer/${viewerId}/input`, { method: "POST", body, headers: { "content-type": type } });
}

test("who comes is welcomed and counted, hears what happens, and leaves", async () => {
  server = await startFakeServer();
  const response = await ask("viewer", { method: "POST" });
  const { viewerId, next, messages } = (await response.json()) as Answer;
  expect([response.status, response.headers.get("location")]).toEqual([201, `viewer/${viewerId}`]);
  expect(messages).toMatchObject([
    { kind: "welcome", viewerId, title: "A fake scene" },
    { kind: "scene-state", state: null },
    { kind: "panels", controls: [] },
    { kind: "status", status: "live" },
  ]);
  const people = (await (await ask(`viewer/${viewerId}?after=${next}`)).json()) as Answer;
  expect(people.messages).toMatchObject([{ kind: "people", people: [{ number: 1 }] }]);
  expect(server.viewers().length).toBe(1);
  expect(await (await ask("healthz")).json()).toMatchObject({ viewers: 1 });
  expect(await (await ask("metrics")).text()).toMatch(/^scenecast_viewers 1$/m);

  const poll = ask(`viewer/${viewerId}?after=${people.next}`);
  process.kill(server.room().pid ?? 0, "SIGKILL");
  const answer = (await (await poll).json()) as Answer;
  expect(answer).toMatchObject({ next: 6, messages: [{ kind: "status", status: "restarting" }] });
  const later = (await (await ask(`viewer/${viewerId}?after=6`)).json()) as Answer;
  expect(later.messages).toContainEqual(expect.objectContaining({ kind: "status", status: "live" }));

  expect((await ask(`viewer/${viewerId}`, { method: "DELETE" })).status).toBe(204);
  expect(server.viewers().length).toBe(0);
  for (const path of [`viewer/${viewerId}`, `viewer/${viewerId}?after=0`, "viewer/x"]) {
    expect((await ask(path)).status).toBe(404);
  }
  expect((await send(viewerId, Uint8Array.of(1, 1))).status).toBe(404);
});

test("who watches a scene at rest has its exact picture, and the metrics say so", async () => {
  server = await startFakeServer({ query: "rests" });
  const { viewerId } = await join();
  const exact = (accept: string) => ask(`exact/fake?viewer=${viewerId}&bps=500000`, { headers: { accept } });
  const wanted = "image/webp, image/png";
  await expect.poll(async () => (await exact(wanted)).headers.get("content-type")).toBe("image/webp");
  const png = await exact("image/png");
  expect([png.status, png.headers.get("content-type")]).toEqual([200, "image/png"]);
  expect(await png.json()).toEqual({ format: "png", quality: 100, size: null });
  expect((await ask(`exact/other?viewer=${viewerId}`)).status).toBe(204);
  const text = await (await ask("metrics")).text();
  expect(text).toMatch(/^scenecast_exact_picture_seconds_count\{format="png"\} 1$/m);
  expect(text).toMatch(/^scenecast_exact_picture_seconds_sum\{format="webp-exact"\} 0.001$/m);
  expect(text).toMatch(/^scenecast_exact_pictures_sent_total 2$/m);
  expect(text).toMatch(/^scenecast_exact_picture_sent_bytes_total [1-9]\d*$/m);
});

test("input is taken as it is; a body that is none changes nothing and is told the rule", async () => {
  server = await startFakeServer();
  const { viewerId } = await join();
  expect((await send(viewerId, Uint8Array.of(2, 9, 9, 1, 5))).status).toBe(204);
  const malformed = await send(viewerId, Uint8Array.of(1, 5, 3, 1));
  expect([malformed.status, await malformed.text()]).toEqual([
    400,
    "message length must be at most what is left, 1, not 3.\n",
  ]);
  expect((await send(viewerId, Uint8Array.of(1, 5), "text/plain")).status).toBe(415);
  expect((await send(viewerId, new Uint8Array(65_537).fill(1))).status).toBe(413);
});

test("too much input at once is 429", async () => {
  server = await startFakeServer({ http: { httpViewer: { ...httpViewerDefaults, messagesPerSecond: 100 } } });
  const { viewerId } = await join();
  const body = Uint8Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? 1 : 5));
  const statuses = await Promise.all([0, 1, 2, 3].map(async () => (await send(viewerId, body)).status));
  expect(statuses.toSorted()).toEqual([204, 429, 429, 429]);
});

test("a viewer that came by a link posts its input as fast as a hand moves, whatever joins are limited to", async () => {
  server = await startFakeServer({ more: { access: { token: "correct-horse-battery" } } });
  const { link } = await server.createLink({ role: "controller" });
  const headers = { authorization: `Bearer ${link.split("#token=")[1]}`, "content-type": "application/octet-stream" };
  const { viewerId } = (await (await ask("viewer", { method: "POST", headers })).json()) as Answer;
  const post = () => ask(`viewer/${viewerId}/input`, { method: "POST", headers, body: Uint8Array.of(1, 5) });
  const statuses = await Promise.all(Array.from({ length: 150 }, async () => (await post()).status));
  expect(new Set(statuses)).toEqual(new Set([204]));
  const joins = await Promise.all(
    Array.from({ length: 120 }, async () => (await ask("viewer", { method: "POST", headers })).status),
  );
  expect(joins).toContain(429);
});

test("who is silent is gone", async () => {
  server = await startFakeServer({ http: { httpViewer: { ...httpViewerDefaults, silenceMs: 100 } } });
  const left = new Promise((resolve) => server.on("viewerLeft", resolve));
  const { viewerId } = await join();
  expect(await left).toEqual({ viewerId, room: "" });
  expect(server.viewers().length).toBe(0);
});

test("there is a bound on viewers, and wrong questions are refused", async () => {
  server = await startFakeServer();
  const answers = await Promise.all(Array.from({ length: 33 }, () => ask("viewer", { method: "POST" })));
  expect(answers.filter(({ status }) => status === 503)).toHaveLength(1);
  await Promise.all(answers.map((answer) => answer.text()));
  const viewerId = answers
    .find(({ status }) => status === 201)
    ?.headers.get("location")
    ?.replace("viewer/", "");
  for (const after of ["", "-1", "x", "1&after=2"]) {
    expect((await ask(`viewer/${viewerId}?after=${after}`)).status).toBe(400);
  }
  expect((await ask("viewer")).status).toBe(405);
  const evil = { headers: { origin: "http://evil.example" } };
  expect((await ask("viewer", { method: "POST", ...evil })).status).toBe(403);
  expect((await ask(`viewer/${viewerId}`, { method: "DELETE", ...evil })).status).toBe(403);
});

test("what it says reaches the server by requests, in order", async () => {
  server = await startFakeServer();
  const { viewerId } = await join();
  const say = (body: string, type = "application/json") =>
    ask(`viewer/${viewerId}/messages`, { method: "POST", body, headers: { "content-type": type } });
  const names = ["Ann", "Ben", "Cem"].map((name) => ({ kind: "name", name }));
  expect((await say(JSON.stringify(names))).status).toBe(204);
  expect(server.viewers()[0]?.name).toBe("Cem");
  for (const [body, type, status, sentence] of [
    ["[]", "application/json", 400, "body must be a list of 1 to 32 messages.\n"],
    ['[{"kind":"pause"}]', "application/json", 400, "message.paused must be true or false.\n"],
    [
      '[{"kind":"hello","protocol":2}]',
      "application/json",
      400,
      "message.kind must not be hello: the viewer was greeted.\n",
    ],
    [
      `[{"kind":"name","name":${"[".repeat(20_000)}${"]".repeat(20_000)}}]`,
      "application/json",
      400,
      "message must not be nested so deeply.\n",
    ],
    ["[]", "text/plain", 415, "The content type must be application/json.\n"],
  ] as const) {
    const response = await say(body, type);
    expect([response.status, await response.text()]).toEqual([status, sentence]);
  }
});
