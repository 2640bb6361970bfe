import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import express from "express";
import { afterEach, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { originOfProgram } from "../../../../server/http/attachment.ts";
import { ProgramFront } from "../../../../server/http/program-front.ts";
import type { StreamServerOptions } from "../../../../server/options/options.ts";
import type { StreamServer } from "../../../../server/stream-server.ts";
import { startFakeServer } from "../../../support/fake-scene.ts";
import { type RawRequest, type RawResponse, rawRequest, upgradeHeaders } from "../../../support/raw-request.ts";
import { TestClient } from "../../../support/signaling-client.ts";

const token = "correct-horse-battery";
const bearer = { authorization: `Bearer ${token}` };
let program: Server;
let stream: StreamServer;
afterEach(async () => {
  await stream?.close();
  program.closeAllConnections();
  program.close();
});

function origin(): string {
  return `http://127.0.0.1:${(program.address() as AddressInfo).port}`;
}

function send(path: string, request: RawRequest = {}): Promise<RawResponse> {
  return rawRequest(`${origin()}${path}`, request);
}

async function listening(server: Server): Promise<Server> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

/** A program that says what reached it. */
function plainProgram(): Server {
  return createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => response.end(`the program: ${request.method} ${request.url} ${body}`));
  });
}

/** In the program, under /view. */
function streamIn(
  server: StreamServerOptions["server"],
  more: Partial<StreamServerOptions> = {},
): Promise<StreamServer> {
  return startFakeServer({
    more: { access: { token }, ...more, server: server ?? null, http: { basePath: "/view", ...more.http } },
  });
}

test("what lies below the base path is ours, all else is the program's", async () => {
  program = await listening(plainProgram());
  stream = await streamIn(program);
  expect((await send("/view/healthz")).body).toBe('{"ok":true}');
  expect((await send("/view/nothing", { headers: bearer })).body).toBe("There is nothing here.\n");
  const moved = await send("/view");
  expect([moved.status, moved.headers.location]).toEqual([308, "view/"]);
  for (const path of ["/", "/healthz", "/viewer", "/view-of-mine/healthz"]) {
    expect((await send(path)).body).toBe(`the program: GET ${path} `);
  }
  expect((await send("/own", { method: "POST", body: "a body" })).body).toBe("the program: POST /own a body");
  expect(stream.url).toBe(`${origin()}/view/`);
  expect(stream.link).toBe(`${origin()}/view/#token=${token}`);
  expect(stream.port).toBe((program.address() as AddressInfo).port);
});

test("a ws server with a path of its own, before us or after us, goes on, and does not refuse ours (AT1)", async () => {
  program = await listening(plainProgram());
  const first = new WebSocketServer({ server: program, path: "/chat" });
  stream = await streamIn(program);
  first.on("connection", (socket) => socket.on("message", (data) => socket.send(`first: ${data}`)));
  const client = await TestClient.join(stream.url, bearer);
  const chat = new WebSocket(`${origin()}/chat`);
  await once(chat, "open");
  chat.send("hello");
  expect(String((await once(chat, "message"))[0])).toBe("first: hello");
  // Of two such servers ws lets none work but the one that is asked last, so the second refuses what it does not know.
  const second = new WebSocketServer({ server: program, path: "/news" });
  const later = await TestClient.join(stream.url, bearer);
  expect(stream.viewers().length).toBe(2);
  await stream.close();
  expect([await client.closed(), await later.closed()]).toEqual([1001, 1001]);
  chat.send("still here");
  expect(String((await once(chat, "message"))[0])).toBe("first: still here");
  chat.terminate();
  first.close();
  second.close();
});

test.each([
  ["a Node that asks which upgrades are wanted", (): void => undefined],
  ["one that does not", (server: Server): void => void Reflect.deleteProperty(server, "shouldUpgradeCallback")],
])("with %s, a program that knows no upgrades gets its requests as before (AT1)", async (_name, make) => {
  const server = plainProgram();
  const chosen: unknown = Reflect.get(server, "shouldUpgradeCallback");
  make(server);
  program = await listening(server);
  stream = await streamIn(program);
  // What Node looks at itself must be there for it.
  if (!("shouldUpgradeCallback" in server)) Reflect.set(server, "shouldUpgradeCallback", chosen);
  const headers = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c" };
  expect((await send("/own", { headers })).body).toBe("the program: GET /own ");
  // Ours are answered below the base path, too.
  expect((await send("/view/healthz", { headers })).body).toBe('{"ok":true}');
  expect((await send("/view/signal", { headers: { ...upgradeHeaders, ...bearer } })).status).toBe(101);
});

test("a body that comes with an offer of HTTP/2 reaches the program (AT1)", async () => {
  program = await listening(plainProgram());
  stream = await streamIn(program);
  const headers = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c" };
  const { body } = await send("/own", { method: "POST", headers, body: "a body" });
  expect(body).toBe("the program: POST /own a body");
});

test("closing leaves the program's server as it was, and ends our answers alone (AT2, PF3)", async () => {
  program = plainProgram();
  const before = Reflect.get(program, "shouldUpgradeCallback");
  await listening(program);
  stream = await streamIn(program);
  const ours = await fetch(`${origin()}/view/stream.mjpg`, { headers: bearer });
  const theirs = connect((program.address() as AddressInfo).port, "127.0.0.1");
  await once(theirs, "connect");
  await stream.close();
  await expect(ours.text()).rejects.toThrow();
  expect(theirs.destroyed).toBe(false);
  expect((await send("/view/healthz")).body).toBe("the program: GET /view/healthz ");
  expect([program.listeners("upgrade"), Reflect.get(program, "shouldUpgradeCallback")]).toEqual([[], before]);
  expect(Object.hasOwn(program, "emit")).toBe(false);
  theirs.destroy();
});

