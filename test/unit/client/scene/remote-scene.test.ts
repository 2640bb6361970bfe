/** Owns the checks of messages and state between page and scene. */

import { expect, it } from "vitest";
import { RemoteScene } from "../../../../client/scene/remote-scene.ts";
import type { Json, MessageData } from "../../../../shared/custom-message.ts";
import { type ClientMessage, MAX_STATE_LENGTH } from "../../../../shared/signaling.ts";

function start(): { scene: RemoteScene; sent: ClientMessage[] } {
  const sent: ClientMessage[] = [];
  return { scene: new RemoteScene((message) => sent.push(message)), sent };
}

it("sends JSON and bytes, and hands on what comes as what it was", () => {
  const { scene, sent } = start();
  const received: MessageData[] = [];
  scene.on("messageReceived", ({ data }) => received.push(data));
  const all: readonly MessageData[] = [{ a: [1, null] }, new Uint8Array([0, 255])];
  for (const data of all) scene.send(data);
  for (const message of sent) if (message.kind === "message") scene.handleMessage(message);
  expect(received).toEqual(all);
});

it("tells whether a message is of the scene or of the program that runs the server", () => {
  const { scene } = start();
  const sources: string[] = [];
  scene.on("messageReceived", ({ from }) => sources.push(from));
  scene.handleMessage({ json: "1" });
  scene.handleMessage({ from: "server", json: "1" });
  expect(sources).toEqual(["scene", "server"]);
});

it("refuses at once what is too long or no JSON, and sends nothing", () => {
  const { scene, sent } = start();
  expect(() => scene.send("x".repeat(17_000))).toThrow(TypeError);
  expect(() => scene.setState("x".repeat(MAX_STATE_LENGTH))).toThrow(/^state must have at most/);
  expect(() => scene.setState(undefined as unknown as Json)).toThrow("state must be a JSON value.");
  expect(sent).toEqual([]);
});

it("tells of a state when it is another", () => {
  const { scene } = start();
  const told: (Json | null)[] = [];
  scene.on("stateChanged", ({ state }) => told.push(state));
  for (const text of [null, '{"x":1}', '{"x":1}', '{"x":2}', null]) scene.handleState(text);
  expect(told).toEqual([{ x: 1 }, { x: 2 }, null]);
});
