/** Zips over HTTP (JH1): they end with the right to them, and where nobody takes them, and so keep no others out. */

import { once } from "node:events";
import { createServer, get, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import express from "express";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Admission } from "../../../../../server/access/identity.ts";
import { LastingResponses } from "../../../../../server/http/lasting-responses.ts";
import { type JobsHandler, jobRoutes, zipPlaces } from "../../../../../server/http/routes/job-routes.ts";

const zips = new LastingResponses(zipPlaces);
let server: Server;
let url = "";
let made: Readable[] = [];

/** Endless, and as fast as it is taken. */
function endless(): Readable {
  const bytes = Buffer.alloc(65_536);
  const zip = new Readable({ read: () => void zip.push(bytes) });
  made.push(zip);
  return zip;
}

const jobs = { zip: async () => await Promise.resolve({ name: "a.zip", zip: endless() }) } as Partial<JobsHandler>;

beforeAll(async () => {
  const app = express();
  const admissionOf = (): Admission =>
    ({
      identity: { role: "host", room: null, linkId: "one" },
      room: "",
      address: "::1",
    }) as Partial<Admission> as Admission;
  app.use(jobRoutes({ jobs: jobs as JobsHandler, admissionOf, zips, maxStallMs: 500 }));
  server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jobs/1/zip`;
});
afterAll(() => {
  zips.close();
  server.closeAllConnections();
  server.close();
});

async function download(): Promise<IncomingMessage> {
  const [response] = (await once(get(url, { agent: false }), "response")) as [IncomingMessage];
  response.on("error", () => undefined);
  return response;
}

it("JH1: one that nobody takes ends, and its place is free", async () => {
  made = [];
  const lazy = await Promise.all([download(), download(), download(), download()]);
  for (const response of lazy) response.pause();
  expect((await fetch(url)).status).toBe(503);
  await expect.poll(() => made.map(({ destroyed }) => destroyed)).toEqual([true, true, true, true]);
  const next = await download();
  expect(next.statusCode).toBe(200);
  next.destroy();
});

it("JH1: one ends with the right to it", async () => {
  made = [];
  const response = await download();
  response.resume();
  zips.end(({ linkId }) => linkId === "another");
  expect(made[0]?.destroyed).toBe(false);
  zips.end(({ linkId }) => linkId === "one");
  await new Promise((resolve) => response.once("close", resolve));
  expect([response.complete, made[0]?.destroyed]).toEqual([false, true]);
});
