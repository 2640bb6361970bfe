/** What becomes of a real scene's process when something below it gives way, as a viewer's page is told. */

import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { createStreamServer } from "../../server/index.ts";
import { resolveOptions } from "../../server/options/options.ts";
import { forkedProcesses } from "../../server/session/forked-processes.ts";
import type { ProcessPort } from "../../server/session/process-port.ts";
import { StreamServer } from "../../server/stream-server.ts";
import { openLightWhep } from "../support/light-viewer.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { TestClient } from "../support/signaling-client.ts";
import { SocketViewer } from "../support/socket-viewer.ts";

/** Small enough for a machine that does other things as well. */
const render = { size: { width: 320, height: 192 }, maxFps: 30 };

/** An offer that is good enough to make the server draw for its viewer. */
const offer = [
  "v=0",
  "o=- 1 1 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0",
  "m=video 9 UDP/TLS/RTP/SAVPF 96",
  "c=IN IP4 0.0.0.0",
  "a=rtcp-mux",
  "a=ice-ufrag:abcd",
  "a=ice-pwd:abcdefghijklmnopqrstuvwx",
  "a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF",
  "a=setup:actpass",
  "a=mid:0",
  "a=recvonly",
  "a=rtpmap:96 VP8/90000",
  "",
].join("\r\n");

it("a lost graphics device is told to viewers in words, and the scene starts anew", async () => {
  await using server = await createStreamServer({
    scene: new URL(sceneFixture("loses-device")),
    http: { port: 0 },
    logLevel: "silent",
    render,
  });
  const client = await TestClient.join(server.url);
  await sleep(1100);
  client.send({ kind: "offer", connection: 1, sdp: offer });
  await client.received((message) => message.kind === "status" && message.status === "restarting");
  const statuses = client.messages.filter((message) => message.kind === "status");
  expect(statuses.at(-1)).toMatchObject({ detail: "The graphics device was lost." });
  await expect.poll(() => server.status).toBe("live");
  client.socket.close();
});

it("an encoder that refuses in the middle is a fall: the next process streams to the same viewers", async () => {
  const usual = forkedProcesses();
  const refusing = forkedProcesses({ url: new URL("../fixtures/refusing-encoder-process.ts", import.meta.url) });
  let started = 0;
  const processes: ProcessPort = {
    backends: usual.backends,
    start: (options) => (started++ === 0 ? refusing : usual).start(options),
  };
  const scene = new URL(sceneFixture("animated"));
  const options = resolveOptions({ scene, http: { port: 0 }, logLevel: "silent", render, encode: { codec: "h264" } });
  await using server = await StreamServer.start(options, { session: { processes } });
  const told: (string | null)[] = [];
  server.on("statusChanged", ({ status, detail }) => status === "restarting" && told.push(detail));
  using viewer = await SocketViewer.open(server.url);
  await expect.poll(() => told.length).toBe(1);
  const { length: before } = viewer.arrivals;
  expect(told[0]).toMatch(/^The h264 encoder failed: /);
  await expect.poll(() => viewer.arrivals.length).toBeGreaterThan(before + 30);
  expect(started).toBe(2);
});

it("with every UDP port taken a WHEP viewer is refused at once, and let in when there is one again", async () => {
  await using server = await createStreamServer({
    scene: new URL(sceneFixture("animated")),
    http: { port: 0 },
    logLevel: "silent",
    render,
    ice: { ports: [41_200, 41_201] },
  });
  const first = await openLightWhep(server.url);
  const second = await openLightWhep(server.url);
  await expect(openLightWhep(server.url)).rejects.toThrow("WHEP answered 503: No UDP port is free");
  await first.close();
  await expect
    .poll(() =>
      openLightWhep(server.url).then(
        (viewer) => viewer.close().then(() => "in"),
        () => "out",
      ),
    )
    .toBe("in");
  second.take();
  await expect.poll(() => second.take().frames).toBeGreaterThan(0);
  await second.close();
});
