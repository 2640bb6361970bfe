/** Frames of a program on their way to a room's process that falls and comes back, played by the test. */

import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FrameFeed, type FrameFeedEvents } from "../../../../server/session/frame-feed.ts";
import { FrameMemory } from "../../../../server/session/frame-memory.ts";
import type { ToSession } from "../../../../server/session/session-protocol.ts";
import { milliseconds } from "../../../../shared/time.ts";

const size = { width: 32, height: 16 };
const wishes = { ...size, maxPixels: 4096, resizes: true };

let isLive: boolean;
let sent: ToSession[];
let told: unknown[];
let freed: FrameFeedEvents["slotFreed"][];
let memories: FrameMemory[];
let feed: FrameFeed;

beforeEach(() => {
  [isLive, sent, told, freed, memories] = [true, [], [], [], []];
  const send = (message: ToSession): boolean => {
    if (isLive) sent.push(message);
    return isLive;
  };
  const open: typeof FrameMemory.open = (...args) => {
    const memory = FrameMemory.open(...args);
    if (memory !== null) memories.push(memory);
    return memory;
  };
  feed = new FrameFeed(64 * 64, send, { emit: (...event) => void told.push(event) }, open);
  feed.on("slotFreed", (slot) => void freed.push(slot));
});
afterEach(() => feed.close());

function put(slot: number, number: number, more: object = {}): void {
  feed.put({ kind: "frame", slot, number, ...size, ...more });
}

function give(slot: number, number: number, shown = true): void {
  feed.handle({ kind: "slot-freed", source: 1, slot, number, shown });
}

const kinds = () => sent.map(({ kind }) => kind);

test("the process is told of the program, its memory and its frames", () => {
  const memory = feed.open(wishes);
  put(0, 5, { format: "rgb", rows: "up", renderedAt: 12, renderMs: 3, answers: 9 });
  expect(sent).toEqual([
    { kind: "source-opened", source: 1, memory, maxPixels: 4096, resizes: true },
    {
      kind: "frame-arrived",
      source: 1,
      ...{ slot: 0, number: 5, ...size, format: "rgb", rows: "up", renderMs: 3, answers: 9 },
      renderedAt: milliseconds(12),
    },
  ]);
});

test("a program writes only into slots that it holds, numbers go up, and frames fit (FH4, FS1, FS2)", () => {
  feed.open(wishes);
  put(1, 1);
  expect(() => put(1, 2)).toThrow("message.slot must be one that the program holds.");
  expect(() => put(2, 1)).toThrow("message.number must be more than 1.");
  expect(() => put(2, 2, { width: 65, height: 64 })).toThrow(
    "message.width times message.height must be at most 4096.",
  );
  expect(() => put(2, 2, { width: 64, height: 64 })).toThrow("message must be a frame of at most 4096 bytes");
  put(2, 2);
  give(1, 1);
  put(1, 3);
  expect(kinds()).toEqual(["source-opened", "frame-arrived", "frame-arrived", "frame-arrived"]);
  expect(freed).toEqual([{ slot: 1, number: 1, shown: true }]);
  // What is said of a frame that is not there any more frees nothing.
  give(2, 1);
  expect(freed).toHaveLength(1);
});

test("a process that is started again is given the newest frame, and what the other had is the program's again (FH1, FH4)", () => {
  feed.open(wishes);
  feed.setTitle("Fibres");
  put(0, 1);
  put(1, 2);
  isLive = false;
  feed.handleFall();
  expect(freed).toEqual([{ slot: 0, number: 1, shown: false }]);
  put(2, 3);
  expect(freed.at(-1)).toEqual({ slot: 1, number: 2, shown: false });
  isLive = true;
  [sent, told] = [[], []];
  feed.handleLive();
  expect(sent).toMatchObject([
    { kind: "source-opened", source: 1 },
    { kind: "frame-arrived", slot: 2, number: 3, answers: 0 },
  ]);
  expect(told).toEqual([
    ["titleChanged", { title: "Fibres" }],
    ["cursorChanged", { cursor: "default", takesDrags: true }],
  ]);
});

