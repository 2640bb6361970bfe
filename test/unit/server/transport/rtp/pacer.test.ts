/** When packets leave: server/transport/rtp/pacer.ts, rules PA1 to PA4. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Pacer } from "../../../../../server/transport/rtp/pacer.ts";
import { now } from "../../../../../shared/time.ts";

const PACKET_BYTES = 1000;

let carried: number | null;
let probe: number | null;
let isQueued: boolean;
let left: { readonly what: string; readonly at: number }[];
let rooms: number;
let pacer: Pacer;

beforeEach(() => {
  vi.useFakeTimers();
  [carried, probe, isQueued, left, rooms] = [4_000_000, null, false, [], 0];
  pacer = new Pacer({
    carried: () => carried,
    isQueued: () => isQueued,
    probe: () => probe,
    pad: () => {
      left.push({ what: "padding", at: now() });
      return PACKET_BYTES;
    },
    roomMade: () => {
      rooms += 1;
    },
  });
});

afterEach(() => {
  pacer.close();
});

function add(name: string, packets: number): boolean {
  return pacer.add({
    sizes: new Array(packets).fill(PACKET_BYTES),
    bytes: packets * PACKET_BYTES,
    send: () => void left.push({ what: name, at: now() }),
    done: () => void left.push({ what: `${name} done`, at: now() }),
  });
}

function addAgain(name: string): boolean {
  return pacer.addAgain({ bytes: PACKET_BYTES, send: () => void left.push({ what: name, at: now() }) });
}

const names = (): string[] => left.map(({ what }) => what);

describe("the pacer", () => {
  it("lets packets leave at 2.5 times the rate, in bursts of 5 ms at most (PA1)", () => {
    const begun = now();
    add("frame", 100);
    vi.advanceTimersByTime(1000);
    expect(names().at(-1)).toBe("frame done");
    // 100 kB at 10 Mbit/s are 80 ms, of which 5 ms leave at once.
    const lasted = (left.at(-1)?.at ?? 0) - begun;
    expect(lasted).toBeGreaterThan(65);
    expect(lasted).toBeLessThan(90);
    for (const { at } of left) {
      const burst = left.filter((one) => one.at >= at && one.at < at + 5).length;
      expect(burst).toBeLessThanOrEqual((2 * 5 * 1250) / PACKET_BYTES + 2);
    }
  });

  it("lets packets leave at the rate itself while a queue stands on the way (PA1)", () => {
    const begun = now();
    isQueued = true;
    add("frame", 100);
    vi.advanceTimersByTime(1000);
    // 100 kB at 4 Mbit/s.
    const lasted = (left.at(-1)?.at ?? 0) - begun;
    expect(lasted).toBeGreaterThan(175);
    expect(lasted).toBeLessThan(215);
  });

  it("forgets what waits when told so, but sends the rest of a frame that was begun", () => {
    for (const name of ["begun", "next", "last"]) add(name, 20);
    addAgain("again");
    pacer.dropWaiting();
    vi.advanceTimersByTime(1000);
    expect(names()).toEqual([...new Array(20).fill("begun"), "begun done"]);
    expect(add("after", 1)).toBe(true);
    vi.advanceTimersByTime(10);
    expect(names().at(-1)).toBe("after done");
  });

  it("lets a frame leave at once where the rate is unknown or high (PA1)", () => {
    for (const rate of [null, 50_000_000]) {
      [carried, left] = [rate, []];
      add("frame", 30);
      expect(names().at(-1)).toBe("frame done");
      vi.advanceTimersByTime(20);
    }
  });

  it("sends again before new video, at a quarter of the rate (PA2)", () => {
    add("frame", 50);
    let taken = 0;
    for (let index = 0; index < 1000; index += 1) if (addAgain("again")) taken += 1;
    // Half a second's worth at first.
    expect(taken).toBeLessThanOrEqual(64);
    expect(taken).toBeGreaterThan(15);
    left = [];
    vi.advanceTimersByTime(1000);
    expect(names().lastIndexOf("again")).toBeLessThan(names().indexOf("frame"));
    let later = 0;
    for (let index = 0; index < 1000; index += 1) if (addAgain("again")) later += 1;
    expect(later).toBeLessThanOrEqual(64);
  });

  it("takes a frame whole or refuses it, and tells when there is room again (PA3)", () => {
    let taken = 0;
    // Each carries 50 ms at the rate.
    for (let index = 0; index < 20; index += 1) if (add(`${index}`, 25)) taken += 1;
    expect(taken).toBeGreaterThan(5);
    expect(taken).toBeLessThan(10);
    expect(rooms).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(rooms).toBe(1);
    expect(names().filter((name) => !name.endsWith("done"))).toHaveLength(taken * 25);
    expect(add("after", 25)).toBe(true);
  });

  it("takes a frame that is large by itself where nothing waits, and no second mebibyte (PA3)", () => {
    carried = null;
    expect(add("large", 3000)).toBe(true);
    expect(add("next", 1)).toBe(false);
    vi.advanceTimersByTime(200);
    expect(names().at(-1)).toBe("large done");
    expect(rooms).toBe(1);
  });

  it("fills a probe up with padding, and sends none without one (PA4)", () => {
    probe = 8_000_000;
    add("frame", 2);
    vi.advanceTimersByTime(15);
    probe = null;
    vi.advanceTimersByTime(1000);
    const padding = names().filter((name) => name === "padding").length;
    expect(padding).toBeGreaterThan(10);
    expect(padding).toBeLessThan(24);
  });

  it("sends nothing after it was closed", () => {
    add("frame", 100);
    pacer.close();
    left = [];
    vi.advanceTimersByTime(1000);
    expect(left).toEqual([]);
  });
});
