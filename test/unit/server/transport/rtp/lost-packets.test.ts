/** What becomes of packets that a viewer misses: server/transport/rtp/lost-packets.ts, rules LP1 to LP3. */

import { beforeEach, expect, test } from "vitest";
import { type LossyWay, LostPackets } from "../../../../../server/transport/rtp/lost-packets.ts";
import type { PacedPacket } from "../../../../../server/transport/rtp/pacer.ts";
import { RtpHistory } from "../../../../../server/transport/rtp/rtp-history.ts";
import { milliseconds } from "../../../../../shared/time.ts";

let again: number[];
let waiting: PacedPacket[];
let keyFrames: number;
let dropped: number;
let hasRoom: boolean;
let mayAsk: boolean;
let lost: LostPackets;
let history: RtpHistory;

beforeEach(() => {
  [again, waiting, keyFrames, dropped, hasRoom, mayAsk] = [[], [], 0, 0, true, true];
  history = new RtpHistory();
  lost = new LostPackets({
    history,
    pacer: {
      addAgain: (packet) => {
        if (hasRoom) waiting.push(packet);
        return hasRoom;
      },
      dropWaiting: () => {
        dropped += 1;
      },
    },
    sendAgain: ({ sequence }) => void again.push(sequence),
    keyFrameRequested: () => {
      if (mayAsk) keyFrames += 1;
      return mayAsk;
    },
  });
});

/** Sends packets of 1000 bytes; the first of these begins a key frame where `isKeyFrame`. */
function send(from: number, count: number, at: number, isKeyFrame = false): void {
  for (let sequence = from; sequence < from + count; sequence += 1) {
    const fields = { timestamp: 0, marker: false, isFirst: false, wide: null, resentAt: null };
    history.add({ sequence, payload: Buffer.alloc(1000), sentAt: milliseconds(at), ...fields });
    lost.noteSent(sequence, isKeyFrame && sequence === from);
  }
}

/** The viewer asks for packets; gives those that are sent again. */
function ask(sequences: readonly number[], at: number, way: Partial<LossyWay> = {}): number[] {
  lost.handleMissing(sequences, { at: milliseconds(at), roundTripMs: 50, carriedBps: 5_000_000, ...way });
  for (const packet of waiting.splice(0)) packet.send();
  return again.splice(0);
}

test("packets are sent again in the order in which they are asked for, while they are young enough to help (LP1)", () => {
  send(1, 10, 0, true);
  expect(ask([3, 5], 100)).toEqual([3, 5]);
  expect(ask([7], 1200)).toEqual([7]);
  expect(ask([8], 1201)).toEqual([]);
});

test("a key frame is asked for instead of a packet that is too old, once, and frames that wait are dropped (LP2)", () => {
  send(1, 10, 0, true);
  send(11, 10, 1500);
  expect(ask([4], 1600)).toEqual([]);
  expect([keyFrames, dropped]).toEqual([1, 1]);
  // Nothing is sent again until the key frame.
  expect(ask([12, 4], 1650)).toEqual([]);
  expect(keyFrames).toBe(1);
  send(21, 3, 1700, true);
  expect(ask([22], 1750)).toEqual([22]);
});

test("a key frame is asked for where so much is lost that it would take longer than 150 ms to send again (LP2)", () => {
  send(1, 200, 0, true);
  const many = Array.from({ length: 18 }, (_, index) => 1 + index);
  // 18 packets of 1038 bytes take 149.5 ms at a megabit.
  expect(ask(many, 100, { carriedBps: 1_000_000 })).toEqual(many);
  expect(keyFrames).toBe(0);
  expect(ask([...many, 19], 150, { carriedBps: 1_000_000 })).toEqual([]);
  expect([keyFrames, dropped]).toEqual([1, 1]);
});

test("a key frame is asked for where a packet could not be sent again for long (LP2)", () => {
  send(1, 10, 0, true);
  hasRoom = false;
  expect(ask([3], 400)).toEqual([]);
  expect(keyFrames).toBe(0);
  expect(ask([3], 420)).toEqual([]);
  expect(keyFrames).toBe(1);
});

test("where the last key frame went just now nothing is given up (LP2)", () => {
  send(1, 10, 0, true);
  mayAsk = false;
  ask([4], 1600);
  expect([keyFrames, dropped]).toEqual([0, 0]);
  send(11, 1, 1600);
  expect(ask([11], 1650)).toEqual([11]);
});

test("what came before a key frame is not sent again, nor taken for a reason to ask for another (LP3)", () => {
  send(1, 10, 0, true);
  send(11, 5, 50, true);
  expect(ask([9, 10, 11], 100)).toEqual([11]);
  expect(ask([2], 2000)).toEqual([]);
  expect(keyFrames).toBe(0);
});
