/** Owns the checks of messages and state between page and scene. */

import { expect, it } from "vitest";
import { SceneChannel } from "../../../../client/scene/scene-channel.ts";
import type { Json, MessageData } from "../../../../shared/custom-message.ts";
import { type ClientMessage, MAX_STATE_LENGTH } from "../../../../shared/signaling.ts";

function start(): { channel: SceneChannel; sent: ClientMessage[] } {
  const sent: ClientMessage[] = [];
  return { channel: new SceneChannel((message) => sent.push(message)), sent };
}

it("sends JSON and bytes, and hands on what comes as what it was", () => {
  const { channel, sent } = start();
  const received: MessageData[] = [];
  channel.on("messageReceived", ({ data }) => received.push(data));
  const all: readonly MessageData[] = [{ a: [1, null] }, new Uint8Array([0, 255])];
  for (const data of all) channel.send(data);
  for (const message of sent) if (message.kind === "message") channel.handleMessage(message);
  expect(received).toEqual(all);
});

it("refuses at once what is too long or no JSON, and sends nothing", () => {
  const { channel, sent } = start();
  expect(() => channel.send("x".repeat(17_000))).toThrow(TypeError);
  expect(() => channel.setState("x".repeat(MAX_STATE_LENGTH))).toThrow(/^state must have at most/);
  expect(() => channel.setState(undefined as unknown as Json)).toThrow("state must be a JSON value.");
  expect(sent).toEqual([]);
});

it("tells of a state when it is another", () => {
  const { channel } = start();
  const told: (Json | null)[] = [];
  channel.on("sceneStateChanged", ({ state }) => told.push(state));
  for (const text of [null, '{"x":1}', '{"x":1}', '{"x":2}', null]) channel.handleState(text);
  expect(told).toEqual([{ x: 1 }, { x: 2 }, null]);
});
