/** What becomes of a real scene's process when something below it gives way, as a viewer's page is told. */

import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { createStreamServer } from "../../server/index.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { TestClient } from "../support/signaling-client.ts";

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
