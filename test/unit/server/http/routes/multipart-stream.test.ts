import { once } from "node:events";
import { createServer, get, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { MultipartStream, multipartDefaults } from "../../../../../server/http/routes/multipart-stream.ts";
import { Metrics } from "../../../../../server/monitoring/metrics.ts";

let server: Server;
afterEach(() => server.closeAllConnections());

const head = "--picture\r\nContent-Type: image/jpeg\r\n\r\n";

test("behind each picture come the boundary and the head of the next, without a length (MJ2)", async () => {
  const streams: MultipartStream[] = [];
  server = createServer((_request, response) => {
    const stream = new MultipartStream(response, new Metrics());
    response.once("close", () => stream.close());
    streams.push(stream);
    stream.show(Buffer.from("first"));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const [response] = (await once(get({ port: (server.address() as AddressInfo).port }), "response")) as [
    IncomingMessage,
  ];
  expect(response.headers["content-type"]).toBe("multipart/x-mixed-replace; boundary=picture");
  let text = "";
  response.on("data", (bytes) => void (text += String(bytes)));
  await expect.poll(() => text).toBe(`${head}first\r\n${head}`);
  streams[0]?.show(Buffer.from("second"));
  await expect.poll(() => text).toBe(`${head}first\r\n${head}second\r\n${head}`);
  response.destroy();
});

test("a watcher that is held gets the newest picture when those before have had their time, and the last one always (MJ5)", async () => {
  const streams: MultipartStream[] = [];
  server = createServer((_request, response) => {
    const stream = new MultipartStream(response, new Metrics(), { ...multipartDefaults, maxBps: 400_000 });
    response.once("close", () => stream.close());
    streams.push(stream);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const asked = get({ port: (server.address() as AddressInfo).port });
  await expect.poll(() => streams.length).toBe(1);
  const picture = (name: string): Buffer => Buffer.alloc(10_000, name);
  streams[0]?.show(picture("a"));
  const begun = performance.now();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  let text = "";
  response.on("data", (bytes) => void (text += String(bytes)));
  for (const name of ["b", "c", "d"]) streams[0]?.show(picture(name));
  await expect.poll(() => text.includes("dddd")).toBe(true);
  expect(performance.now() - begun).toBeGreaterThan(190);
  expect(text).not.toMatch(/bbbb|cccc/);
  response.destroy();
});
