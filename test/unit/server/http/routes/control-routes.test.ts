/** The controls of a scene by HTTP and by the library, with a server whose scene is played. */

import { afterEach, expect, test } from "vitest";
import type { StreamServer, StreamServerEvents } from "../../../../../server/index.ts";
import { startFakeServer } from "../../../../support/fake-scene.ts";
import { type RawResponse, rawRequest } from "../../../../support/raw-request.ts";

const token = "correct-horse-battery";

let server: StreamServer;
afterEach(() => server.close());

async function start(query = "panels"): Promise<void> {
  server = await startFakeServer({ query, more: { access: { token }, control: { mode: "one" } } });
}

async function linkOf(role: "viewer" | "controller"): Promise<string> {
  return new URL((await server.createLink({ role })).link).hash.slice("#token=".length);
}

function ask(path: string, shown: string, body?: string, headers: Record<string, string> = {}): Promise<RawResponse> {
  const method = body === undefined ? "GET" : "PATCH";
  const sent = { authorization: `Bearer ${shown}`, "content-type": "application/json", ...headers };
  return rawRequest(new URL(path, server.url), { method, headers: sent, ...(body === undefined ? {} : { body }) });
}

const size = () =>
  server
    .room()
    .controls.list()
    .find(({ id }) => id === "/P/size");

test("who may watch reads the controls with what they hold; a stranger does not", async () => {
  await start();
  const { status, headers, body } = await ask("controls", await linkOf("viewer"));
  expect([status, headers["cache-control"]]).toEqual([200, "no-store"]);
  expect(JSON.parse(body)).toEqual({ controls: server.room().controls.list() });
  expect(JSON.parse(body).controls[1]).toMatchObject({
    kind: "range",
    id: "/P/size",
    value: 1,
    min: 0,
    max: 5,
    step: 1,
  });
  expect((await ask("controls", "wrong-token")).status).toBe(401);
  expect((await ask("s/none/controls", token)).body).toBe("There is no such room right now.\n");
  expect((await ask("s/none/controls", token)).status).toBe(404);
});

test("hosts and controllers set them and press buttons, viewers do not", async () => {
  await start();
  const body = '{"/P/size": 3, "/P/go": true}';
  const refused = await ask("controls", await linkOf("viewer"), body);
  expect([refused.status, refused.body]).toEqual([403, "Your link only lets you watch.\n"]);
  expect((await ask("controls", await linkOf("controller"), body)).status).toBe(204);
  await expect.poll(size).toMatchObject({ value: 4 });
  server.room().setControl({ locked: true });
  const locked = await ask("controls", await linkOf("controller"), '{"/P/size": 1}');
  expect([locked.status, locked.body]).toEqual([
    403,
    "Hosts alone give control in this room, so only they set controls here.\n",
  ]);
  expect((await ask("controls", token, '{"/P/size": 2}')).status).toBe(204);
  await expect.poll(size).toMatchObject({ value: 2 });
});

test("each room has its own, under its path; a link for another room is none", async () => {
  await start();
  await ask("s/hall/snapshot.png", token);
  const { link } = await server.createLink({ role: "controller", room: "hall" });
  const shown = new URL(link).hash.slice("#token=".length);
  await expect.poll(async () => (await ask("s/hall/controls", shown)).status).toBe(200);
  expect((await ask("s/hall/controls", shown, '{"/P/size": 5}')).status).toBe(204);
  const sizeIn = (room: string) => server.room(room).controls.list()[1];
  await expect.poll(() => sizeIn("hall")).toMatchObject({ value: 5 });
  expect((await ask("controls", shown, '{"/P/size": 5}')).status).toBe(403);
  expect(sizeIn("")).toMatchObject({ value: 1 });
});

test.each<[string, string, number, string]>([
  [
    "one that does not fit",
    '{"/P/go": true, "/P/size": 9}',
    400,
    'The value of "/P/size" must be a number from 0 to 5.',
  ],
  ["one that there is not", '{"/P/go": true, "/P/x": 9}', 400, 'There is no control "/P/x".'],
  ["one that is disabled", '{"/P/go": true, "/P/off": true}', 403, "The scene has disabled “off”."],
  ["a list", "[]", 400, 'The body must be a JSON object like {"/scene/speed": 2}'],
  ["nonsense", "{", 400, "The request could not be understood."],
  ["too many", JSON.stringify(Object.fromEntries(Array.from({ length: 501 }, (_, i) => [i, 1]))), 400, "At most 500"],
  ["too much", `{"/P/size": "${"x".repeat(60_000)}"}`, 413, "The request could not be understood."],
])("%s is refused by its rule, and nothing is set", async (_, sent, status, sentence) => {
  await start();
  const told: StreamServerEvents["panelsChanged"][] = [];
  server.on("panelsChanged", (event) => told.push(event));
  const response = await ask("controls", token, sent);
  expect([response.status, response.body]).toEqual([status, expect.stringContaining(sentence)]);
  expect((await ask("controls", token, '{"/P/size": 5}')).status).toBe(204);
  await expect.poll(() => told.at(-1)?.changed).toMatchObject([{ id: "/P/size", value: 5 }]);
  // Not 2, as the button would have made it before.
  expect(told).toHaveLength(1);
});

test("what is set too often by a link is refused, and of another site everything", async () => {
  await start();
  const link = await linkOf("controller");
  const many = JSON.stringify(Object.fromEntries(Array.from({ length: 400 }, (_, i) => [i, 1])));
  const statuses: number[] = [];
  for (let count = 0; count < 3; count += 1) statuses.push((await ask("controls", link, many)).status);
  expect(statuses).toEqual([400, 400, 429]);
  const origin = { origin: "https://evil.example" };
  expect((await ask("controls", token, '{"/P/size": 5}', origin)).status).toBe(403);
  expect(size()).toMatchObject({ value: 1 });
});

test("a program lists, sets and hears of them, and is told the rule", async () => {
  await start();
  const told: StreamServerEvents["panelsChanged"][] = [];
  server.on("panelsChanged", (event) => told.push(event));
  const { controls } = server.room();
  expect(() => controls.set({ "/P/go": true, "/P/size": 6 })).toThrow(TypeError);
  controls.set({ "/P/size": 4 });
  await expect.poll(() => told).toHaveLength(1);
  expect(told[0]).toMatchObject({ room: "", changed: [{ id: "/P/size", value: 4 }] });
  expect(told[0]?.controls).toEqual(controls.list());
});

test("a scene without controls has none, which is no error", async () => {
  await start("");
  expect((await ask("controls", token)).body).toBe('{"controls":[]}');
});
