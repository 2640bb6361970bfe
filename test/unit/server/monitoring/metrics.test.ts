import { expect, test } from "vitest";
import { Metrics } from "../../../../server/monitoring/metrics.ts";
import type { SessionReport, WayReport } from "../../../../server/session/session-report.ts";

function reportOf(ways: readonly WayReport[]): SessionReport {
  const counts = { rendered: 0, encoded: 0, skipped: 0, sentFrames: 0, droppedFrames: 0, sentBytes: 0, sentPackets: 0 };
  return {
    ...counts,
    ...{ retransmittedPackets: 0, parityPackets: 0, keyFrames: 0, rejectedInputs: 0, glErrors: 0, replacedFrames: 0 },
    viewers: ways.length,
    encoders: 1,
    tiers: [],
    queueShares: [],
    ways,
    stageMs: { render: [], readback: [], convert: [], encode: [], send: [] },
    cpuMs: { render: 0, encode: 0, transport: 0, mux: 0 },
  };
}

const good: WayReport = { estimateBps: 20e6, loss: 0, roundTripMs: 20, queueMs: 0 };
const bad: WayReport = { estimateBps: 400e3, loss: 0.08, roundTripMs: 300, queueMs: 200 };
const unknown: WayReport = { estimateBps: null, loss: 0, roundTripMs: null, queueMs: null };

test("the ways to the viewers of a room are counted by what is known of them", async () => {
  const metrics = new Metrics();
  metrics.handleReport("lab", reportOf([good, bad, unknown]));
  const text = await metrics.text();
  const bucket = (name: string, le: string) =>
    Number(new RegExp(`^scenecast_way_${name}_bucket\\{le="${le}",room="lab"\\} (\\d+)$`, "m").exec(text)?.[1]);
  expect([bucket("estimate_bits_per_second", "500000"), bucket("estimate_bits_per_second", "\\+Inf")]).toEqual([1, 2]);
  expect([bucket("loss_ratio", "0.05"), bucket("loss_ratio", "0.1")]).toEqual([2, 3]);
  expect([bucket("round_trip_seconds", "0.025"), bucket("round_trip_seconds", "0.4")]).toEqual([1, 2]);
  expect([bucket("queue_seconds", "0.005"), bucket("queue_seconds", "0.32")]).toEqual([1, 2]);
});

test("nothing is left of a room that is no more", async () => {
  const metrics = new Metrics();
  metrics.handleReport("lab", reportOf([good]));
  metrics.handleReport("", reportOf([bad]));
  metrics.forgetRoom("lab");
  const text = await metrics.text();
  expect(text).not.toContain('room="lab"');
  expect(text).toContain('scenecast_way_loss_ratio_count{room=""} 1');
  expect(text).toContain('scenecast_encoders{room=""} 1');
});
