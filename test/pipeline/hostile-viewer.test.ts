/** What a viewer sends over WebRTC costs that viewer at most: the scene and the others go on. */

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { HostilePeer } from "../support/hostile-peer.ts";
import { openLightWhep } from "../support/light-viewer.ts";
import { serveScene } from "../support/served-scene.ts";

const attacks: readonly (readonly [string, (peer: HostilePeer) => Promise<void>])[] = [
  ["acknowledgements of channels that nobody opened", (peer) => peer.acknowledgeUnknownChannels(200)],
  ["broken SCTP", (peer) => peer.sendBrokenSctp(300)],
  ["broken packets of every kind", (peer) => peer.sendBrokenPackets(60)],
];

test("ER1, ER2: whatever one sends, by itself or as often as it can, the scene goes on and another sees every frame", async () => {
  await using server = await serveScene("animated");
  const innocent = await openLightWhep(server.url);
  const { pid } = server.room();
  for (const [what, attack] of attacks) {
    const peer = await HostilePeer.open(server.url);
    innocent.take();
    const begun = performance.now();
    await attack(peer);
    await sleep(Math.max(0, 1000 - (performance.now() - begun)));
    const { frames } = innocent.take();
    expect([what, server.status, server.room().pid]).toEqual([what, "live", pid]);
    expect(frames, what).toBeGreaterThan(5);
    await peer.close();
  }
  await expect.poll(() => server.viewers().length).toBe(1);
  // As one that comes again after each time, to wear the scene down. It is these that are sent away.
  const peers = await Promise.all(Array.from({ length: 4 }, () => HostilePeer.open(server.url)));
  expect(server.viewers()).toHaveLength(5);
  await Promise.all(peers.map((peer) => peer.acknowledgeUnknownChannels(60)));
  await expect.poll(() => server.viewers().length).toBe(1);
  expect([server.status, server.room().pid]).toEqual(["live", pid]);
  await Promise.all(peers.map((peer) => peer.close()));
  await innocent.close();
});
