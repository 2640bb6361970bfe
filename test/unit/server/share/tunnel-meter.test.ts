/** How much goes through a share link's tunnel: what is counted, kept from one start to the next, and said of it. */

import { EventEmitter } from "node:events";
import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MonthCount } from "../../../../server/share/month-count.ts";
import { TunnelMeter, type TunnelMeterOptions } from "../../../../server/share/tunnel-meter.ts";
import { TunnelTraffic } from "../../../../server/share/tunnel-traffic.ts";
import { tunnelSentence, tunnelWarning } from "../../../../shared/tunnel.ts";

let folder: string;
let failures: string[];
let meters: TunnelMeter[];
beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 28) });
  [folder, failures, meters] = [mkdtempSync(join(tmpdir(), "scenecast-usage-")), [], []];
});
afterEach(() => {
  for (const meter of meters) meter.close();
});

class FakeConnection extends EventEmitter {
  bytesWritten = 0;
  bytesRead = 0;
}

const failed = (sentence: string): void => void failures.push(sentence);

/** A meter with one connection, which writes down what it says. */
function start(more: Partial<TunnelMeterOptions> = {}) {
  const meter = new TunnelMeter({ folder, name: "ngrok", allowanceBytes: 1e9, failed, ...more });
  meters.push(meter);
  const connection = new FakeConnection();
  meter.traffic.add(connection);
  const warnings: string[] = [];
  meter.on("told", ({ warning }) => warning !== null && warnings.push(warning));
  const send = (bytes: number): void => {
    connection.bytesWritten += bytes;
    vi.advanceTimersByTime(1000);
  };
  return { meter, connection, warnings, send };
}

test("a connection is counted from its first byte to its last, once", () => {
  const traffic = new TunnelTraffic();
  const [one, other] = [new FakeConnection(), new FakeConnection()];
  [one.bytesWritten, one.bytesRead] = [100, 7];
  traffic.add(one);
  traffic.add(one);
  expect(traffic.take()).toEqual({ sent: 100, received: 7 });
  one.bytesWritten = 150;
  one.emit("close");
  one.bytesWritten = 160;
  traffic.add(other);
  other.bytesRead = 3;
  expect(traffic.take()).toEqual({ sent: 50, received: 3 });
  expect(traffic.take()).toEqual({ sent: 0, received: 0 });
});

test("hosts are warned once when four fifths of the month are gone, and once when all is", () => {
  const { warnings, send, meter } = start();
  send(799e6);
  expect(warnings).toEqual([]);
  expect(tunnelSentence(meter.usage)).toBe("So far 799 MB of about 1 GB went through the tunnel this month.");
  send(13e6);
  for (let count = 0; count < 10; count += 1) send(6e6);
  const little =
    "812 MB of the month's 1 GB have gone through the tunnel. The share link may stop working when all is used.";
  expect(warnings).toEqual([little]);
  send(200e6);
  send(200e6);
  expect(warnings).toEqual([
    little,
    "All of the month's 1 GB have gone through the tunnel. The share link may stop working at any time.",
  ]);
});

test("where no allowance is known it is counted, and nobody is warned", () => {
  const { warnings, send, meter } = start({ allowanceBytes: null });
  const told: number[] = [];
  meter.on("told", ({ usage }) => told.push(usage.monthBytes));
  send(4e12);
  expect([warnings, told, tunnelWarning(meter.usage)]).toEqual([[], [4e12], null]);
  expect(tunnelSentence(meter.usage)).toBe("So far 4000 GB went through the tunnel this month.");
});

test("the count goes on at the next start, with what other servers sent, for each tunnel, and begins anew with the month", () => {
  const first = start();
  const other = start();
  first.send(500e6);
  other.send(300e6);
  first.meter.close();
  other.meter.close();
  const again = start();
  expect(again.meter.usage.monthBytes).toBe(800e6);
  again.send(1e6);
  expect(again.warnings).toHaveLength(1);
  expect(start({ name: "cloudflared" }).meter.usage.monthBytes).toBe(0);
  expect(statSync(join(folder, "tunnel.json")).mode & 0o777).toBe(0o600);
  vi.setSystemTime(Date.UTC(2026, 11, 1));
  again.send(2e6);
  expect(again.meter.usage.monthBytes).toBe(2e6);
  again.meter.close();
  expect(JSON.parse(readFileSync(join(folder, "tunnel.json"), "utf8"))).toEqual({
    version: 1,
    month: "2026-12",
    bytes: { ngrok: 2e6 },
  });
});

test("a server that is killed loses ten seconds of it", () => {
  const { send } = start();
  for (let count = 0; count < 11; count += 1) send(1e6);
  expect(new MonthCount({ folder, name: "ngrok", failed }).bytes).toBe(10e6);
});

test("a damaged file is none, and one that cannot be written is told once", () => {
  for (const text of ["{", "[]", '{"month":"2026-11","bytes":{"ngrok":-1}}']) {
    writeFileSync(join(folder, "tunnel.json"), text);
    expect(new MonthCount({ folder, name: "ngrok", failed }).bytes).toBe(0);
  }
  // A program may be called as what every object has.
  expect(new MonthCount({ folder, name: "constructor", failed }).bytes).toBe(0);
  const nowhere = new MonthCount({ folder: join(folder, "tunnel.json", "x"), name: "ngrok", failed });
  nowhere.add(5);
  nowhere.save();
  nowhere.save();
  expect([nowhere.bytes, failures.length]).toEqual([5, 1]);
  expect(failures[0]).toMatch(/^How much went through the tunnel could not be written to /);
  const kept = new MonthCount({ folder: null, name: "ngrok", failed });
  kept.add(5);
  kept.save();
  expect(kept.bytes).toBe(5);
});
