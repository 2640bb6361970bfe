/** Parity packets (rules FF1 to FF4) and when they are sent (PR1 to PR4), against a decoder after the draft. */

import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type FrameStep, Parity, protectedSteps } from "../../../../../server/transport/rtp/flex-fec.ts";
import { ParityPolicy } from "../../../../../server/transport/rtp/parity-policy.ts";
import { protectedBy, recover } from "../../../../support/parity-decoder.ts";

const SSRC = 0x8765_4321;
const FIRST = 65_530;

type Packet = { readonly header: Buffer; readonly payload: Buffer };

/** Of one stream from a number shortly before the wrap on, all else by chance: flags, marker, type, time, extension. */
function packetOf(index: number, payloadBytes: number, extensionBytes: number): Packet {
  const header = randomBytes(12 + extensionBytes);
  header.writeUInt8((header.readUInt8(0) & 0x3f) | 0x80, 0);
  header.writeUInt16BE((FIRST + index) & 0xffff, 2);
  header.writeUInt32BE(SSRC, 8);
  return { header, payload: randomBytes(payloadBytes) };
}

function frameOf(count: number): Packet[] {
  return Array.from({ length: count }, (_, index) => packetOf(index, 1 + ((index * 577) % 1140), (index % 4) * 4));
}

/** What a frame is sent with: the parity payloads in their order. */
function paritiesOf(frame: readonly Packet[]): { steps: FrameStep[]; payloads: Buffer[] } {
  const steps = protectedSteps(
    frame.map(({ header, payload }) => header.length + payload.length),
    SSRC,
  );
  const payloads: Buffer[] = [];
  for (const step of steps) {
    if (step.kind === "parity") payloads.push(step.parity.payload());
    else {
      const packet = frame[step.index];
      if (packet !== undefined) step.parity?.add(packet.header, packet.payload);
    }
  }
  return { steps, payloads };
}

function byNumber(packets: readonly Packet[]): Map<number, Buffer> {
  return new Map(packets.map(({ header, payload }) => [header.readUInt16BE(2), Buffer.concat([header, payload])]));
}

describe("parity packets", () => {
  it.each([2, 7, 10, 15, 16, 33, 40])("give back each single packet of %i, bit for bit (FF1)", (count) => {
    const frame = frameOf(count);
    const { payloads } = paritiesOf(frame);
    for (const lost of byNumber(frame).entries()) {
      const [number, bytes] = lost;
      const rest = byNumber(frame);
      rest.delete(number);
      const parity = payloads.find((payload) => protectedBy(payload).sequences.includes(number));
      expect(parity === undefined ? null : recover(parity, rest)).toEqual(bytes);
    }
  });

  it("give back as many in a row as there are parity packets (FF3)", () => {
    const frame = frameOf(33);
    const { payloads } = paritiesOf(frame);
    expect(payloads).toHaveLength(4);
    for (let from = 0; from + 4 <= frame.length; from += 1) {
      const rest = byNumber(frame.toSpliced(from, 4));
      const lost = byNumber(frame.slice(from, from + 4));
      const again = payloads.map((payload) => recover(payload, rest));
      expect(new Map(again.map((packet) => [packet.readUInt16BE(2), packet]))).toEqual(
        new Map([...lost].toSorted(([one], [other]) => payloads.findIndex(has(one)) - payloads.findIndex(has(other)))),
      );
    }
  });

  it("stand for ten packets at most and follow theirs within forty, none left out (FF2, FF3)", () => {
    const frame = frameOf(500);
    const { steps, payloads } = paritiesOf(frame);
    const all = payloads.map((payload) => protectedBy(payload).sequences);
    expect(Math.max(...all.map(({ length }) => length))).toBe(10);
    expect(all.flat().toSorted(inOrder)).toEqual(frame.map((_, index) => (FIRST + index) & 0xffff));
    const order = steps.flatMap((step) => (step.kind === "video" ? [step.index] : []));
    expect(order).toEqual(frame.map((_, index) => index));
    for (const [at, step] of steps.entries()) {
      if (step.kind === "video") continue;
      const covered = steps.slice(0, at).flatMap((one, index) => (one.parity === step.parity ? [index] : []));
      expect(covered.length).toBeGreaterThan(0);
      expect(at - (covered[0] ?? 0)).toBeLessThan(44);
    }
  });

  it("are as large as was said, or smaller", () => {
    for (const count of [2, 16, 40]) {
      const { steps, payloads } = paritiesOf(frameOf(count));
      const said = steps.flatMap((step) => (step.kind === "parity" ? [step.bytes] : []));
      for (const [index, payload] of payloads.entries()) {
        expect(payload.length + 12).toBeLessThanOrEqual(said[index] ?? 0);
      }
    }
  });

  it("have the shorter mask for the first fifteen numbers and the longer one from the sixteenth on", () => {
    const lengths = [15, 16, 46].map((count) => {
      const parity = new Parity(SSRC);
      parity.add(...argumentsOf(packetOf(0, 100, 0)));
      parity.add(...argumentsOf(packetOf(count - 1, 100, 0)));
      const { sequences, headBytes } = protectedBy(parity.payload());
      expect(sequences).toEqual([FIRST, (FIRST + count - 1) & 0xffff]);
      return headBytes;
    });
    expect(lengths).toEqual([20, 24, 24]);
  });
});

