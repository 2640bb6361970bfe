/** What is sent on by WHIP, over calls and HTTP that are stand-ins: rules WO1 to WO4 of whip-output.ts. */

import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Sink, SinkPacket } from "../../../../../../server/pipeline/outputs/sink.ts";
import { type Call, WhipOutput } from "../../../../../../server/pipeline/outputs/whip/whip-output.ts";
import type { Ask } from "../../../../../../server/pipeline/outputs/whip/whip-request.ts";
import { parseWhipAddress } from "../../../../../../server/platform/whip-address.ts";
import {
  noCounts,
  type OutgoingFrame,
  type TransportEvents,
  unknownWay,
} from "../../../../../../server/transport/transport.ts";
import { Emitter } from "../../../../../../shared/emitter.ts";
import { StreamError } from "../../../../../../shared/errors.ts";
import type { IceServer } from "../../../../../../shared/signaling.ts";
import { milliseconds } from "../../../../../../shared/time.ts";

const ask: Ask = async ({ method }) => {
  asked.push(method);
  const { status, headers } = method === "POST" ? answer : { status: 200 };
  const more = new Headers({ "Content-Type": "application/sdp", Location: "/session", ...headers });
  const body = Readable.from([Buffer.from("v=0 an answer")]);
  return await Promise.resolve({ status, headers: more, body, isFromAfar: true });
};

class FakeCall extends Emitter<TransportEvents> implements Call {
  readonly estimate = unknownWay;
  readonly servers: readonly IceServer[];
  readonly sent: OutgoingFrame[] = [];
  takes = true;
  isClosed = false;

