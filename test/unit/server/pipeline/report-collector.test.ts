import { expect, test } from "vitest";
import { ReportCollector } from "../../../../server/pipeline/report-collector.ts";
import { unknownWay } from "../../../../server/transport/transport.ts";

test("a report tells of each way while frames are encoded, and at rest of none, as nothing is known anew", () => {
  const report = new ReportCollector();
  const way = { bitrateBps: 2e6, beginBps: 1e6, roundTripMs: 40, queueMs: 7, loss: 0.01, pageShare: 1 };
  const tier = { codec: "h264", size: { width: 640, height: 360 }, maxFps: 30, bitrateBps: 1e6 } as const;
  report.count("encoded", 3);
  expect(report.take(2, [tier], [way, unknownWay])).toMatchObject({
    encoded: 3,
    viewers: 2,
    encoders: 1,
    tiers: [tier],
    ways: [
      { estimateBps: 2e6, roundTripMs: 40, queueMs: 7, loss: 0.01 },
      { estimateBps: null, roundTripMs: null, queueMs: null, loss: 0 },
    ],
  });
  expect(report.take(2, [tier], [way])).toMatchObject({ encoded: 0, ways: [] });
});
