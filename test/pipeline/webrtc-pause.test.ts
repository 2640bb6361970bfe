/** A viewer by WebRTC that looks away: its stream stands still and goes on, as numbered packets show that a client gets. */

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { RTCPeerConnection, type RtpPacket } from "werift";
import { parseFeedback } from "../../shared/feedback.ts";
import { now } from "../../shared/time.ts";
import { pointerInput } from "../support/input-samples.ts";
import { withoutStun } from "../support/loopback-peer.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { SceneSession } from "../support/scene-session.ts";
import { untilSteady } from "../support/until-steady.ts";

/** At once, on a machine that may be busy. What is waited for until somebody asks again takes seconds. */
const AT_ONCE_MS = 1000;

/** Joins by an offer with all candidates in it, as a page does, and notes the packets that come. */
async function connect(scene: SceneSession, viewerId: string, person: number) {
  const peer = new RTCPeerConnection({ iceServers: [] });
  const packets: { readonly sequence: number; readonly at: number }[] = [];
  const feedback: string[] = [];
  const codecs: string[] = [];
  const transceiver = peer.addTransceiver("video", { direction: "recvonly" });
  transceiver.onTrack.subscribe((track) => {
    track.onReceiveRtp.subscribe(({ header, payload }: RtpPacket) => {
      if (payload.length > 0) packets.push({ sequence: header.sequenceNumber, at: now() });
    });
  });
  for (const label of ["pointer", "control"]) {
    peer.createDataChannel(label).onMessage.subscribe((data) => {
      if (typeof data !== "string") feedback.push(parseFeedback(new Uint8Array(data))?.kind ?? "unknown");
    });
  }
  scene.session.on("viewerMessageSent", ({ viewerId: to, message }) => {
    if (to !== viewerId) return;
    if (message.kind === "answer") {
      codecs.push(message.codec);
      void peer.setRemoteDescription({ type: "answer", sdp: message.sdp });
    }
    if (message.kind === "candidate") void peer.addIceCandidate({ ...message.candidate, sdpMid: "0" });
  });
  scene.session.viewers.join(viewerId, { person, paused: false });
  await withoutStun(peer).setLocalDescription(await peer.createOffer());
  await expect.poll(() => peer.iceGatheringState).toBe("complete");
  scene.session.viewers.handleMessage(viewerId, {
    kind: "offer",
    connection: 1,
    sdp: peer.localDescription?.sdp ?? "",
  });
  return { peer, packets, feedback, codecs };
}

test("a pause leaves no gap in the packets and no pulse comes in it; after it a picture comes at once", async () => {
  await using scene = await SceneSession.start(sceneFixture("quadrants"));
  const { peer, packets, feedback, codecs } = await connect(scene, "webrtc", 1);
  // Of the same codec, so that its encoder goes on without beginning anew.
  const other = scene.join("other", 2, false, "vp8");
  scene.session.viewers.setControllers(["other"]);
  await expect.poll(() => packets.length).toBeGreaterThan(0);
  expect(codecs).toEqual(["vp8"]);
  await untilSteady(() => [packets.length, other.frames.length], 1200);
  scene.session.viewers.handleMessage("webrtc", { kind: "pause", paused: true });
  const [sent = 0, told = 0] = await untilSteady(() => [packets.length, feedback.length], 200);
  for (let round = 0; round < 10; round += 1) {
    other.input(pointerInput("down"), pointerInput("up"));
    await sleep(120);
  }
  // Until the scene rests: nothing but a key frame that was asked for is sent then.
  await untilSteady(() => other.frames.length, 800);
  expect(other.frames.length).toBeGreaterThan(4);
  expect([packets.length, feedback.length]).toEqual([sent, told]);
  const asked = now();
  scene.session.viewers.handleMessage("webrtc", { kind: "pause", paused: false });
  await expect.poll(() => packets.length, { interval: 2 }).toBeGreaterThan(sent);
  expect((packets[sent]?.at ?? Number.POSITIVE_INFINITY) - asked).toBeLessThan(AT_ONCE_MS);
  expect(packets[sent]?.sequence).toBe(((packets[sent - 1]?.sequence ?? 0) + 1) & 0xffff);
  await peer.close();
});

test("who connects by WebRTC is told of the pointers that are there as soon as its channel is open", async () => {
  await using scene = await SceneSession.start(sceneFixture("quadrants"));
  const other = scene.join("other", 2);
  await expect.poll(() => other.frames.length).toBeGreaterThan(0);
  other.input(pointerInput("move"));
  await untilSteady(() => other.frames.length, 700);
  const { peer, feedback } = await connect(scene, "webrtc", 1);
  await expect.poll(() => feedback.includes("pointers")).toBe(true);
  await peer.close();
});