test("the memory of a program is kept until the first frame of the next, of which the last is given again (FH2)", () => {
  feed.open(wishes);
  put(3, 8);
  feed.open(wishes);
  expect(memories.map(({ isThere }) => isThere)).toEqual([true, true]);
  sent = [];
  feed.handleLive();
  expect(sent).toMatchObject([
    { kind: "source-opened", source: 1 },
    { kind: "frame-arrived", source: 1, slot: 3 },
    { kind: "source-opened", source: 2 },
  ]);
  // The slots of the new one are its own, whatever becomes of those before.
  give(3, 8);
  put(3, 1);
  expect([memories.map(({ isThere }) => isThere), freed]).toEqual([[false, true], []]);
});

test("events count on over the lives of the process, and answers are told by the count of each (FH3)", () => {
  const events: FrameFeedEvents["eventTold"][] = [];
  feed.on("eventTold", (event) => void events.push(event));
  const event = { event_type: "key_up", key: "a", modifiers: [], time_stamp: 1 } as const;
  feed.open(wishes);
  feed.handle({ kind: "canvas-event", number: 1, event });
  feed.handle({ kind: "canvas-event", number: 2, event });
  feed.handleLive();
  feed.handle({ kind: "canvas-event", number: 1, event });
  expect(events.map(({ number }) => number)).toEqual([1, 2, 3]);
  put(0, 1, { answers: 2 });
  put(1, 2, { answers: 3 });
  expect(sent.slice(-2)).toMatchObject([{ answers: 0 }, { answers: 1 }]);
});

test("memory is reserved before a larger picture is wished for", () => {
  const said: unknown[] = [];
  feed.on("capacityChanged", ({ bytes }) => void said.push(bytes));
  feed.on("eventTold", ({ event }) => void said.push(event.event_type));
  feed.open(wishes);
  const wish = { event_type: "resize", width: 64, height: 32, pixel_ratio: 1, pwidth: 64, pheight: 32, time_stamp: 1 };
  feed.handle({ kind: "canvas-event", number: 1, event: wish as never });
  expect([said, feed.capacity]).toEqual([[8192, "resize"], 8192]);
  put(0, 1, { width: 64, height: 32 });
});

test("frames that come in the socket are written one after another, and only then told of", async () => {
  feed.open(wishes);
  const pixels = new Uint8Array(64 * 64 * 4).fill(7);
  const frame = { kind: "frame", slot: 0, number: 1, width: 64, height: 64 } as const;
  const [first, second] = [feed.write(frame, pixels), feed.write({ ...frame, slot: 1, number: 2 }, pixels)];
  expect(() => feed.write({ ...frame, slot: 1, number: 3 }, pixels)).toThrow("holds");
  expect(kinds()).toEqual(["source-opened"]);
  await Promise.all([first, second]);
  expect(sent.slice(1)).toMatchObject([{ number: 1 }, { number: 2 }]);
});

test("a program whose memory was taken away has to come again", () => {
  let isLost = false;
  feed.on("lost", () => {
    isLost = true;
  });
  feed.open(wishes);
  put(0, 1);
  memories[0]?.close();
  sent = [];
  feed.handleLive();
  expect([isLost, sent]).toEqual([true, []]);
});

test("a program that emptied its file is told to come again, and the process of nothing that is not there (FH5)", () => {
  let lost = 0;
  feed.on("lost", () => {
    lost += 1;
  });
  const memory = feed.open(wishes);
  put(0, 1);
  sent = [];
  // As programs do that open it for writing in the wrong way.
  writeFileSync(memory?.path ?? "", "");
  put(1, 2);
  expect([lost, sent]).toEqual([1, []]);
});
