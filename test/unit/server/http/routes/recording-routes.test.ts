/** `/recordings` and `/replay`: for hosts, files by their names alone, in ranges, and faults in words. */

import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Admission } from "../../../../../server/access/identity.ts";
import {
  type RecordingsHandler,
  type RecordingTold,
  recordingRoutes,
} from "../../../../../server/http/routes/recording-routes.ts";
import { StreamError } from "../../../../../shared/errors.ts";
import type { Role } from "../../../../../shared/people.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-routes-"));
const told: RecordingTold = {
  file: "film.mp4",
  state: "recording",
  startedAt: "2026-11-28T09:00:00.000Z",
  bytes: 3,
  seconds: 1,
  error: null,
};
let server: Server;
let url = "";
let role: Role = "host";
let asked: unknown[] = [];
let fault: Error | null = null;

const noted = async (what: unknown): Promise<RecordingTold> => {
  asked.push(what);
  if (fault !== null) throw fault;
  return await Promise.resolve(told);
};
const handler: RecordingsHandler = {
  replaySeconds: 30,
  list: async () => [await noted("list")],
  start: noted,
  stop: async (file) => (file === told.file ? await noted(`stop ${file}`) : null),
  remove: async (file) => file === told.file && (await noted(`remove ${file}`)) !== null,
  saveReplay: noted,
  placeOf: (file) => (file === told.file ? { root: folder, file } : null),
};

beforeAll(async () => {
  writeFileSync(join(folder, told.file), "0123456789");
  writeFileSync(join(folder, "secret.mp4"), "secret");
  const app = express();
  const admissionOf = () => ({ identity: { role }, room: "", address: "127.0.0.1" }) as Admission;
  app.use(recordingRoutes({ admissionOf, recordingsOf: () => handler }));
  app.use((_request, response) => void response.sendStatus(410));
  server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
beforeEach(() => {
  [role, asked, fault] = ["host", [], null];
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function ask(
  path: string,
  request: RequestInit = {},
): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(new URL(path, url), request);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

function posted(body: unknown): RequestInit {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

it("starts one with what is wished, and says where it is", async () => {
  const answer = await ask("recordings", posted({ file: "film.mp4", seconds: 5 }));
  expect(answer.status).toBe(201);
  expect(answer.headers.get("location")).toBe("recordings/film.mp4");
  expect(JSON.parse(answer.text)).toEqual(told);
  expect(asked).toEqual([{ file: "film.mp4", seconds: 5 }]);
  await ask("recordings", { method: "POST" });
  expect(asked[1]).toEqual({});
});

it("lists them, stops one, and removes it", async () => {
  expect(JSON.parse((await ask("recordings")).text)).toEqual({ recordings: [told], replaySeconds: 30 });
  expect((await ask("recordings/film.mp4/stop", { method: "POST" })).status).toBe(200);
  expect((await ask("recordings/other.mp4/stop", { method: "POST" })).status).toBe(404);
  expect((await ask("recordings/film.mp4", { method: "DELETE" })).status).toBe(204);
  expect((await ask("recordings/other.mp4", { method: "DELETE" })).status).toBe(404);
  expect(asked).toEqual(["list", "stop film.mp4", "remove film.mp4"]);
});

it("gives a file, and ranges of it, as a download", async () => {
  const whole = await ask("recordings/film.mp4");
  expect([whole.status, whole.text]).toEqual([200, "0123456789"]);
  expect(whole.headers.get("content-type")).toBe("video/mp4");
  expect(whole.headers.get("content-disposition")).toBe("attachment; filename=film.mp4");
  const part = await ask("recordings/film.mp4", { headers: { Range: "bytes=2-4" } });
  expect([part.status, part.text, part.headers.get("content-range")]).toEqual([206, "234", "bytes 2-4/10"]);
  const beyond = await ask("recordings/film.mp4", { headers: { Range: "bytes=20-" } });
  expect(beyond.status).toBe(416);
});

it.each(["recordings/secret.mp4", "recordings/..%2Ffilm.mp4", "recordings/%2Fetc%2Fpasswd", "recordings/.hidden.mp4"])(
  "%s is no recording",
  async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404, text: "There is no such recording.\n" });
  },
);

it("saves the last seconds and answers with the file", async () => {
  const answer = await ask("replay", posted({ seconds: 5 }));
  expect([answer.status, answer.text]).toEqual([200, "0123456789"]);
  expect(answer.headers.get("content-location")).toBe("recordings/film.mp4");
  expect(asked).toEqual([{ seconds: 5 }]);
});

it.each([
  [new TypeError("options.seconds must be so."), 400],
  [new StreamError("output-failed", "The disk is full."), 507],
  [new StreamError("not-allowed", "It is still being recorded."), 409],
  [new StreamError("too-fast", "Too many."), 429],
  [new StreamError("no-room"), 404],
])("%s is answered by its sentence, with %d", async (error, status) => {
  fault = error;
  expect(await ask("recordings", posted({}))).toMatchObject({ status, text: `${error.message}\n` });
});

it.each(["viewer", "controller"] as const)("a %s may do none of it", async (other) => {
  role = other;
  const answers = await Promise.all([
    ask("recordings"),
    ask("recordings", { method: "POST" }),
    ask("recordings/film.mp4"),
    ask("recordings/film.mp4", { method: "DELETE" }),
    ask("recordings/film.mp4/stop", { method: "POST" }),
    ask("replay", { method: "POST" }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
  expect(asked).toEqual([]);
});

it("other methods are named, and other paths go on", async () => {
  expect((await ask("recordings", { method: "PUT" })).headers.get("allow")).toBe("GET, HEAD, POST");
  expect((await ask("replay")).headers.get("allow")).toBe("POST");
  expect((await ask("elsewhere")).status).toBe(410);
});
