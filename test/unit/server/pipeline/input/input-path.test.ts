/** The way of input from the gates into the scene: server/session/input-path.ts. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { InputPath } from "../../../../../server/pipeline/input/input-path.ts";
import type { QueuedInput } from "../../../../../server/render/render-protocol.ts";
import type { InputEvent } from "../../../../../shared/input.ts";
import { milliseconds } from "../../../../../shared/time.ts";
import { keyInput, pointerInput, wheelInput } from "../../../../support/input-samples.ts";

let path: InputPath;
let passed: QueuedInput[];
let active: (readonly string[])[];
let steered: string[];

beforeEach(() => {
  vi.useFakeTimers();
  [passed, active, steered] = [[], [], []];
  path = new InputPath({
    pass: (input) => void passed.push(input),
    steered: (viewerId) => void steered.push(viewerId),
    sendActive: (viewerIds) => void active.push(viewerIds),
  });
});

afterEach(() => {
  path.close();
});

let sequence = 0;
const send = (viewerId: string, ...events: InputEvent[]): void => {
  for (const event of events) path.handle(viewerId, (sequence += 1), event, milliseconds(0));
};
const phases = () => passed.map(({ viewerId, event }) => `${viewerId} ${"phase" in event ? event.phase : event.kind}`);

test("who loses control while it drags frees the pointer for who gets it", () => {
  path.setControllers(["ann"]);
  send("ann", pointerInput("down"), pointerInput("move", { buttons: 1 }));
  path.setControllers(["bob"]);
  send("ann", pointerInput("move", { buttons: 1 }), pointerInput("up"));
  send("bob", pointerInput("down"), pointerInput("up"));
  expect(phases()).toEqual(["ann down", "ann move", "ann cancel", "bob down", "bob up"]);
  const [first, , cancel] = passed.map(({ event }) => (event.kind === "pointer" ? event.pointerId : null));
  expect(cancel).toBe(first);
});

test("what the server lets go of has the sequence 0, which no viewer waits for", () => {
  path.setControllers(["ann"]);
  send("ann", pointerInput("down"), keyInput("down"));
  path.remove("ann");
  path.remove("ann");
  expect(phases().slice(2)).toEqual(["ann cancel", "ann up"]);
  expect(passed.slice(2).map((input) => input.sequence)).toEqual([0, 0]);
});

test("a press that lost against another's comes to nothing when control is lost and got again", () => {
  path.setControllers(["ann", "bob"]);
  send("ann", pointerInput("down"));
  send("bob", pointerInput("down"));
  path.setControllers(["ann"]);
  send("ann", pointerInput("up"));
  path.setControllers(["ann", "bob"]);
  send("bob", pointerInput("move", { buttons: 1 }), pointerInput("up"), pointerInput("move"));
  expect(phases()).toEqual(["ann down", "ann up", "bob move"]);
});

test("tells who used control, at once and then at most once a second, and is silent when nobody does", () => {
  path.setControllers(["ann", "bob"]);
  send("eve", wheelInput());
  expect(active).toEqual([]);
  send("ann", wheelInput());
  expect(active).toEqual([["ann"]]);
  for (let at = 0; at < 2500; at += 10) {
    send("ann", wheelInput());
    send("bob", wheelInput());
    vi.advanceTimersByTime(10);
  }
  expect(active.slice(1)).toEqual([
    ["ann", "bob"],
    ["ann", "bob"],
  ]);
  vi.advanceTimersByTime(2000);
  expect(active).toHaveLength(4);
  expect(vi.getTimerCount()).toBe(0);
});

test("who is let go of did not use control by that", () => {
  path.setControllers(["ann", "bob"]);
  send("bob", keyInput("down"));
  vi.advanceTimersByTime(5000);
  path.setControllers(["ann"]);
  vi.advanceTimersByTime(5000);
  expect(active).toEqual([["bob"]]);
});

test("who lets go of a press, turns a wheel or presses a key has steered; who only looks around, or may not, has not", () => {
  path.setControllers(["ann", "bob"]);
  send("ann", pointerInput("move"), pointerInput("down"), pointerInput("move", { buttons: 1 }));
  send("cid", pointerInput("down"), pointerInput("up"), keyInput("down"));
  // Ann has the pointer.
  send("bob", pointerInput("down"), pointerInput("up"), wheelInput());
  expect(steered).toEqual([]);
  send("ann", pointerInput("up"));
  send("bob", wheelInput());
  send("ann", keyInput("down"), keyInput("up"));
  expect(steered).toEqual(["ann", "bob", "ann"]);
});
