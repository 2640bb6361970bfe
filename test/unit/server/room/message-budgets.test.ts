/** How much viewers may say (MB1 to MB3). */

import { beforeEach, expect, test } from "vitest";
import { MessageBudgets, type Verdict } from "../../../../server/room/message-budgets.ts";
import { encodeAck } from "../../../../shared/socket-message.ts";
import { milliseconds } from "../../../../shared/time.ts";

let at: number;
let budgets: MessageBudgets;

beforeEach(() => {
  at = 0;
  budgets = new MessageBudgets(() => milliseconds(at));
});

const flooder = { viewerId: "flooder", linkId: "link" };
const innocent = { viewerId: "innocent", linkId: "link" };

function say(talker: typeof flooder, count: number, kind: "offer" | "pause" = "offer"): Verdict[] {
  return Array.from({ length: count }, () => budgets.takeMessage(talker, kind));
}

test("who says too much of one kind may say others, and others may say that kind (MB1)", () => {
  expect(say(flooder, 11).slice(9)).toEqual(["taken", "told"]);
  expect(say(flooder, 1, "pause")).toEqual(["taken"]);
  expect(say(innocent, 1)).toEqual(["taken"]);
  at += 1_000;
  expect(say(flooder, 2)).toEqual(["taken", "told"]);
});

test("all who came by one link have twenty times as much together, and who has none is bound by its own alone (MB1)", () => {
  const talkers = Array.from({ length: 20 }, (_, index) => ({ viewerId: `viewer ${index}`, linkId: "link" }));
  for (const talker of talkers) expect(new Set(say(talker, 10))).toEqual(new Set(["taken"]));
  expect(say(innocent, 1)).toEqual(["told"]);
  expect(budgets.takeMessage({ viewerId: "other", linkId: "other" }, "offer")).toBe("taken");
  expect(budgets.takeMessage({ viewerId: "host", linkId: null }, "offer")).toBe("taken");
});

test("acknowledgements cost nothing, and input has a bucket of its own (MB2)", () => {
  const inputs = Array.from({ length: 2_001 }, () => budgets.takeBytes(flooder, Uint8Array.of(2)));
  expect(inputs.slice(-2)).toEqual(["taken", "told"]);
  for (let frame = 0; frame < 10_000; frame += 1) expect(budgets.takeBytes(flooder, encodeAck(frame))).toBe("taken");
});

test("who goes on is told once a second and sent out after five times, who rests in between is not (MB3)", () => {
  const verdicts = new Map<number, Verdict[]>();
  for (at = 0; at <= 5_000; at += 1_000)
    verdicts.set(
      at,
      say(flooder, 100).filter((verdict) => verdict !== "taken"),
    );
  for (const told of [0, 1_000, 2_000, 3_000, 4_000]) {
    expect([verdicts.get(told)?.[0], new Set(verdicts.get(told)?.slice(1))]).toEqual(["told", new Set(["left-out"])]);
  }
  expect(verdicts.get(5_000)?.[0]).toBe("sent-out");

  for (at = 10_000; at <= 100_000; at += 15_000) expect(say(innocent, 30)).not.toContain("sent-out");
});

test("that a link's share is used up sends nobody out (MB3)", () => {
  for (let other = 0; other < 20; other += 1) say({ viewerId: `viewer ${other}`, linkId: "link" }, 10);
  for (at = 0; at < 10_000; at += 1_000) {
    for (let other = 20; other < 60; other += 1) say({ viewerId: `viewer ${other}`, linkId: "link" }, 1);
    expect(say(innocent, 1)).not.toContain("sent-out");
  }
});

test("a viewer that left is forgotten", () => {
  say(flooder, 11);
  budgets.forget("flooder");
  expect(say(flooder, 1)).toEqual(["taken"]);
});
