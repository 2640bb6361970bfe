import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import dns from "node:dns/promises";
import { once } from "node:events";
import { syncBuiltinESMExports } from "node:module";
import { afterEach, describe, expect, test, vi } from "vitest";
import { RTCPeerConnection } from "werift";
import { advertise, isMdnsCandidate } from "../../../../../server/transport/ice/ice-candidates.ts";
import { type IceSettings, iceServersFor } from "../../../../../server/transport/ice/ice-servers.ts";
import { PortPool } from "../../../../../server/transport/ice/port-pool.ts";
import { WebRtcTransport } from "../../../../../server/transport/webrtc-transport.ts";
import { streamCodecs } from "../../../../../shared/video.ts";

const none: IceSettings = { stun: [], turn: [], credentials: null, ports: null, publicIp: null, policy: "all" };

describe("servers for a viewer", () => {
  const turn = ["turn:a.org?transport=udp", "turns:a.org:443"];

  test("STUN servers go without credentials, TURN servers with those that were given", () => {
    const credentials = { kind: "static", username: "u", password: "p" } as const;
    expect(iceServersFor({ ...none, stun: ["stun:a.org"], turn, credentials }, "v")).toEqual([
      { urls: "stun:a.org" },
      { urls: turn[0], username: "u", credential: "p" },
      { urls: turn[1], username: "u", credential: "p" },
    ]);
    expect(iceServersFor(none, "v")).toEqual([]);
  });

  test("credentials from a secret are the viewer's own, expire, and are what coturn computes", () => {
    const settings = { ...none, turn, credentials: { kind: "secret", secret: "north", ttlSeconds: 3600 } } as const;
    const [server] = iceServersFor(settings, "viewer-1", 1_433_895_918_506);
    expect(server?.username).toBe("1433899518:viewer-1");
    const command = "printf %s 1433899518:viewer-1 | openssl dgst -sha1 -hmac north -binary | openssl base64";
    expect(`${server?.credential}\n`).toBe(execFileSync("sh", ["-c", command], { encoding: "utf8" }));
    expect(iceServersFor(settings, "viewer-2", 1_433_895_918_506)[0]?.credential).not.toBe(server?.credential);
  });
});

describe("candidates", () => {
  const host = (address: string, port = 5000): string =>
    `candidate:abc 1 udp 2130706431 ${address} ${port} typ host generation 0`;

  test("the public address stands in place of the machine's own, but not of loopback's and of other families'", () => {
    expect(advertise(host("10.0.0.5"), "203.0.113.9")).toBe(host("203.0.113.9"));
    expect(advertise(host("10.0.0.5"), null)).toBe(host("10.0.0.5"));
    for (const address of ["127.0.0.1", "::1", "fd00::5"]) {
      expect(advertise(host(address), "203.0.113.9")).toBe(host(address));
    }
    expect(advertise(host("fd00::5"), "2001:db8::9")).toBe(host("2001:db8::9"));
    const srflx = "candidate:abc 1 udp 1 198.51.100.1 5000 typ srflx raddr 10.0.0.5 rport 5000";
    expect(advertise(srflx, "203.0.113.9")).toBe(srflx);
    const sdp = `v=0\r\nc=IN IP4 10.0.0.5\r\na=${host("10.0.0.5", 1)}\r\na=${host("10.0.0.6", 2)}\r\na=mid:0\r\n`;
    expect(advertise(sdp, "203.0.113.9")).toBe(
      `v=0\r\nc=IN IP4 10.0.0.5\r\na=${host("203.0.113.9", 1)}\r\na=${host("203.0.113.9", 2)}\r\na=mid:0\r\n`,
    );
  });

  test("a browser's hidden address is known by its name", () => {
    expect(isMdnsCandidate(host("1f4712db-ea17-4bcf-a596-105139dfd8bf.local"))).toBe(true);
    expect(isMdnsCandidate(`a=${host("1f4712db-ea17-4bcf-a596-105139dfd8bf.local")}\r`)).toBe(true);
    expect(isMdnsCandidate(host("10.0.0.5"))).toBe(false);
    expect(isMdnsCandidate("v=0")).toBe(false);
  });
});

test("a pool lends each port once, in turn, and again when it is given back", () => {
  const pool = new PortPool({ first: 5000, last: 5002 });
  expect([pool.take(), pool.take()]).toEqual([5000, 5001]);
  pool.giveBack(5000);
  expect([pool.take(), pool.take(), pool.take()]).toEqual([5002, 5000, null]);
  pool.giveBack(5001);
  expect(pool.take()).toBe(5001);
});

