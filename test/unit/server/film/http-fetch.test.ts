/** Where a list from the net may lead (HG1): to its own server where it was, not where its name leads a moment later. */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSources } from "../../../../server/film/film-sources.ts";
import { fetchHttp, type Reach } from "../../../../server/film/http-fetch.ts";

const server = createServer((_request, response) => response.end("other.mp4\n"));
const { signal } = new AbortController();
let host = "";

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  host = `localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function statusWith(reach: Reach): Promise<number | undefined> {
  const response = await fetchHttp({ address: new URL(`http://${host}/`), headers: {}, reach, idleMs: 5000, signal });
  response.destroy();
  return response.statusCode;
}

test("HG1: a list is followed to its own server at the address that it came from", async () => {
  const [source] = await readSources([`http://${host}/list.txt`], signal);
  const reach: Reach = { kind: "internet", besides: host, at: ["127.0.0.1"] };
  expect(source?.from).toEqual({ kind: "address", address: `http://${host}/other.mp4`, reach });
  expect(await statusWith(reach)).toBe(200);
});

test("HG1: a name that leads to this machine since then leads nowhere", async () => {
  const reach: Reach = { kind: "internet", besides: host, at: ["198.51.100.7"] };
  await expect(statusWith(reach)).rejects.toMatchObject({
    message: expect.stringMatching(/is in a network of this machine/),
  });
});
