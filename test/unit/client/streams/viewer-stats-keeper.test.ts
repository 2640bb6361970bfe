import { expect, test } from "vitest";
import { noDigest } from "../../../../client/streams/receiver-stats.ts";
import { ViewerStatsKeeper } from "../../../../client/streams/viewer-stats-keeper.ts";

/** A picture that is on the screen at this time. */
function show(keeper: ViewerStatsKeeper, name: number, timeMs: number): void {
  const times = { timeMs, decodedMs: timeMs, decodeMs: null, receivedMs: null };
  keeper.handleFrame({ name, presentedFrames: name, ...times }, timeMs);
}

test("how it was is told once, and not where no picture came", () => {
  const keeper = new ViewerStatsKeeper();
  expect(keeper.takeFelt()).toBeNull();
  keeper.latency.handleInput(1, 100);
  keeper.latency.handleEcho({ rtpTimestamp: 2, sequence: 1, serverMs: 7 });
  show(keeper, 1, 120);
  show(keeper, 2, 150);
  keeper.handleReceiver({ ...noDigest, freezes: 2 }, 9_000);
  keeper.handleReceiver({ ...noDigest, freezes: 2 }, 10_000);
  expect(keeper.takeFelt()).toEqual({ presses: [50], stalls: 2 });
  expect(keeper.takeFelt()).toBeNull();
  show(keeper, 3, 20_000);
  expect(keeper.takeFelt()).toEqual({ presses: [], stalls: 0 });
});

test("of many presses as many are told as a message takes", () => {
  const keeper = new ViewerStatsKeeper();
  for (let sequence = 1; sequence <= 100; sequence += 1) {
    keeper.latency.handleInput(sequence, sequence);
    keeper.latency.handleEcho({ rtpTimestamp: sequence, sequence, serverMs: 7 });
    show(keeper, sequence, sequence + 5);
  }
  expect(keeper.takeFelt()?.presses).toHaveLength(64);
});
