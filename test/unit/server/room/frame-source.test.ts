/** Who makes the pictures of a room, one program after another, and what viewers are told of it. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { NewProgram, ProgramConnection, ProgramSeat } from "../../../../server/access/program-connection.ts";
import { FrameSource } from "../../../../server/room/frame-source.ts";
import { FrameFeed } from "../../../../server/session/frame-feed.ts";
import type { ToSession } from "../../../../server/session/session-protocol.ts";
import type { ToProgram } from "../../../../shared/frame-source.ts";

class KeptProgram implements ProgramConnection {
  readonly said: ToProgram[] = [];
  seat: ProgramSeat | null = null;
  isAlive = true;
  ended: string | null = null;

  setSeat(seat: ProgramSeat): void {
    this.seat = seat;
  }
  send(message: ToProgram): void {
    this.said.push(message);
  }
  answersWithin(): Promise<boolean> {
    return Promise.resolve(this.isAlive);
  }
  end(code: string): void {
    this.ended = code;
  }
  cut(): void {
    this.ended = "cut";
  }
  get kinds(): string[] {
    return this.said.map(({ kind }) => kind);
  }
}

let sent: ToSession[];
let feed: FrameFeed;
let source: FrameSource;
const noticed = vi.fn();
const told = vi.fn();

beforeEach(() => {
  sent = [];
  feed = new FrameFeed(64 * 64, (message) => sent.push(message) > 0, { emit: told });
  source = new FrameSource({ feed, maxFps: 30, noticed });
  vi.clearAllMocks();
});
afterEach(() => feed.close());

async function join(hello: object = {}): Promise<KeptProgram> {
  const connection = new KeptProgram();
  const identity = { role: "host", room: null, expiresAt: null, linkId: null, name: null } as const;
  const admission = { identity, room: "", address: "127.0.0.1" };
  const program: NewProgram = {
    hello: { kind: "hello", protocol: 1, width: 32, height: 16, ...hello },
    connection,
    admission,
  };
  await source.join(program);
  return connection;
}

test("a program is welcomed, and what it and the room's process say goes to the other", async () => {
  expect(source.notice).toBe("Waiting for the program that makes the pictures.");
  const program = await join({ title: "Fibres", maxPixels: 1e6 });
  expect(program.said).toMatchObject([
    {
      kind: "welcome",
      protocol: 1,
      slots: 4,
      capacity: 4096,
      maxPixels: 4096,
      maxFps: 30,
      memory: { slotBytes: 16_384 },
    },
    { kind: "watched", watched: false },
  ]);
  expect([source.notice, noticed.mock.calls.length, source.identity?.role]).toEqual([null, 1, "host"]);
  expect(sent).toMatchObject([{ kind: "source-opened", maxPixels: 4096 }]);
  program.seat?.handleMessage({ kind: "frame", slot: 0, number: 1, width: 32, height: 16 });
  program.seat?.handleMessage({ kind: "title", title: "Slice 12" });
  program.seat?.handleMessage({ kind: "cursor", cursor: "url(a.png), grab" });
  program.seat?.handleMessage({ kind: "reserve", width: 64, height: 64 });
  expect(told.mock.calls).toEqual([
    ["cursorChanged", { cursor: "default", takesDrags: true }],
    ["titleChanged", { title: "Fibres" }],
    ["titleChanged", { title: "Slice 12" }],
    ["cursorChanged", { cursor: "grab", takesDrags: true }],
  ]);
  feed.handle({ kind: "source-watched", watched: true });
  feed.handle({ kind: "slot-freed", source: 1, slot: 0, number: 1, shown: true });
  expect(program.said.slice(2)).toEqual([
    { kind: "capacity", bytes: 16_384 },
    { kind: "watched", watched: true },
    { kind: "free", slot: 0, number: 1, shown: true },
  ]);
});

test("a second is refused while the first gives a sign of life, and takes its place where that gives none (FP1)", async () => {
  const first = await join();
  const second = await join();
  expect([first.ended, second.ended]).toEqual([null, "source-taken"]);
  first.isAlive = false;
  const [third, fourth] = await Promise.all([join(), join()]);
  expect([first.ended, third.kinds[0], fourth.ended]).toEqual(["cut", "welcome", "source-taken"]);
  // The one before has nothing to say any more.
  first.seat?.leave();
  expect([source.notice, source.identity === null]).toEqual([null, false]);
});

test("when it goes viewers are told, the last picture stays, and the next one is welcome (FP2)", async () => {
  const first = await join();
  first.seat?.handleMessage({ kind: "frame", slot: 2, number: 1, width: 32, height: 16 });
  first.seat?.leave();
  expect(source.notice).toBe("The program that makes the pictures has gone; waiting for it to come back.");
  expect([source.identity, told.mock.calls.at(-1)]).toEqual([
    null,
    ["cursorChanged", { cursor: "default", takesDrags: true }],
  ]);
  sent = [];
  feed.handleLive();
  expect(sent).toMatchObject([
    { kind: "source-opened", source: 1 },
    { kind: "frame-arrived", slot: 2 },
  ]);
  const second = await join();
  expect([second.kinds[0], source.notice]).toEqual(["welcome", null]);
});

test("the end of the room is told, and too large frames are refused from the start", async () => {
  const program = await join();
  source.end("closed", "It was closed.");
  expect(program.ended).toBe("closed");
  program.seat?.leave();
  expect((await join({ width: 65, height: 64 })).ended).toBe("bad-message");
});
