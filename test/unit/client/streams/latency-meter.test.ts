/** Owns the checks of the time from hand to eye. */

import { describe, expect, it } from "vitest";
import { LatencyMeter } from "../../../../client/streams/latency-meter.ts";

describe("LatencyMeter", () => {
  it("knows nothing before the first measurement", () => {
    expect(new LatencyMeter().digest()).toBeNull();
  });

  it("measures when the echo comes before the picture", () => {
    const meter = new LatencyMeter();
    meter.handleInput(1, 100);
    meter.handleEcho({ rtpTimestamp: 9000, sequence: 1, serverMs: 7 });
    meter.handleFrame(6000, 110);
    expect(meter.digest()).toBeNull();
    meter.handleFrame(9000, 140);
    expect(meter.digest()?.lastMs).toBe(40);
  });

  it("measures when the picture comes before the echo", () => {
    const meter = new LatencyMeter();
    meter.handleInput(1, 100);
    meter.handleFrame(6000, 110);
    meter.handleFrame(9000, 130);
    meter.handleFrame(12000, 150);
    meter.handleEcho({ rtpTimestamp: 9000, sequence: 1, serverMs: 7 });
    expect(meter.digest()?.lastMs).toBe(30);
  });

  it("takes the next picture when the screen skipped the one of the echo", () => {
    const meter = new LatencyMeter();
    meter.handleInput(1, 100);
    meter.handleEcho({ rtpTimestamp: 9000, sequence: 1, serverMs: 7 });
    meter.handleFrame(12000, 150);
    expect(meter.digest()?.lastMs).toBe(50);
  });

  it("goes on when the RTP clock wraps around", () => {
    const meter = new LatencyMeter();
    meter.handleInput(1, 100);
    meter.handleEcho({ rtpTimestamp: 500, sequence: 1, serverMs: 7 });
    meter.handleFrame(2 ** 32 - 1000, 120);
    expect(meter.digest()).toBeNull();
    meter.handleFrame(500, 135);
    expect(meter.digest()?.lastMs).toBe(35);
  });

  it("measures an input once", () => {
    const meter = new LatencyMeter();
    meter.handleInput(1, 100);
    meter.handleFrame(9000, 130);
    meter.handleEcho({ rtpTimestamp: 9000, sequence: 1, serverMs: 7 });
    meter.handleEcho({ rtpTimestamp: 9000, sequence: 1, serverMs: 7 });
    expect(meter.digest()?.count).toBe(1);
  });

  it("ignores echoes of inputs that nobody made, and pictures older than their input", () => {
    const meter = new LatencyMeter();
    meter.handleInput(5, 100);
    meter.handleFrame(9000, 90);
    meter.handleEcho({ rtpTimestamp: 9000, sequence: 77, serverMs: 7 });
    meter.handleEcho({ rtpTimestamp: 9000, sequence: 5, serverMs: 7 });
    expect(meter.digest()).toBeNull();
  });

  it("gives median and 95th percentile of the last 50", () => {
    const meter = new LatencyMeter();
    for (let index = 1; index <= 150; index += 1) {
      meter.handleInput(index, 0);
      meter.handleEcho({ rtpTimestamp: index, sequence: index, serverMs: 7 });
      meter.handleFrame(index, index <= 100 ? 5000 : index - 100);
    }
    expect(meter.digest()).toEqual({ lastMs: 50, lastServerMs: 7, medianMs: 25, p95Ms: 48, count: 50 });
  });

  it("forgets the pictures of another stream, and not the inputs", () => {
    const meter = new LatencyMeter();
    meter.handleInput(1, 100);
    meter.handleEcho({ rtpTimestamp: 9000, sequence: 1, serverMs: 7 });
    meter.restartFrames();
    meter.handleFrame(9000, 130);
    expect(meter.digest()).toBeNull();
    meter.handleEcho({ rtpTimestamp: 9000, sequence: 1, serverMs: 7 });
    expect(meter.digest()?.lastMs).toBe(30);
  });

  it("forgets everything that waited in another session", () => {
    const meter = new LatencyMeter();
    meter.handleInput(1, 100);
    meter.handleEcho({ rtpTimestamp: 9000, sequence: 1, serverMs: 7 });
    meter.restart();
    meter.handleFrame(9000, 130);
    expect(meter.digest()).toBeNull();
  });

  it("keeps working after more inputs without an echo than it remembers", () => {
    const meter = new LatencyMeter();
    for (let sequence = 1; sequence <= 5000; sequence += 1) meter.handleInput(sequence, sequence);
    meter.handleEcho({ rtpTimestamp: 1, sequence: 3, serverMs: 7 });
    meter.handleEcho({ rtpTimestamp: 1, sequence: 5000, serverMs: 7 });
    meter.handleFrame(1, 5020);
    expect(meter.digest()).toEqual({ lastMs: 20, lastServerMs: 7, medianMs: 20, p95Ms: 20, count: 1 });
  });

  it("never gives the server more than the whole", () => {
    const meter = new LatencyMeter();
    meter.handleInput(1, 100);
    meter.handleEcho({ rtpTimestamp: 1, sequence: 1, serverMs: 99 });
    meter.handleFrame(1, 130);
    expect(meter.digest()).toMatchObject({ lastMs: 30, lastServerMs: 30 });
  });
});
