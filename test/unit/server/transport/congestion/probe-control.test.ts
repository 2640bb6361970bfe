/** When a way is tried for more, and what that proves: server/transport/congestion/probe-control.ts, rules PB1 to PB5. */

import { beforeEach, describe, expect, test } from "vitest";
import { ProbeControl, type ProbeNeed } from "../../../../../server/transport/congestion/probe-control.ts";
import type { PacketReport } from "../../../../../server/transport/congestion/sent-packets.ts";

const BYTES = 1200;
const need: ProbeNeed = { estimateBps: 1_000_000, wantedBps: 20_000_000, queueMs: 0, jitterMs: 0 };
let probes: ProbeControl;

beforeEach(() => {
  probes = new ProbeControl();
});

/** Sends packets at the rate of the probe until it has enough; gives when each left and to which probe it belongs. */
function fill(at: number): { readonly sentAt: number; readonly probe: number }[] {
  const sent: { readonly sentAt: number; readonly probe: number }[] = [];
  const everyMs = (BYTES * 8000) / (probes.bitrateBps ?? Number.NaN);
  while (probes.bitrateBps !== null) {
    const sentAt = at + sent.length * everyMs;
    sent.push({ sentAt, probe: probes.noteSent(BYTES, sentAt) });
  }
  return sent;
}

/** The packets of a probe as they come in: each `arrivalFactor` times as far behind the first as it left behind it. */
function arrive(
  sent: ReturnType<typeof fill>,
  arrivalFactor: number,
  lostFrom = Number.POSITIVE_INFINITY,
): PacketReport[] {
  const first = sent[0]?.sentAt ?? 0;
  return sent.map(({ sentAt, probe }, index) => ({
    sentAt,
    probe,
    arrivedAt: index >= lostFrom ? null : first + 20 + (sentAt - first) * arrivalFactor,
    bytes: BYTES,
    wasLost: false,
  }));
}

/** One probe from begin to end; gives its rate and what it proved. */
function probe(
  at: number,
  arrivalFactor = 1,
  wanted: Partial<ProbeNeed> = {},
): { rate: number | null; proven: number | null } {
  probes.begin({ ...need, ...wanted }, at);
  const rate = probes.bitrateBps;
  return { rate, proven: rate === null ? null : probes.judge(arrive(fill(at), arrivalFactor), at + 60) };
}

test("the first probe is at three times the estimate, and each that proves its rate is followed by one at twice that (PB1)", () => {
  const first = probe(0);
  expect(first.rate).toBe(3_000_000);
  expect(first.proven).toBeCloseTo(3_000_000, -5);
  const second = probe(60, 1, { estimateBps: 3_000_000 });
  expect(second.rate).toBe(6_000_000);
  // This one shows what the way carries, and is followed by none at once.
  expect(probe(120, 2, { estimateBps: 6_000_000 }).rate).toBe(12_000_000);
  expect(probe(180, 1, { estimateBps: 6_000_000 }).rate).toBeNull();
});

test("at the start there is one every 300 ms while more is wanted (PB2)", () => {
  expect(probe(0, 2).rate).not.toBeNull();
  expect(probe(299).rate).toBeNull();
  expect(probe(300).rate).not.toBeNull();
});

describe("after the start", () => {
  beforeEach(() => {
    // Its first three seconds are over, without a probe on its way.
    probe(0, 2);
    probe(3400, 2);
  });

  test("a probe at twice the estimate comes 0.7 s after a drop, then after 2 s and up to 4 s (PB2)", () => {
    probes.noteDrop(10_000);
    expect(probe(10_699).rate).toBeNull();
    expect(probe(10_700, 2).rate).toBe(2_000_000);
    const begun: number[] = [];
    for (let at = 10_800; at < 26_000; at += 10) if (probe(at, 2).rate !== null) begun.push(at);
    const pauses = begun.map((at, index) => at - (begun[index - 1] ?? 10_700));
    expect(pauses).toEqual([2000, 3200, 4000, 4000]);
  });

  test("there is none while no more than the estimate is wanted (PB2)", () => {
    probes.noteDrop(10_000);
    expect(probe(20_000, 1, { wantedBps: 1_000_000 }).rate).toBeNull();
    expect(probe(20_000, 1, { wantedBps: 1_000_001 }).rate).not.toBeNull();
  });
});

test("there is none while a queue stands, and none unless there is something to send (PB3)", () => {
  expect(probe(0, 1, { queueMs: 31 }).rate).toBeNull();
  expect(probes.bitrateBps).toBeNull();
  expect(probes.noteSent(BYTES, 10)).toBe(0);
  expect(probe(20, 1, { queueMs: 30 }).rate).not.toBeNull();
});

test("a probe lasts 15 ms, and five packets where its rate is low (PB4)", () => {
  probes.begin({ ...need, estimateBps: 4_000_000 }, 0);
  const fast = fill(0);
  // 12 Mbit/s in 15 ms.
  expect(fast).toHaveLength(Math.ceil((12_000_000 * 0.015) / (BYTES * 8)));
  probes = new ProbeControl();
  probes.begin({ ...need, estimateBps: 100_000 }, 0);
  expect(fill(0)).toHaveLength(5);
});

test("it proves the lower of the rates at which its packets left and arrived, 5 %% off where they arrived slower (PB4)", () => {
  expect(probe(0, 1).proven).toBeCloseTo(3_000_000, -5);
  probes = new ProbeControl();
  expect(probe(0, 0.8).proven).toBeCloseTo(3_000_000, -5);
  probes = new ProbeControl();
  expect(probe(0, 3).proven).toBeCloseTo(0.95 * 1_000_000, -4);
});

test("a probe of which more than a fifth was lost proves nothing (PB4)", () => {
  probes.begin({ ...need, estimateBps: 4_000_000 }, 0);
  const sent = fill(0);
  expect(probes.judge(arrive(sent, 1, Math.floor(sent.length * 0.75)), 60)).toBeNull();
});

test("where packets are late by chance a probe lasts longer, and proves less of what arrived as fast as it left (PB5)", () => {
  probes.begin({ ...need, estimateBps: 4_000_000, jitterMs: 14 }, 0);
  const sent = fill(0);
  // 10 ms more than there is on any way: three times that longer.
  expect(sent).toHaveLength(Math.ceil((12_000_000 * 0.045) / (BYTES * 8)));
  const proven = probes.judge(arrive(sent, 1), 60) ?? 0;
  const spanMs = (sent.at(-1)?.sentAt ?? 0) - (sent[0]?.sentAt ?? 0);
  expect(proven).toBeCloseTo((0.95 * (sent.length - 1) * BYTES * 8000) / (spanMs + 15), -3);
});

test("one whose packets came in less than half the time proves nothing, and is tried again soon (PB5)", () => {
  expect(probe(0, 0.4)).toEqual({ rate: 3_000_000, proven: null });
  expect(probe(109).rate).toBeNull();
  expect(probe(110).rate).not.toBeNull();
});
