/** What a viewer sends in binary, on its way to the scene's process (VI1 to VI3). */

import { beforeEach, expect, test } from "vitest";
import { ViewerInbox } from "../../../../server/session/viewer-inbox.ts";
import { encodeAck } from "../../../../shared/socket-message.ts";

let sent: (readonly Uint8Array[])[];
let taken: (() => void)[];
let isLive: boolean;
let inbox: ViewerInbox;

beforeEach(() => {
  [sent, taken, isLive] = [[], [], true];
  inbox = new ViewerInbox((messages, done) => {
    if (!isLive) return false;
    sent.push(messages);
    taken.push(done);
    return true;
  });
});

const input = (at: number): Uint8Array => Uint8Array.of(2, at % 256);

test("one message is on its way; what comes meanwhile goes together, in its order (VI1)", () => {
  for (const at of [1, 2, 3]) inbox.handle(input(at));
  expect(sent).toEqual([[input(1)]]);
  taken[0]?.();
  expect(sent).toEqual([[input(1)], [input(2), input(3)]]);
  taken[1]?.();
  expect(sent).toHaveLength(2);
});

test("of the acknowledgements that wait the newest goes, before the input (VI2)", () => {
  inbox.handle(encodeAck(1));
  for (const frame of [2, 3, 4]) inbox.handle(encodeAck(frame));
  inbox.handle(input(5));
  taken[0]?.();
  expect(sent).toEqual([[encodeAck(1)], [encodeAck(4), input(5)]]);
});

test("of input 1024 messages wait, and an acknowledgement beside any number of them (VI2, VI3)", () => {
  inbox.handle(input(0));
  for (let at = 0; at < 5_000; at += 1) inbox.handle(input(at));
  inbox.handle(encodeAck(7));
  taken[0]?.();
  expect([sent[1]?.length, sent[1]?.[0]]).toEqual([1_025, encodeAck(7)]);
});

test("what cannot be sent is lost, and nothing waits for it", () => {
  isLive = false;
  inbox.handle(input(1));
  isLive = true;
  inbox.handle(input(2));
  expect(sent).toEqual([[input(2)]]);
});
