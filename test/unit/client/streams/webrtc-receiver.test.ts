/** Owns the checks of how a connection by WebRTC dies, with a browser's part that does what the test says. */

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type WebRtcDeath, WebRtcReceiver } from "../../../../client/streams/webrtc-receiver.ts";

class FakePeer extends EventTarget {
  static last: FakePeer;
  static offer: () => Promise<{ readonly sdp: string }> = async () => ({ sdp: "v=0" });
  connectionState = "new";
  signalingState = "stable";

  constructor() {
    super();
    FakePeer.last = this;
  }

  createDataChannel(): EventTarget {
    return Object.assign(new EventTarget(), { readyState: "connecting" });
  }

  addTransceiver(): object {
    return { receiver: {} };
  }

  createOffer(): Promise<{ readonly sdp: string }> {
    return FakePeer.offer();
  }

  async setLocalDescription(): Promise<void> {
    this.signalingState = "have-local-offer";
  }

  async setRemoteDescription(): Promise<void> {
    this.signalingState = "stable";
  }

  close(): void {}

  become(state: string): void {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("RTCPeerConnection", FakePeer);
  FakePeer.offer = async () => ({ sdp: "v=0" });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function start(): { readonly receiver: WebRtcReceiver; readonly deaths: WebRtcDeath[] } {
  const receiver = new WebRtcReceiver([]);
  const deaths: WebRtcDeath[] = [];
  receiver.on("died", ({ reason }) => deaths.push(reason));
  void receiver.start();
  return { receiver, deaths };
}

it("dies where the browser makes no offer, or throws", async () => {
  FakePeer.offer = () => new Promise(() => {});
  const silent = start();
  await vi.advanceTimersByTimeAsync(4900);
  expect(silent.deaths).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(silent.deaths).toEqual(["failed"]);
  FakePeer.offer = () => Promise.reject(new Error("Refused by policy."));
  const refused = start();
  await vi.advanceTimersByTimeAsync(0);
  expect(refused.deaths).toEqual(["failed"]);
});

it("is unanswered where the server says nothing", async () => {
  const { deaths } = start();
  await vi.advanceTimersByTimeAsync(5100);
  expect(deaths).toEqual(["unanswered"]);
});

it("is blocked where both ends agreed and nothing got through, and not where it was connected", async () => {
  const blocked = start();
  await vi.advanceTimersByTimeAsync(0);
  await blocked.receiver.handleAnswer("v=0");
  await vi.advanceTimersByTimeAsync(10_100);
  expect(blocked.deaths).toEqual(["blocked"]);
  const lost = start();
  await vi.advanceTimersByTimeAsync(0);
  await lost.receiver.handleAnswer("v=0");
  FakePeer.last.become("connected");
  FakePeer.last.become("failed");
  expect(lost.deaths).toEqual(["failed"]);
  lost.receiver.close();
});