describe("a connection", () => {
  const open: WebRtcTransport[] = [];
  const viewers: RTCPeerConnection[] = [];
  afterEach(async () => {
    await Promise.all([...open.splice(0), ...viewers.splice(0)].map((one) => one.close()));
  });

  async function makeOffer(): Promise<string> {
    const viewer = new RTCPeerConnection({ iceServers: [] });
    viewers.push(viewer);
    viewer.addTransceiver("video", { direction: "recvonly" });
    return (await viewer.createOffer()).sdp;
  }

  /** The host candidates of an answer without trickle, as address and port. */
  async function candidatesOf(ice: Partial<IceSettings>, ports: PortPool | null = null, iceHost: string | null = null) {
    const offer = await makeOffer();
    const transport = new WebRtcTransport(offer, { codecs: streamCodecs, iceHost, ice: { ...none, ...ice }, ports });
    open.push(transport);
    const answer = await transport.answer(offer, false);
    return [...answer.matchAll(/a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ (\w+)/g)].map(([, address, port, type]) => ({
      address: address ?? "",
      port: Number(port),
      type,
    }));
  }

  test("asks no STUN server that was not named", async () => {
    const lookup = vi.spyOn(dns, "lookup");
    syncBuiltinESMExports();
    expect(await candidatesOf({})).not.toEqual([]);
    expect(lookup).not.toHaveBeenCalled();
    lookup.mockRestore();
    syncBuiltinESMExports();
  });

  test("asks the STUN server that was named", async () => {
    const stun = createSocket("udp4").bind(0, "127.0.0.1");
    await once(stun, "listening");
    const heard = once(stun, "message");
    const answered = candidatesOf({ stun: [`stun:127.0.0.1:${stun.address().port}`] });
    const [message] = (await heard) as [Buffer];
    // A binding request with its magic cookie (RFC 8489 section 5).
    expect([message.readUInt16BE(0), message.readUInt32BE(4)]).toEqual([1, 0x2112a442]);
    stun.close();
    await answered;
  }, 15_000);

  test("keeps to the ports for video, however many viewers come at once, and gives them back", async () => {
    const pool = new PortPool({ first: 51_000, last: 51_199 });
    const soon = (i: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, i / 2));
    const viewers = Array.from({ length: 20 }, (_, i) => soon(i).then(() => candidatesOf({}, pool)));
    const all = (await Promise.all(viewers)).flat();
    const used = all.map(({ port }) => port);
    expect(used.length).toBeGreaterThanOrEqual(20);
    for (const port of used) expect(port).toSatisfy((one: number) => one >= 51_000 && one <= 51_199);
    expect(new Set(used).size).toBe(used.length);
    await Promise.all(open.splice(0).map((transport) => transport.close()));
    const free = Array.from({ length: 200 }, () => pool.take());
    expect(free).not.toContain(null);
  });

  test("with every port taken by others it has no candidate, says so, and does not fall", async () => {
    const taken = createSocket("udp4").bind(51_300);
    await once(taken, "listening");
    const pool = new PortPool({ first: 51_300, last: 51_301 });
    pool.take();
    expect((await candidatesOf({}, pool, "127.0.0.1")).map(({ port }) => port)).toEqual([51_301]);
    await expect(candidatesOf({}, pool, "127.0.0.1")).rejects.toMatchObject({ code: "too-many-viewers" });
    taken.close();
  });

  test("tells the public address", async () => {
    const addresses = (await candidatesOf({ publicIp: "203.0.113.9" })).map(({ address }) => address);
    for (const address of addresses) expect(address).toMatch(/^(203\.0\.113\.9|127\.0\.0\.1|.*:.*)$/);
  });

  test("bears names for multicast DNS, in the offer and after it, also where the port is held", async () => {
    const held = createSocket("udp4").bind(5353);
    // Where another program has it already, that will do.
    await once(held, "listening").catch(() => undefined);
    const stray: unknown[] = [];
    const note = (error: unknown): void => void stray.push(error);
    process.on("uncaughtException", note);
    const line = "candidate:1 1 udp 2113937151 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 5000 typ host";
    const offer = `${await makeOffer()}a=${line}\r\n`;
    for (const iceHost of [null, "127.0.0.1"]) {
      const transport = new WebRtcTransport(offer, { codecs: streamCodecs, iceHost, ice: none, ports: null });
      open.push(transport);
      await transport.answer(offer, false);
      for (let i = 0; i < 20; i += 1) transport.addCandidate({ candidate: line, sdpMid: "0", sdpMLineIndex: 0 });
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.off("uncaughtException", note);
    held.close();
    expect(stray).toEqual([]);
  });
});