test("express has us where it says, behind what it has before us, and answers for all else", async () => {
  const app = express();
  stream = await streamIn(null);
  app.use(express.json());
  app.get("/own", (_request, response) => void response.send("the app"));
  app.use("/view", stream.handle);
  app.use("/broken", () => {
    throw new Error("the app's own");
  });
  app.use((_error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
    response.status(418).send("the app's way with errors");
  });
  program = await listening(createServer(app));
  program.on("upgrade", stream.handleUpgrade);
  expect(() => stream.url).toThrow("The address of the page is not known");
  expect((await send("/own")).body).toBe("the app");
  expect((await send("/else")).status).toBe(404);
  expect((await send("/broken")).status).toBe(418);
  expect((await send("/view/healthz", { headers: bearer })).body).toContain('"rooms":[{"room":""');
  // The app has parsed the body already.
  const headers = { "content-type": "application/json" };
  const shown = await send("/view/access", { method: "POST", headers, body: JSON.stringify({ token }) });
  expect([shown.status, shown.headers["set-cookie"]?.[0]]).toEqual([204, expect.stringMatching(/; HttpOnly;/)]);
  const client = await TestClient.join(`${origin()}/view/`, bearer);
  await stream.close();
  expect(await client.closed()).toBe(1001);
  expect((await send("/view/healthz")).status).toBe(404);
});

test("an app that has us elsewhere is told which base path that is", async () => {
  const app = express();
  stream = await streamIn(null);
  app.use("/scene", stream.handle);
  program = await listening(createServer(app));
  const { status, body } = await send("/scene/healthz");
  const sentence = 'options.http.basePath must be "/scene", since that is where this program has the stream.\n';
  expect([status, body]).toEqual([500, sentence]);
});

test("an address that differs in case alone is nobody's, as express takes no heed of that", async () => {
  const app = express();
  stream = await streamIn(null);
  app.use("/view", stream.handle);
  program = await listening(createServer(app));
  expect((await send("/VIEW/healthz")).status).toBe(404);
  expect((await send("/view/healthz")).status).toBe(200);
});

test("without a next, what is not ours is answered by 404 (PF1)", async () => {
  stream = await streamIn(null);
  program = await listening(createServer((request, response) => stream.handle(request, response)));
  expect((await send("/elsewhere")).status).toBe(404);
  expect((await send("/view/healthz")).status).toBe(200);
});

test("a program's server asks for a token by itself, since nobody knows who reaches it", async () => {
  program = plainProgram();
  stream = await startFakeServer({ more: { server: program, http: { basePath: "/view" } } });
  expect(() => stream.link).toThrow("options.http.publicUrl");
  await listening(program);
  expect((await send("/view/metrics")).status).toBe(401);
  const shown = new URL(stream.link).hash.replace("#token=", "");
  expect((await send("/view/metrics", { headers: { authorization: `Bearer ${shown}` } })).status).toBe(200);
});

test("without a token, who comes in by loopback must name a loopback host or one of ours (AC1)", async () => {
  program = await listening(plainProgram());
  stream = await streamIn(program, {
    access: { token: null },
    http: { publicUrl: "https://app.example/x/view" },
  });
  expect((await send("/view/metrics")).status).toBe(200);
  expect((await send("/view/metrics", { headers: { host: "evil.example" } })).status).toBe(403);
  expect((await send("/view/metrics", { headers: { host: "app.example" } })).status).toBe(200);
  expect(stream.url).toBe("https://app.example/x/view/");
});

test("links are made for the public address, whoever asks for them", async () => {
  program = await listening(plainProgram());
  stream = await streamIn(program, { http: { publicUrl: "https://app.example/x/view" } });
  const headers = { ...bearer, "content-type": "application/json" };
  const made = await send("/view/links", { method: "POST", headers, body: '{"role":"viewer"}' });
  expect(JSON.parse(made.body).link).toMatch(/^https:\/\/app\.example\/x\/view\/#token=/);
  const { link } = await stream.createLink({ role: "viewer", room: "hall" });
  expect(link).toMatch(/^https:\/\/app\.example\/x\/view\/s\/hall\/#token=/);
});

test("where a program's server is reached is read off it", async () => {
  program = createSecureServer();
  expect(originOfProgram(program)).toBe(null);
  await once(program.listen(0), "listening");
  const { port } = program.address() as AddressInfo;
  expect(originOfProgram(program)).toBe(`https://localhost:${port}`);
});

test("with a port of our own there is nothing to stand in", async () => {
  program = plainProgram();
  stream = await startFakeServer();
  expect(() => stream.attach(program)).toThrow("This server listens on a port of its own.");
});

test("a body that does not come to its end is not waited for (PF2)", async () => {
  const front = new ProgramFront(
    { app: (request) => void request.resume(), handleUpgrade: () => undefined, emit: () => undefined },
    "/view",
    50,
  );
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (!front.handle(request, response)) response.end("the program");
  };
  program = await listening(createServer(handle));
  const slow = (path: string) => {
    const socket = connect((program.address() as AddressInfo).port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf`);
    return socket;
  };
  const theirs = slow("/own");
  await once(theirs, "data");
  await once(slow("/view/access"), "close");
  expect(theirs.destroyed).toBe(false);
  theirs.destroy();
  front.close();
});
