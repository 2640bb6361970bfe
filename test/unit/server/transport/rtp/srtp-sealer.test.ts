/** Outgoing SRTP: server/transport/rtp/srtp-sealer.ts. Read again by werift's own, which shares nothing with it. */

import { createSecretKey, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { RtpHeader, RtpPacket, SrtpSession } from "werift";
import { SrtpSealer } from "../../../../../server/transport/rtp/srtp-sealer.ts";

const profiles = { "AES-GCM": 7, "AES-CM with HMAC-SHA1": 1 } as const;

/** A sealer, and the session of a viewer that has the same keys. */
function pair(profile: 1 | 7): { readonly sealer: SrtpSealer; open(parts: readonly Buffer[]): RtpPacket } {
  const saltBytes = profile === 7 ? 12 : 14;
  const keys = {
    localMasterKey: randomBytes(16),
    localMasterSalt: randomBytes(saltBytes),
    remoteMasterKey: randomBytes(16),
    remoteMasterSalt: randomBytes(saltBytes),
  };
  const viewer = new SrtpSession({ keys, profile });
  const { cipher } = viewer.remoteContext as unknown as {
    readonly cipher: Record<"srtpSessionKey" | "srtpSessionSalt" | "srtpSessionAuthTag", Buffer>;
  };
  const common = { key: createSecretKey(cipher.srtpSessionKey), salt: cipher.srtpSessionSalt };
  const sealer = new SrtpSealer(
    profile === 7
      ? { kind: "gcm", ...common }
      : { kind: "cm-sha1", ...common, authKey: createSecretKey(cipher.srtpSessionAuthTag) },
  );
  return { sealer, open: (parts) => RtpPacket.deSerialize(viewer.decrypt(Buffer.concat(parts))) };
}

function headerOf(sequenceNumber: number, ssrc = 0xfedcba98): Buffer {
  const extensions = [{ id: 1, payload: Buffer.from("0") }];
  const header = new RtpHeader({ ssrc, sequenceNumber, timestamp: 0xffff_fff0, payloadType: 96, extensions });
  return header.serialize(header.serializeSize);
}

describe.each(Object.entries(profiles))("%s", (_, profile) => {
  test("what is sealed, a viewer opens", () => {
    const { sealer, open } = pair(profile);
    for (const size of [1, 15, 16, 17, 1160]) {
      const payload = randomBytes(size);
      const packet = open(sealer.seal(headerOf(100 + size), payload));
      expect(packet.payload).toEqual(payload);
      expect(packet.header).toMatchObject({ ssrc: 0xfedcba98, sequenceNumber: 100 + size, timestamp: 0xffff_fff0 });
    }
  });

  test("SE1: the numbers of two streams wrap around, each by itself, more than once", () => {
    const { sealer, open } = pair(profile);
    for (let step = 0; step < 3 * 65_536; step += 97) {
      for (const ssrc of [1, 2]) {
        const payload = Buffer.from(`${ssrc} ${step}`);
        const sequence = (30_000 * ssrc + step) & 0xffff;
        expect(open(sealer.seal(headerOf(sequence, ssrc), payload)).payload.equals(payload)).toBe(true);
      }
    }
  });

  test("SE1: a packet that is sent again is the same as it was, also across the wrap", () => {
    const { sealer } = pair(profile);
    const seal = (sequence: number) => Buffer.concat(sealer.seal(headerOf(sequence), Buffer.from("x")));
    const before = [65_530, 65_535, 0, 5].map(seal);
    expect([65_530, 65_535, 0, 5].map(seal)).toEqual(before);
    for (let sequence = 6; sequence < 65_530; sequence += 5_000) seal(sequence);
    expect(seal(65_530)).not.toEqual(before[0]);
  });

  test("a packet that was changed on the way is not opened", () => {
    const { sealer, open } = pair(profile);
    for (const part of [0, 1, 2]) {
      const parts = sealer.seal(headerOf(200 + part), randomBytes(64));
      const bytes = parts[part] ?? Buffer.alloc(0);
      const last = bytes.length - 1;
      bytes[last] = (bytes[last] ?? 0) ^ 1;
      expect(() => open(parts)).toThrow();
    }
  });
});