describe("the policy of parity", () => {
  const sizes = new Array(8).fill(1200);
  const parityOf = (policy: ParityPolicy, packets = sizes) =>
    policy.stepsOf(packets, SSRC).filter(({ kind }) => kind === "parity").length;

  /** Reports a loss every 100 ms. */
  function report(policy: ParityPolicy, loss: number, fromMs: number, toMs: number): void {
    for (let at = fromMs; at < toMs; at += 100) policy.noteLoss(loss, at);
  }

  it("has none without losses, some soon after they begin, and none soon after they end (PR1)", () => {
    const policy = new ParityPolicy();
    report(policy, 0, 0, 5000);
    expect(parityOf(policy)).toBe(0);
    report(policy, 0.02, 5000, 9000);
    expect(parityOf(policy)).toBe(1);
    // Less than would have begun it.
    report(policy, 0.003, 9000, 30_000);
    expect(parityOf(policy)).toBe(1);
    report(policy, 0, 30_000, 33_000);
    expect(parityOf(policy)).toBe(0);
    report(policy, 0.003, 33_000, 60_000);
    expect(parityOf(policy)).toBe(0);
  });

  it("does not take the drops of a full queue for a bad way (PR1)", () => {
    const policy = new ParityPolicy();
    report(policy, 0, 0, 1000);
    report(policy, 0.4, 1000, 1500);
    expect(parityOf(policy)).toBe(0);
    report(policy, 0, 1500, 10_000);
    expect(parityOf(policy)).toBe(0);
  });

  it("leaves frames of few packets alone (PR3)", () => {
    const policy = new ParityPolicy();
    report(policy, 0.05, 0, 5000);
    expect([1, 3, 4, 8].map((packets) => parityOf(policy, sizes.slice(0, packets)))).toEqual([0, 0, 1, 1]);
  });

  it("says what is left for video (PR4)", () => {
    const policy = new ParityPolicy();
    expect(policy.videoPart).toBe(1);
    for (let frame = 0; frame < 300; frame += 1) policy.stepsOf(sizes, SSRC);
    expect(policy.videoPart).toBe(1);
    report(policy, 0.02, 0, 5000);
    for (let frame = 0; frame < 300; frame += 1) policy.stepsOf(sizes, SSRC);
    expect(policy.videoPart).toBeGreaterThan(0.87);
    expect(policy.videoPart).toBeLessThan(0.89);
    report(policy, 0, 5000, 30_000);
    for (let frame = 0; frame < 300; frame += 1) policy.stepsOf(sizes, SSRC);
    expect(policy.videoPart).toBeGreaterThan(0.999);
  });
});

function has(number: number): (payload: Buffer) => boolean {
  return (payload) => protectedBy(payload).sequences.includes(number);
}

function argumentsOf({ header, payload }: Packet): [header: Buffer, payload: Buffer] {
  return [header, payload];
}

/** Numbers from FIRST on, across the wrap. */
function inOrder(one: number, other: number): number {
  return ((one - FIRST) & 0xffff) - ((other - FIRST) & 0xffff);
}