  constructor(servers: readonly IceServer[]) {
    super();
    this.servers = servers;
  }
  offer = () => Promise.resolve("v=0 an offer");
  accept = () => Promise.resolve("h264" as const);
  send(frame: OutgoingFrame): boolean {
    if (this.takes) this.sent.push(frame);
    return this.takes;
  }
  setMaxBitrate = () => undefined;
  takeCounts = () => ({ ...noCounts, bytes: 100 });
  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

type Answered = { readonly status: number; readonly headers?: Record<string, string> };

let calls: FakeCall[];
let sinks: Sink[];
let open: number;
let asked: string[];
let answer: Answered;
let errors: StreamError[];
let keyFrames: number;
let output: WhipOutput;
const call = (): FakeCall => calls.at(-1) as FakeCall;
const link = () => output.figures.link;

beforeEach(() => {
  // What streams wait for is left to the clock of the machine.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] });
  [calls, sinks, asked, errors, open, keyFrames] = [[], [], [], [], 0, 0];
});
afterEach(async () => {
  await output.end();
});

/** Begins; its first offer is answered so. */
function start(first: Answered = { status: 201 }): void {
  answer = first;
  const address = parseWhipAddress("whip+https://the-secret@a.example/the-secret");
  if (address === null) throw new Error("It is an address.");
  output = new WhipOutput(address, {
    sinks: {
      add: (sink) => {
        sinks.push(sink);
        open += 1;
        return {
          close: () => void (open -= 1),
          noteWay: () => undefined,
          requestKeyFrame: () => void (keyFrames += 1),
        };
      },
    },
    call: ({ servers }) => {
      calls.push(new FakeCall(servers));
      return call();
    },
    speech: { ask, deadlineMs: 10_000 },
    changed: () => undefined,
    failed: (error) => void errors.push(error),
  });
}

/** Lets time pass, and what is said over HTTP be said. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms || passed === 0; passed += 1000) {
    await vi.advanceTimersByTimeAsync(Math.min(1000, ms - passed));
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  }
}

/** Connects, and has it sent a picture of each of these times. */
async function connect(...times: number[]): Promise<void> {
  await pass(0);
  call().emit("connected", {});
  for (const time of times) sinks.at(-1)?.take({ time: milliseconds(time) } as SinkPacket, {} as OutgoingFrame);
}

test("WO3: it is a sink while it is connected, and counts what it sent", async () => {
  start();
  await pass(100);
  expect([asked, sinks]).toEqual([["POST"], []]);
  await connect();
  expect(sinks).toMatchObject([{ codec: "h264", target: null, way: call(), maxKeyFrameGapMs: 10_000, maxGapMs: 500 }]);
  expect(link()).toEqual({ isSending: false, connections: 1, failures: 0, error: null });
  await connect(1000, 1500, 3000);
  expect(output.figures).toMatchObject({ seconds: 2, packets: 3, link: { isSending: true } });
  call().emit("keyFrameRequested", {});
  expect(keyFrames).toBe(1);
  call().emit("lost", { reason: "The server went away." });
  expect(link()).toEqual({
    isSending: false,
    connections: 2,
    failures: 1,
    error: "whip+https://a.example/•••: the server went away.",
  });
});

test("WO1: what was begun is deleted when the connection is lost, before the next is begun, and at the end", async () => {
  start();
  await connect(0);
  call().emit("lost", { reason: "The connection failed." });
  await pass(300);
  expect(asked).toEqual(["POST", "DELETE", "POST"]);
  expect([calls[0]?.isClosed, open, calls.length]).toEqual([true, 0, 2]);
  await connect(5000);
  expect(link()).toEqual({ isSending: true, connections: 2, failures: 1, error: null });
  await output.end();
  expect(asked).toEqual(["POST", "DELETE", "POST", "DELETE"]);
  expect([calls[1]?.isClosed, open]).toEqual([true, 0]);
  await pass(100_000);
  expect(calls).toHaveLength(2);
});

test("WO1: one that is ended while its offer is on its way is deleted all the same", async () => {
  start();
  await output.end();
  await pass(10);
  expect(asked.filter((method) => method === "POST").length).toBe(asked.filter((method) => method === "DELETE").length);
  expect(calls[0]?.isClosed).toBe(true);
});

test("WO2: a wrong token is tried after half a minute, then ever more seldom, and told without it", async () => {
  start({ status: 401 });
  await pass(29_000);
  expect(calls).toHaveLength(1);
  expect(link()?.error).toBe("whip+https://a.example/•••: the server refuses the token (401).");
  await pass(2000);
  expect(calls).toHaveLength(2);
  await pass(1_000_000);
  expect(calls.length).toBeLessThanOrEqual(7);
  expect(link()?.failures).toBe(calls.length);
});

test("WO2: a busy server is left alone for as long as it says, and tried as others are where it says nothing", async () => {
  start({ status: 503, headers: { "Retry-After": "20" } });
  await pass(19_000);
  expect(calls).toHaveLength(1);
  answer = { status: 503 };
  await pass(11_000);
  expect(calls.length).toBeGreaterThan(3);
});

test("WO2: one that takes us and drops us at once is tried no more often than one that is not there", async () => {
  start();
  for (let second = 0; second < 60; second += 0.25) {
    await connect(second * 1000);
    call().emit("lost", { reason: "The server went away." });
    await pass(250);
  }
  expect(calls.length).toBeLessThan(36);
});

test("WO4: where no direct way was found, the next call goes by the TURN servers that were named", async () => {
  start({ status: 201, headers: { Link: '<turn:t.example>; rel="ice-server"; username="u"; credential="c"' } });
  await pass(0);
  expect(call().servers).toEqual([]);
  call().emit("lost", { reason: "The server did not connect in time." });
  await pass(1000);
  expect(call().servers).toEqual([{ urls: "turn:t.example", username: "u", credential: "c" }]);
  // It worked by them, so it goes by them again.
  await connect(0);
  answer = { status: 500 };
  call().emit("lost", { reason: "The server went away." });
  await pass(3000);
  expect(call().servers).toHaveLength(1);
});

test("an answer that cannot be used is told, and its session deleted", async () => {
  start();
  call().accept = () => Promise.reject(new StreamError("bad-sdp", "The server takes no video."));
  await pass(10);
  expect(link()?.error).toBe("whip+https://a.example/•••: the server takes no video.");
  expect(asked).toEqual(["POST", "DELETE"]);
});

test("where no encoder is left for it, its owner is told", async () => {
  start();
  await connect();
  sinks[0]?.handleEnd(new StreamError("no-encoder", "The scene has as many encoders as it can have."));
  expect(errors.map(({ code }) => code)).toEqual(["no-encoder"]);
});
