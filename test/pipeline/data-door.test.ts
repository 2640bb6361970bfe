/** Data of a real scene, filled over HTTP and by WebSockets: by programs that behave, that break off, and that mean no good. */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createStreamServer, type LinkOptions, type StreamServer } from "../../server/index.ts";
import { type RawResponse, rawRequest, upgradeHeaders } from "../support/raw-request.ts";
import { sceneFixture } from "../support/render-probe.ts";

const token = "correct-horse-battery";
const size = { width: 320, height: 192 };
let server: StreamServer;

beforeAll(async () => {
  const http = { port: 0, allowedOrigins: ["https://app.example"] };
  server = await createStreamServer({
    scene: sceneFixture("filled"),
    logLevel: "silent",
    http,
    access: { token },
    render: { size, maxFps: 30 },
  });
}, 60_000);
afterAll(() => server?.close());

type Ask = {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: BodyInit;
  readonly shown?: string;
};

const at = (path: string): string => new URL(path, server.url).href;

async function ask(
  path: string,
  { method, headers, body, shown = token }: Ask = {},
): Promise<{ status: number; text: string; response: Response; bytes: Buffer }> {
  const response = await fetch(at(path), {
    method: method ?? (body === undefined ? "GET" : "PUT"),
    headers: { authorization: `Bearer ${shown}`, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, text: bytes.toString("utf8"), response, bytes };
}

const raw = { "content-type": "application/octet-stream" };
const rowsOf = (value: number, count = 100): Float32Array<ArrayBuffer> => new Float32Array(count * 2).fill(value);
const npy = (name: string) => readFileSync(new URL(`../fixtures/data/${name}.npy`, import.meta.url));

/** What the scene saw of the last version, as it says when a frame was drawn. */
async function seen(): Promise<Readonly<Record<string, unknown>>> {
  await server.room().snapshot();
  return server.room().state as Readonly<Record<string, unknown>>;
}

async function versionOf(name: string): Promise<number> {
  return (
    server
      .room()
      .data.list()
      .find((info) => info.name === name)?.version ?? 0
  );
}

async function linkOf(options: LinkOptions): Promise<{ shown: string; id: string }> {
  const { link, id } = await server.createLink(options);
  return { shown: new URL(link).hash.slice("#token=".length), id };
}

/** Sends the head of a request, and bytes, over a connection of its own; resolves with what comes back until it ends. */
async function sendRaw(
  head: readonly string[],
  bytes: Uint8Array | null = null,
  endAfterMs: number | null = null,
): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.on("data", (chunk) => {
    answer += chunk.toString("latin1");
  });
  socket.on("error", () => undefined);
  socket.write(`${[...head, "Host: 127.0.0.1", `Authorization: Bearer ${token}`].join("\r\n")}\r\n\r\n`);
  if (bytes !== null) socket.write(bytes);
  if (endAfterMs !== null) setTimeout(() => socket.destroy(), endAfterMs);
  await once(socket, "close");
  return answer;
}

describe("filling", () => {
  test("what numpy, Arrow and plain programs send is in the scene when it is answered", async () => {
    const plain = await ask("data/rows", { body: rowsOf(3, 50_000), headers: raw });
    expect([plain.status, JSON.parse(plain.text)]).toEqual([
      200,
      {
        name: "rows",
        version: await versionOf("rows"),
        taken: true,
        type: "float32",
        shape: [50_000, 2],
        bytes: 400_000,
      },
    ]);
    await expect.poll(seen).toMatchObject({ last: 3, torn: 0 });
    const table = tableToIPC(tableFromArrays({ a: Float32Array.of(4, 4), b: Float64Array.of(4, 4) }), "file");
    expect(JSON.parse((await ask("data/rows", { body: new Uint8Array(table) })).text)).toMatchObject({
      shape: [2, 2],
      taken: true,
    });
    await expect.poll(seen).toMatchObject({ last: 4 });
    expect((await ask("data/colour", { body: npy("bool") })).status).toBe(200);
    const json = { "content-type": "application/json" };
    expect((await ask("data/config", { body: '{"depth": [1, 2]}', headers: json })).status).toBe(200);
    expect((await ask("data/blob", { body: npy("scalar"), headers: raw })).status).toBe(200);
    await expect.poll(seen).toMatchObject({ config: { depth: [1, 2] }, blob: [...npy("scalar").subarray(0, 8)] });
  });

  test("a part is changed in place, by Content-Range and by offset, and given back as a .npy file", async () => {
    await ask("data/rows", { body: rowsOf(0, 4), headers: raw });
    const ranged = { ...raw, "content-range": "rows 1-2/*" };
    expect((await ask("data/rows", { method: "PATCH", body: rowsOf(1, 2), headers: ranged })).status).toBe(200);
    expect((await ask("data/rows?offset=3", { method: "PATCH", body: rowsOf(2, 1), headers: raw })).status).toBe(200);
    const { response, bytes } = await ask("data/rows", { headers: { accept: "application/x-npy" } });
    expect(response.headers.get("content-type")).toBe("application/x-npy");
    expect(bytes.subarray(1, 6).toString()).toBe("NUMPY");
    expect([...new Float32Array(new Uint8Array(bytes.subarray(-32)).buffer)]).toEqual([0, 0, 1, 1, 1, 1, 2, 2]);
    const plain = await ask("data/rows");
    expect(plain.response.headers.get("x-data-shape")).toBe("4,2");
    expect(plain.bytes).toEqual(bytes.subarray(-32));
  });

  test("it is listed with what is declared of it, and removed", async () => {
    await ask("data/blob", { body: "abc", headers: raw });
    const listed = JSON.parse((await ask("data")).text).data;
    expect(listed.map(({ name }: { name: string }) => name)).toEqual(["blob", "colour", "config", "rows"]);
    expect(listed[0]).toMatchObject({ declared: { type: "bytes" }, type: "bytes", bytes: 3 });
    expect((await ask("data/blob", { method: "DELETE" })).status).toBe(204);
    const gone = await ask("data/blob");
    expect([gone.status, gone.text]).toEqual([404, 'There is no value "blob" yet.\n']);
  });

  test("two who write at the same time take turns, and each value is whole", async () => {
    const before = await versionOf("rows");
    const bodies = [5, 6, 7, 8].map((value) => ask("data/rows", { body: rowsOf(value, 500_000), headers: raw }));
    const answers = (await Promise.all(bodies)).map(({ text }) => JSON.parse(text));
    expect(answers.map(({ version }) => version).toSorted()).toEqual([1, 2, 3, 4].map((more) => before + more));
    await expect.poll(seen).toMatchObject({ torn: 0, missed: 0 });
  });
});

describe("who may", () => {
  test("hosts and links for data of this room; no other", async () => {
    const [viewer, filler, other, host] = await Promise.all([
      linkOf({ role: "viewer" }),
      linkOf({ role: "viewer", data: true }),
      linkOf({ role: "controller", data: true, room: "hall" }),
      linkOf({ role: "host" }),
    ]);
    const statusFor = async (shown: string): Promise<readonly number[]> => [
      (await ask("data", { shown })).status,
      (await ask("data/blob", { shown, body: "abc", headers: raw })).status,
      (await ask("data/blob", { shown })).status,
    ];
    expect(await statusFor(filler.shown)).toEqual([200, 200, 200]);
    expect(await statusFor(host.shown)).toEqual([200, 200, 200]);
    expect(await statusFor(viewer.shown)).toEqual([403, 403, 403]);
    expect(await statusFor(other.shown)).toEqual([403, 403, 403]);
    expect(await statusFor("nonsense")).toEqual([401, 401, 401]);
    const refused = await ask("data", { shown: viewer.shown });
    expect(refused.text).toContain("Your link is not for data.");
    // It is for data, and for nothing more than a viewer's link is.
    const body = '{"/scene/x": 1}';
    expect(
      (
        await ask("controls", {
          shown: filler.shown,
          method: "PATCH",
          body,
          headers: { "content-type": "application/json" },
        })
      ).status,
    ).toBe(403);
  });

  test("POST /links makes one for data, and its socket ends when it is revoked", async () => {
    const headers = { "content-type": "application/json" };
    const made = JSON.parse(
      (await ask("links", { method: "POST", body: '{"role": "viewer", "data": true}', headers })).text,
    );
    expect(made).toMatchObject({ role: "viewer", data: true });
    const socket = await open("data/blob", made.link.split("#token=")[1]);
    const closed = once(socket, "close");
    await ask(`links/${made.id}`, { method: "DELETE" });
    await closed;
    expect((await ask("data", { shown: made.link.split("#token=")[1] })).status).toBe(401);
  });

  test("pages of an allowed site may fill it, by CORS; of others none", async () => {
    const preflight = { "access-control-request-method": "PUT", "access-control-request-headers": "x-data-type" };
    const asked = (origin: string): Promise<RawResponse> =>
      rawRequest(at("data/rows"), { method: "OPTIONS", headers: { origin, ...preflight } });
    const { status, headers } = await asked("https://app.example");
    expect([status, headers["access-control-allow-origin"]]).toEqual([204, "https://app.example"]);
    expect(headers["access-control-allow-methods"]).toContain("PUT");
    expect(headers["access-control-allow-headers"]).toContain("X-Data-Type");
    const other = { authorization: `Bearer ${token}`, origin: "https://evil.example" };
    expect((await rawRequest(at("data/rows"), { method: "PUT", headers: other, body: "12345678" })).status).toBe(403);
    const upgrade = { ...other, ...upgradeHeaders };
    expect((await rawRequest(at("data/rows"), { headers: upgrade })).status).toBe(403);
  });
});

describe("what is refused", () => {
  const two = new Uint8Array(16);
  test.each<[string, Ask & { readonly path?: string }, number, string]>([
    ["a negative shape", { headers: { "x-data-shape": "-1,2" } }, 400, "X-Data-Shape must be up to 8 whole numbers"],
    ["a shape that is none", { headers: { "x-data-shape": "NaN,2" } }, 400, "X-Data-Shape must be"],
    ["a shape of fractions", { headers: { "x-data-shape": "1e308,2" } }, 400, "X-Data-Shape must be"],
    [
      "a shape beyond all numbers",
      { headers: { "x-data-shape": "999999999999999,999999999999999" } },
      400,
      "The shape of rows must have fewer elements.",
    ],
    ["too many dimensions", { headers: { "x-data-shape": "1,1,1,1,1,1,1,1,1" } }, 400, "X-Data-Shape must be up to 8"],
    ["a length that does not fit", { headers: { "x-data-shape": "3,2" } }, 400, "rows must be 24 bytes"],
    ["half a row", { body: new Uint8Array(7) }, 400, "rows must be a multiple of 8 bytes"],
    ["an unknown type", { headers: { "x-data-type": "quaternion" } }, 400, "The type of rows must be one of"],
    ["another shape than is taken", { headers: { "x-data-shape": "1,4" } }, 409, "rows"],
    ["an unknown name", { path: "data/other" }, 409, "other"],
    ["a name that is none", { path: "data/1st" }, 400, "The name of a value must be"],
    [
      "a format that is not known",
      { headers: { "content-type": "image/png" } },
      415,
      "The content type must be one of",
    ],
    ["what is packed", { headers: { "content-encoding": "gzip" } }, 415, "without Content-Encoding"],
    [
      "a .npy file that is none",
      { headers: { "content-type": "application/x-npy" } },
      400,
      "must begin as a .npy file does",
    ],
    [
      "a table that is none",
      { headers: { "content-type": "application/vnd.apache.arrow.file" } },
      400,
      "rows must be a",
    ],
    ["no JSON", { path: "data/config", body: "{" }, 400, "config"],
    ["a part without a place", { method: "PATCH" }, 400, "Content-Range"],
    [
      "a part that is turned around",
      { method: "PATCH", headers: { "content-range": "rows 5-2/*" } },
      400,
      "Content-Range",
    ],
    ["a part behind the end", { path: "data/rows?offset=99999", method: "PATCH" }, 400, "rows"],
    ["another method", { method: "POST" }, 405, "GET, HEAD, PUT, PATCH, DELETE"],
  ])(
    "%s, with its field and rule; nothing has changed",
    async (_, { path = "data/rows", method = "PUT", headers, body = two }, status, sentence) => {
      await ask("data/rows", { body: rowsOf(1, 3), headers: raw });
      const before = await versionOf("rows");
      const refused = await ask(path, { method, body, headers: { ...raw, ...headers } });
      expect([refused.status, refused.text]).toEqual([status, expect.stringContaining(sentence)]);
      expect(await versionOf("rows")).toBe(before);
    },
  );

  test("10 GB are refused before they come, and not asked for where the client would wait", async () => {
    const head = ["PUT /data/rows HTTP/1.1", "Content-Length: 10000000000"];
    const answer = await sendRaw(head, new Uint8Array(200_000));
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    const waiting = await sendRaw([...head, "Expect: 100-continue"]);
    expect(waiting).toMatch(/^HTTP\/1\.1 413 /);
    const small = await sendRaw(
      ["PUT /data/blob HTTP/1.1", "Content-Length: 3", "Expect: 100-continue", "Connection: close"],
      Buffer.from("abc"),
    );
    expect(small).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  });

  test("a body whose length is not told is taken, and ends at what fits", async () => {
    const head = ["PUT /data/rows HTTP/1.1", "Transfer-Encoding: chunked", "Connection: close"];
    const chunk = Buffer.concat([Buffer.from("10\r\n"), new Uint8Array(16), Buffer.from("\r\n")]);
    expect(await sendRaw(head, Buffer.concat([chunk, chunk, Buffer.from("0\r\n\r\n")]))).toContain('"shape":[4,2]');
    expect(await sendRaw(head, Buffer.concat([chunk, Buffer.from("4\r\nabcd\r\n0\r\n\r\n")]))).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });

  test("an upload that breaks off changes nothing, and holds up nobody", async () => {
    await ask("data/rows", { body: rowsOf(9, 10), headers: raw });
    const before = await versionOf("rows");
    await sendRaw(["PUT /data/rows HTTP/1.1", "Content-Length: 8000000"], new Uint8Array(1_000_000), 100);
    const next = JSON.parse((await ask("data/rows", { body: rowsOf(10, 10), headers: raw })).text);
    expect(next).toMatchObject({ version: before + 1, taken: true });
  });
});

async function open(path: string, shown = token): Promise<WebSocket> {
  const socket = new WebSocket(at(path).replace("http", "ws"), { headers: { authorization: `Bearer ${shown}` } });
  await once(socket, "open");
  return socket;
}

/** A message of a stream: a line of JSON and the bytes. */
function message(head: object, bytes: Uint8Array | Float32Array): Buffer {
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(head)}\n`),
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  ]);
}

/** Collects the answers of a socket. */
function answersOf(socket: WebSocket): Record<string, unknown>[] {
  const answers: Record<string, unknown>[] = [];
  socket.on("message", (text) => void answers.push(JSON.parse(String(text))));
  return answers;
}

describe("streams", () => {
  test("WD1: values and parts are taken and answered in order; a bad message is answered, and ends nothing", async () => {
    const socket = await open("data");
    const answers = answersOf(socket);
    const before = await versionOf("rows");
    socket.send(message({ name: "rows" }, rowsOf(1, 4)));
    socket.send(message({ name: "rows", offset: 2 }, rowsOf(2, 1)));
    socket.send(message({ name: "rows", shape: [-1] }, rowsOf(2, 1)));
    socket.send("text");
    socket.send(message({}, rowsOf(2, 1)));
    socket.send(message({ name: "rows", type: "float64" }, new Uint8Array(new Float64Array([3, 3]).buffer)));
    await expect.poll(() => answers.length).toBe(6);
    expect(answers).toMatchObject([
      { name: "rows", version: before + 1, taken: true, shape: [4, 2] },
      { version: before + 2 },
      { error: { status: 400, message: "Each of message.shape must be a whole number." } },
      { error: { status: 400, message: expect.stringContaining("must begin with a line of JSON") } },
      { error: { status: 400, message: expect.stringContaining("message.name must be given") } },
      { version: before + 3, shape: [1, 2] },
    ]);
    await expect.poll(seen).toMatchObject({ last: 3 });
    socket.close();
  });

  test("WD2: while the scene stands still its socket is not read; then every message is taken, in order", async () => {
    const socket = await open("data/rows");
    const answers = answersOf(socket);
    const { missed } = await seen();
    const before = await versionOf("rows");
    const pid = server.room().pid ?? 0;
    process.kill(pid, "SIGSTOP");
    try {
      for (let count = 1; count <= 60; count += 1) socket.send(message({}, rowsOf(count, 125_000)));
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      // Of 60 MB what is not on its way, in the buffers of the system, or in the few versions that wait.
      expect(socket.bufferedAmount).toBeGreaterThan(30_000_000);
    } finally {
      process.kill(pid, "SIGCONT");
    }
    await expect.poll(() => answers.length, { timeout: 30_000 }).toBe(60);
    expect(answers.map(({ version }) => version)).toEqual(answers.map((_, index) => before + index + 1));
    expect(answers.every(({ taken }) => taken === true)).toBe(true);
    await expect.poll(seen).toMatchObject({ last: 60, torn: 0, missed });
    socket.close();
  });

  test("WD3: one link has four sockets, a message has its limit", async () => {
    const { shown } = await linkOf({ role: "viewer", data: true });
    const sockets = await Promise.all([1, 2, 3, 4].map(() => open("data", shown)));
    const headers = { ...upgradeHeaders, authorization: `Bearer ${shown}` };
    const refused = await rawRequest(at("data"), { headers });
    expect([refused.status, refused.body]).toEqual([
      503,
      "At most 4 at the same time send data by one link or from one address.\n",
    ]);
    const [first] = sockets;
    first?.send(Buffer.alloc(33 * 2 ** 20));
    const [code] = await once(first as WebSocket, "close");
    expect(code).toBe(1009);
    for (const socket of sockets) socket.terminate();
  });
});

test("several scenes below a base path have data each, and a viewer's link for data starts one", async () => {
  const options = { logLevel: "silent", access: { token }, render: { size, maxFps: 30 } } as const;
  const scenes = { a: sceneFixture("filled"), b: sceneFixture("filled") };
  await using several = await createStreamServer({ ...options, scenes, http: { port: 0, basePath: "/base" } });
  const { link } = await several.createLink({ role: "viewer", data: true, room: "a/" });
  const headers = { ...raw, authorization: `Bearer ${new URL(link).hash.slice("#token=".length)}` };
  const put = (scene: string) =>
    fetch(new URL(`${scene}/data/rows`, several.url), { method: "PUT", headers, body: rowsOf(1, 2) });
  expect(await (await put("a")).json()).toMatchObject({ version: 1, taken: true });
  expect((await put("b")).status).toBe(403);
  expect(
    (await fetch(new URL("data/rows", several.url), { headers: { authorization: `Bearer ${token}` } })).status,
  ).toBe(404);
  expect(
    several
      .room("a/")
      .data.list()
      .find(({ name }) => name === "rows")?.bytes,
  ).toBe(16);
}, 60_000);
