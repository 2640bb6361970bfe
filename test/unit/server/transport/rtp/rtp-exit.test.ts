/** Where video packets go: server/transport/rtp/rtp-exit.ts, on connections of every kind. */

import { createSecretKey, randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RTCDtlsTransport, RtpHeader } from "werift";
import { openRtpExit } from "../../../../../server/transport/rtp/rtp-exit.ts";

const GCM = 7;
const CM_SHA1_80 = 1;
const UNKNOWN = 99;
const header = new RtpHeader({ ssrc: 1, sequenceNumber: 2, timestamp: 3, payloadType: 96 });
const payload = randomBytes(1160);
/** Header, payload and tag. */
const sealedBytes: Readonly<Record<number, number>> = { [GCM]: 12 + 1160 + 16, [CM_SHA1_80]: 12 + 1160 + 10 };

let [from, to]: Socket[] = [];
let sentByWerift: Buffer[] = [];
let encryptedByWerift: Buffer[] = [];
let hasConsent = true;

function fakeTransport(profile: number, type: "stun" | "turn" | null, closed = false): RTCDtlsTransport {
  const cipher = {
    srtpSessionKey: createSecretKey(randomBytes(16)),
    srtpSessionSalt: randomBytes(profile === GCM ? 12 : 14),
    srtpSessionAuthTag: createSecretKey(randomBytes(20)),
  };
  const protocol = { type, transport: { socket: from, closed } };
  const connection = {
    nominated: type === null ? undefined : { protocol, remoteAddr: ["127.0.0.1", to?.address().port] },
    canSendApplicationData: () => hasConsent,
    send: async (bytes: Buffer) => void sentByWerift.push(bytes),
  };
  const fake = {
    srtp: { config: { profile }, localContext: { cipher } },
    iceTransport: { connection },
    sendRtp: async (bytes: Buffer) => void encryptedByWerift.push(bytes),
  };
  return fake as unknown as RTCDtlsTransport;
}

beforeEach(async () => {
  [from, to, sentByWerift, encryptedByWerift, hasConsent] = [createSocket("udp4"), createSocket("udp4"), [], [], true];
  for (const socket of [from, to]) {
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
  }
});

afterEach(() => {
  from?.close();
  to?.close();
});

/** What came within a moment, as lengths. */
async function arrived(send: () => void): Promise<number[]> {
  const lengths: number[] = [];
  to?.on("message", ({ length }) => void lengths.push(length));
  send();
  await new Promise((resolve) => setTimeout(resolve, 100));
  return lengths;
}

test.each([GCM, CM_SHA1_80])(
  "by UDP a packet goes to the socket encrypted, and not by werift (profile %i)",
  async (profile) => {
    const send = openRtpExit(fakeTransport(profile, "stun"));
    expect(await arrived(() => send(payload, header))).toEqual([sealedBytes[profile]]);
    expect([sentByWerift, encryptedByWerift]).toEqual([[], []]);
  },
);

test.each([GCM, CM_SHA1_80])("through TURN it is encrypted here and sent by werift (profile %i)", async (profile) => {
  const send = openRtpExit(fakeTransport(profile, "turn"));
  expect(await arrived(() => send(payload, header))).toEqual([]);
  expect(sentByWerift.map(({ length }) => length)).toEqual([sealedBytes[profile]]);
});

test("by a cipher that is not known here werift encrypts and sends", async () => {
  const send = openRtpExit(fakeTransport(UNKNOWN, "stun"));
  expect(await arrived(() => send(payload, header))).toEqual([]);
  expect(encryptedByWerift).toEqual([payload]);
});

test("who no longer consents is sent nothing", async () => {
  const send = openRtpExit(fakeTransport(GCM, "stun"));
  hasConsent = false;
  expect(await arrived(() => send(payload, header))).toEqual([]);
  expect(sentByWerift).toEqual([]);
});

test("a closed socket and a lost way throw nothing", async () => {
  for (const transport of [fakeTransport(GCM, "stun", true), fakeTransport(GCM, null)]) {
    const send = openRtpExit(transport);
    expect(await arrived(() => send(payload, header))).toEqual([]);
  }
});
