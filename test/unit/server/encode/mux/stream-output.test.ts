/** What is sent on, over links that are stand-ins: rules ON1 to ON3 of stream-output.ts. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { MuxPacket } from "../../../../../server/encode/mux/mux-protocol.ts";
import type { StreamLink, StreamLinkEvents, StreamPacket } from "../../../../../server/encode/mux/stream-link.ts";
import { StreamOutput } from "../../../../../server/encode/mux/stream-output.ts";
import { milliseconds } from "../../../../../shared/time.ts";

class FakeLink implements StreamLink {
  waitingBytes = 0;
  sentBytes = 0;
  isClosed = false;
  readonly packets: StreamPacket[] = [];
  readonly events: StreamLinkEvents;

  constructor(events: StreamLinkEvents) {
    this.events = events;
  }
  send(packet: StreamPacket): void {
    this.packets.push(packet);
  }
  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

let links: FakeLink[];
let output: StreamOutput;
let frame: number;
const at = (): FakeLink => links.at(-1) as FakeLink;

beforeEach(() => {
  vi.useFakeTimers();
  links = [];
  frame = 0;
  output = new StreamOutput(
    { kind: "stream", address: "rtmp://host/live/a-key" },
    {
      connect: (_address, events) => {
        links.push(new FakeLink(events));
        return at();
      },
    },
  );
});
afterEach(async () => {
  await output.end();
});

/** Pictures of ten a second, each tenth a key frame. */
function take(count: number): void {
  for (let index = 0; index < count; index += 1) {
    const isKeyFrame = frame % 10 === 0;
    const packet: MuxPacket = {
      codec: "h264",
      data: new Uint8Array(100),
      isKeyFrame,
      frame,
      tier: 3,
      atRest: false,
      time: milliseconds(5000 + frame * 100),
    };
    output.take(packet);
    frame += 1;
  }
}

test("ON1: each connection begins with a key frame, and counts from there", async () => {
  take(3);
  at().events.opened();
  take(20);
  expect(at().packets.length).toBe(13);
  expect(at().packets[0]).toMatchObject({ isKeyFrame: true, at: 0 });
  expect(at().packets[12]?.at).toBe(1200);
  at().events.failed("the server ended the connection");
  expect(output.figures.link).toEqual({
    isSending: false,
    connections: 1,
    failures: 1,
    error: "rtmp://host/live/•••: the server ended the connection.",
  });
  await vi.advanceTimersByTimeAsync(300);
  expect(links).toHaveLength(2);
  at().events.opened();
  take(20);
  expect(at().packets[0]).toMatchObject({ isKeyFrame: true, at: 0 });
  expect(output.figures.link).toMatchObject({ isSending: true, connections: 2, failures: 1 });
});

test("ON2: what a slow server does not take is left out in whole groups, and it goes on with a key frame", () => {
  at().events.opened();
  take(15);
  at().waitingBytes = 20e6;
  take(10);
  expect(at().packets).toHaveLength(15);
  at().waitingBytes = 4e6;
  take(10);
  expect(at().packets).toHaveLength(15);
  at().waitingBytes = 0;
  take(20);
  expect(at().packets[15]).toMatchObject({ isKeyFrame: true, at: 4000 });
});

test("ON2: one that takes nothing for six seconds is given up, and connected to anew", async () => {
  at().events.opened();
  take(1);
  at().sentBytes = 500;
  await vi.advanceTimersByTimeAsync(1000);
  at().waitingBytes = 1000;
  await vi.advanceTimersByTimeAsync(4000);
  expect(links).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(4000);
  expect(links).toHaveLength(2);
  expect(links[0]?.isClosed).toBe(true);
  expect(output.figures).toMatchObject({
    bytes: 500,
    link: { isSending: false, error: expect.stringContaining("takes nothing") },
  });
});

test("ON3: it tries every two seconds for two minutes, later every fifteen, and at once where it had worked", async () => {
  const begins: number[] = [];
  let seen = 0;
  for (let second = 0; second < 300; second += 0.25) {
    await vi.advanceTimersByTimeAsync(250);
    if (links.length === seen) {
      at().events.failed("nothing listens there");
      continue;
    }
    seen = links.length;
    begins.push(second);
    at().events.failed("nothing listens there");
  }
  const soon = begins.filter((second) => second < 110).map((second, index, all) => second - (all[index - 1] ?? 0));
  expect(Math.max(...soon)).toBeLessThanOrEqual(2.25);
  expect(soon.length).toBeLessThan(65);
  const late = begins.filter((second) => second > 150).map((second, index, all) => second - (all[index - 1] ?? second));
  expect(Math.max(...late)).toBeLessThanOrEqual(15.25);
  expect(Math.min(...late.slice(1))).toBeGreaterThanOrEqual(14.75);
  await vi.advanceTimersByTimeAsync(15_000);
  at().events.opened();
  take(11);
  at().sentBytes = 1;
  await vi.advanceTimersByTimeAsync(1100);
  const before = links.length;
  at().events.failed("the server ended the connection");
  await vi.advanceTimersByTimeAsync(260);
  expect(links.length).toBe(before + 1);
});

test("once it is ended nothing is tried any more", async () => {
  at().events.failed("nothing listens there");
  await output.end();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(links).toHaveLength(1);
});
