/** Messages between a scene and its viewers' pages: server/render/scene-messages.ts. */

import { setImmediate as turn } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { SceneMailbox } from "../../../../../server/render/host/scene-messages.ts";
import type { MessageSender } from "../../../../../server/render/render-protocol.ts";
import type { SceneViewer } from "../../../../../server/render/scene.ts";
import { encodeMessage, type MessageBody, type MessageData } from "../../../../../shared/custom-message.ts";
import { milliseconds } from "../../../../../shared/time.ts";

let posted: { readonly to: number | null; readonly body: MessageBody }[];
let errors: unknown[];
let time: number;
let mailbox: SceneMailbox;

beforeEach(() => {
  [posted, errors, time] = [[], [], 0];
  mailbox = new SceneMailbox({
    post: (to, body) => void posted.push({ to, body }),
    onError: (error) => void errors.push(error),
    clock: () => milliseconds(time),
  });
});

const ann: MessageSender = { person: 7, name: "Ann", role: "controller", hasControl: true };

describe("what a scene sends", () => {
  test("goes to everybody, or to one, in the form for the way", () => {
    mailbox.api.broadcast({ score: [1, 2] });
    mailbox.api.send(3, Uint8Array.of(1, 2, 255));
    expect(posted).toEqual([
      { to: null, body: { json: '{"score":[1,2]}' } },
      { to: 3, body: { base64: "AQL/" } },
    ]);
  });

  test.each([
    ["too long", "x".repeat(20_000), /16384 characters/],
    ["too many bytes", new Uint8Array(40_000), /32768 bytes/],
    ["no JSON", (() => undefined) as never, /JSON value or a Uint8Array/],
    ["a number that JSON has not", 1n as never, /JSON value or a Uint8Array/],
  ])("is refused when it is %s", (_, data: MessageData, rule) => {
    expect(() => mailbox.api.broadcast(data)).toThrow(TypeError);
    expect(() => mailbox.api.send(1, data)).toThrow(rule);
    expect(posted).toEqual([]);
  });

  test("to nobody that can be is refused", () => {
    for (const viewerId of [0, 1.5, Number.NaN, "1" as never]) {
      expect(() => mailbox.api.send(viewerId, 1)).toThrow("viewerId must be a whole number from 1.");
    }
  });

  test("is at most 400 messages at once and 200 a second", () => {
    const send = () => mailbox.api.broadcast(1);
    for (let count = 0; count < 400; count += 1) send();
    expect(send).toThrow(expect.objectContaining({ code: "too-fast" }));
    time = 500;
    for (let count = 0; count < 100; count += 1) send();
    expect(send).toThrow(expect.objectContaining({ code: "too-fast" }));
    expect(posted).toHaveLength(500);
  });

  test("is at most a mebibyte a second, counted as it travels", () => {
    let sent = 0;
    const send = () => {
      mailbox.api.broadcast("ü".repeat(16_000));
      sent += 1;
    };
    expect(() => {
      for (;;) send();
    }).toThrow(expect.objectContaining({ code: "too-fast" }));
    expect(sent).toBe(Math.floor(1024 ** 2 / 32_002));
    time = 100;
    expect(send).not.toThrow();
  });
});

describe("what comes", () => {
  test("reaches each listener with who sent it, until it is taken off", () => {
    const heard: [MessageData, SceneViewer][] = [];
    const listen = (data: MessageData, from: SceneViewer) => void heard.push([data, from]);
    const off = mailbox.api.onMessage(listen);
    mailbox.api.onMessage(listen);
    mailbox.deliver(ann, encodeMessage({ move: "e4" }));
    const from = { id: 7, name: "Ann", role: "controller", hasControl: true };
    expect(heard).toEqual([
      [{ move: "e4" }, from],
      [{ move: "e4" }, from],
    ]);
    off();
    off();
    mailbox.deliver(ann, encodeMessage(Uint8Array.of(9)));
    expect(heard.slice(2)).toEqual([[Uint8Array.of(9), from]]);
  });

  test("reaches the other listeners when one throws, and when one rejects", async () => {
    const heard: MessageData[] = [];
    mailbox.api.onMessage(() => {
      throw new Error("first");
    });
    mailbox.api.onMessage(async () => {
      await turn();
      throw new Error("second");
    });
    mailbox.api.onMessage((data) => void heard.push(data));
    mailbox.deliver(ann, encodeMessage(1));
    await turn();
    await turn();
    expect(heard).toEqual([1]);
    expect(errors.map(String)).toEqual(["Error: first", "Error: second"]);
  });

  test("a listener that is no function is refused", () => {
    expect(() => mailbox.api.onMessage("listen" as never)).toThrow("listener must be a function.");
  });
});

test("a scene that is over hears nothing more and sends nothing more", () => {
  const heard: MessageData[] = [];
  mailbox.api.onMessage((data) => void heard.push(data));
  mailbox.close();
  mailbox.api.onMessage((data) => void heard.push(data));
  mailbox.deliver(ann, encodeMessage(1));
  for (let count = 0; count < 1000; count += 1) mailbox.api.broadcast(count);
  expect([heard, posted]).toEqual([[], []]);
});
