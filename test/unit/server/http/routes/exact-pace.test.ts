/** How fast an exact picture is sent, on a way in virtual time: a queue, a delay each way, receipts 20 ms apart. */

import { describe, expect, test } from "vitest";
import { ExactPace } from "../../../../../server/http/routes/exact-pace.ts";

type Way = {
  readonly rateBps: number;
  readonly oneWayMs: number;
  /** Nothing gets out of the way's end in this time; then all that waited does. */
  readonly heldUp?: { readonly from: number; readonly to: number };
  readonly hasReceipts?: boolean;
};
type Sent = {
  readonly tookMs: number;
  readonly longestQueueMs: number;
  /** The longest when the way is known. */
  readonly laterQueueMs: number;
  readonly sentBytes: number;
};

const PICTURE_BYTES = 250_000;
const SEGMENT_BYTES = 1400;
const RECEIPT_MS = 20;
const KNOWN_AFTER_MS = 300;

/** Sends a picture over a way that is thought to carry `namedBps`, and tells how it went, at most for 10 s. */
function sendOver({ rateBps, oneWayMs, heldUp, hasReceipts = true }: Way, namedBps: number): Sent {
  const pace = new ExactPace(namedBps, 0);
  const coming: { readonly at: number; readonly bytes: number }[] = [];
  const receipts: { readonly at: number; readonly bytes: number }[] = [];
  let [sent, freeAt, longestQueueMs, laterQueueMs, arrived, toldAt, told] = [
    0,
    0,
    0,
    0,
    0,
    Number.NEGATIVE_INFINITY,
    0,
  ];
  for (let at = 0; at < 10_000; at += 1) {
    while (receipts[0] !== undefined && receipts[0].at <= at) pace.noteReceived(receipts.shift()?.bytes ?? 0, at);
    const bytes = at % 10 === 0 ? Math.min(pace.allowance(at), PICTURE_BYTES - sent) : 0;
    if (bytes > 0) {
      sent += bytes;
      pace.noteSent(bytes, at);
      for (let left = bytes; left > 0; left -= SEGMENT_BYTES) {
        const segment = Math.min(left, SEGMENT_BYTES);
        freeAt = Math.max(freeAt, at) + (segment * 8000) / rateBps;
        coming.push({ at: freeAt + oneWayMs, bytes: segment });
      }
      longestQueueMs = Math.max(longestQueueMs, freeAt - at);
      if (at >= KNOWN_AFTER_MS) laterQueueMs = Math.max(laterQueueMs, freeAt - at);
    }
    const isHeldUp = heldUp !== undefined && at >= heldUp.from && at < heldUp.to;
    while (!isHeldUp && coming[0] !== undefined && coming[0].at <= at) arrived += coming.shift()?.bytes ?? 0;
    if (arrived >= PICTURE_BYTES) return { tookMs: at, longestQueueMs, laterQueueMs, sentBytes: sent };
    if (hasReceipts && arrived > told && at - toldAt >= RECEIPT_MS) {
      receipts.push({ at: at + oneWayMs, bytes: arrived });
      [told, toldAt] = [arrived, at];
    }
  }
  return { tookMs: Number.POSITIVE_INFINITY, longestQueueMs, laterQueueMs, sentBytes: sent };
}

const minMs = ({ rateBps, oneWayMs }: Way) => (PICTURE_BYTES * 8000) / rateBps + oneWayMs;

describe("XP1", () => {
  test("without receipts it goes at the rate that was named", () => {
    const { tookMs } = sendOver({ rateBps: 100e6, oneWayMs: 10, hasReceipts: false }, 4e6);
    expect(tookMs).toBeGreaterThan(480);
    expect(tookMs).toBeLessThan(540);
  });
});

describe("XP2", () => {
  const ways = [
    { rateBps: 1e6, oneWayMs: 10 },
    { rateBps: 2e6, oneWayMs: 40 },
    { rateBps: 5e6, oneWayMs: 10 },
    { rateBps: 10e6, oneWayMs: 10 },
  ] as const;

  test.each(ways)("a way of $rateBps bit/s that is thought to be slower is used, with a short queue", (way) => {
    const { tookMs, longestQueueMs } = sendOver(way, way.rateBps / 2);
    expect(tookMs).toBeLessThan(minMs(way) * 1.25);
    expect(longestQueueMs).toBeLessThan(70);
  });

  test.each(ways)("a way of $rateBps bit/s that is thought to be faster has a short queue soon", (way) => {
    const { tookMs, laterQueueMs } = sendOver(way, way.rateBps * 1.5);
    expect(tookMs).toBeLessThan(minMs(way) * 1.2);
    expect(laterQueueMs).toBeLessThan(70);
  });
});

describe("XP3", () => {
  test("it goes on while what was lost holds up the receipts", () => {
    const way: Way = { rateBps: 2e6, oneWayMs: 40, heldUp: { from: 300, to: 600 } };
    const { tookMs } = sendOver(way, 1.6e6);
    expect(tookMs).toBeLessThan(minMs(way) * 1.25);
  });

  test("a page that says no more still gets all of it", () => {
    const way: Way = { rateBps: 2e6, oneWayMs: 10, heldUp: { from: 200, to: 9000 } };
    expect(sendOver(way, 1e6).sentBytes).toBe(PICTURE_BYTES);
  });
});

test("a receipt of more than was sent, or of less than before, says nothing", () => {
  const pace = new ExactPace(1e6, 0);
  pace.noteSent(pace.allowance(0), 0);
  pace.noteReceived(1_000_000, 10);
  expect(pace.allowance(10)).toBe(1250);
  pace.noteReceived(1400, 20);
  const allowed = pace.allowance(20);
  pace.noteReceived(700, 21);
  expect(pace.allowance(21)).toBe(allowed);
});
