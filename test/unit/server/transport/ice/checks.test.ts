/** What a viewer can make the server send to whom (CB1 to CB3, RC1 to RC3), counted where it arrives. */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RTCPeerConnection } from "werift";
import { CheckBudget } from "../../../../../server/transport/ice/check-budget.ts";
import type { IceSettings } from "../../../../../server/transport/ice/ice-servers.ts";
import { RemoteCandidates } from "../../../../../server/transport/ice/remote-candidates.ts";
import { WebRtcTransport } from "../../../../../server/transport/webrtc-transport.ts";
import { milliseconds } from "../../../../../shared/time.ts";

function candidate(address: string, port: number | string = 5000, more = "typ host", transport = "udp"): string {
  return `candidate:1 1 ${transport} 2130706431 ${address} ${port} ${more}`;
}

describe("candidates", () => {
  const open = (): RemoteCandidates => new RemoteCandidates(false);

  test("of addresses that a viewer can have are tried, in its own network as well (RC2)", () => {
    for (const address of [
      "192.168.1.20",
      "10.1.2.3",
      "169.254.7.7",
      "203.0.113.9",
      "2001:db8::7",
      "fd00::1",
      "fe80::7",
    ]) {
      expect(open().accepts(candidate(address)), address).toBe(true);
    }
    expect(open().accepts(`a=${candidate("203.0.113.9", 5000, "typ srflx raddr 10.0.0.5 rport 5000")}\r`)).toBe(true);
    expect(open().accepts(candidate("1f4712db-ea17-4bcf-a596-105139dfd8bf.local"))).toBe(true);
  });

  test("of this machine, of many and of nobody are not, but for a server that keeps to this machine (RC2)", () => {
    const ours = ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"];
    for (const address of [...ours, "0.0.0.0", "224.0.0.1", "239.1.1.1", "255.255.255.255", "::", "ff02::1"]) {
      expect(open().accepts(candidate(address)), address).toBe(false);
    }
    for (const address of ours) expect(new RemoteCandidates(true).accepts(candidate(address)), address).toBe(true);
    expect(new RemoteCandidates(true).accepts(candidate("224.0.0.1"))).toBe(false);
  });

  test("by a name, on a well-known port, of another transport or component, or unreadable are not (RC3)", () => {
    for (const text of [
      candidate("victim.example"),
      candidate("fe80::1%eth0"),
      candidate("203.0.113.9", 53),
      candidate("203.0.113.9", 1023),
      candidate("203.0.113.9", 65_536),
      candidate("203.0.113.9", "x"),
      candidate("203.0.113.9", 5000, "typ host tcptype passive", "tcp"),
      candidate("203.0.113.9").replace("1 1 udp", "1 2 udp"),
      "candidate:",
      "v=0",
    ]) {
      expect(open().accepts(text), text).toBe(false);
    }
  });

  test("are tried up to 24, and none twice (RC1)", () => {
    const candidates = open();
    expect([1, 2].map(() => candidates.accepts(candidate("203.0.113.9", 5000)))).toEqual([true, false]);
    const accepted = Array.from({ length: 40 }, (_, index) =>
      candidates.accepts(candidate("203.0.113.9", 6000 + index)),
    );
    expect(accepted.filter(Boolean)).toHaveLength(23);
  });
});

describe("the budget of checks", () => {
  let at = 0;
  let budget: CheckBudget;
  beforeEach(() => {
    at = 0;
    budget = new CheckBudget(() => milliseconds(at));
  });

  function take(count: number, address = "a", bytes = 100): number {
    let taken = 0;
    for (let index = 0; index < count; index += 1) {
      at += 20;
      if (budget.take(address, bytes)) taken += 1;
    }
    return taken;
  }

  test("is three times what came in, and at most 24 kB (CB1)", () => {
    expect(take(1)).toBe(0);
    budget.received(1_000);
    expect(take(100)).toBe(30);
    budget.received(100);
    expect(take(100)).toBe(3);
    budget.received(1_000_000);
    expect(take(1_000)).toBe(240 - 33);
  });

  test("lets 12 go at once and 60 in a second (CB2)", () => {
    budget.received(100_000);
    const atOnce = Array.from({ length: 100 }, () => budget.take("a", 100)).filter(Boolean);
    expect(atOnce).toHaveLength(12);
    at += 500;
    expect(Array.from({ length: 12 }, () => budget.take("a", 100)).filter(Boolean)).toHaveLength(12);
  });

  test("is not for who answered (CB3)", () => {
    budget.answered("a");
    expect([take(1_000, "a"), take(1, "b")]).toEqual([1_000, 0]);
  });
});

describe("a connection", () => {
  const none: IceSettings = { stun: [], turn: [], credentials: null, ports: null, publicIp: null, policy: "all" };
  let sinks: Socket[];
  let packets: number;
  let bytes: number;
  let transport: WebRtcTransport | null = null;
  let viewer: RTCPeerConnection;

  beforeEach(async () => {
    packets = 0;
    bytes = 0;
    sinks = Array.from({ length: 100 }, () => createSocket("udp4"));
    for (const sink of sinks) {
      sink.on("message", (message) => {
        packets += 1;
        bytes += message.byteLength;
      });
      sink.bind(0, "127.0.0.1");
    }
    await Promise.all(sinks.map((sink) => once(sink, "listening")));
    viewer = new RTCPeerConnection({ iceServers: [] });
    viewer.addTransceiver("video", { direction: "recvonly" });
  });
  afterEach(async () => {
    for (const sink of sinks) sink.close();
    await Promise.all([transport?.close(), viewer.close()]);
  });

  test("with 700 candidates sends few packets to the addresses that were named, and less than three times what came", async () => {
    const { sdp } = await viewer.createOffer();
    const lines = Array.from({ length: 700 }, (_, index) => {
      return `a=${candidate("127.0.0.1", sinks[index % sinks.length]?.address().port)}`;
    });
    const offer = sdp.replace(/a=mid:0\r\n/, (mid) => `${mid}${lines.join("\r\n")}\r\n`);
    expect(offer.match(/a=candidate/g)).toHaveLength(700);
    transport = new WebRtcTransport(offer, { codecs: ["h264", "vp8"], iceHost: "127.0.0.1", ice: none, ports: null });
    await transport.answer(offer, true);
    for (const [index, sink] of sinks.entries()) {
      const text = candidate("127.0.0.1", sink.address().port).replace(":1 ", `:${index} `);
      transport.addCandidate({ candidate: text, sdpMid: "0", sdpMLineIndex: 0 });
    }
    await vi.waitUntil(() => packets >= 24, { timeout: 30_000 });
    // Until the last check has been repeated for the last time.
    let before = -1;
    await vi.waitUntil(
      () => {
        const isQuiet = before === packets;
        before = packets;
        return isQuiet;
      },
      { timeout: 30_000, interval: 4_000 },
    );
    expect(packets).toBeLessThanOrEqual(24 * 7);
    expect(bytes).toBeLessThanOrEqual(Math.min(24_000, 3 * offer.length));
  }, 60_000);
});
