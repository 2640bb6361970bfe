import { expect, test } from "vitest";
import { CanvasInput } from "../../../../../server/render/source/canvas-input.ts";
import { type InputEvent, modifierBits, type PointerInput } from "../../../../../shared/input.ts";
import { milliseconds } from "../../../../../shared/time.ts";

const input = new CanvasInput(() => ({ width: 800, height: 400 }));
const mouse: PointerInput = {
  kind: "pointer",
  phase: "move",
  pointerId: 1,
  pointerType: "mouse",
  isPrimary: true,
  isDrag: false,
  x: 0.25,
  y: 0.5,
  button: -1,
  buttons: 0,
  modifiers: 0,
  pressure: 0,
  tiltX: 0,
  tiltY: 0,
};

function told(event: InputEvent, canvas: CanvasInput = input) {
  return canvas.eventsOf(event, milliseconds(1500));
}

test("a mouse is told in logical pixels, buttons and modifiers in rendercanvas' words", () => {
  const held = modifierBits.shift | modifierBits.meta | modifierBits.capsLock;
  expect(told({ ...mouse, phase: "down", button: 2, buttons: 2, modifiers: held, pressure: 0.5 })).toEqual([
    {
      event_type: "pointer_down",
      x: 200,
      y: 200,
      button: 2,
      buttons: [2],
      modifiers: ["Shift", "Meta"],
      ntouches: 1,
      touches: { 1: { x: 200, y: 200, pressure: 0.5 } },
      time_stamp: 1.5,
    },
  ]);
  const [up] = told({ ...mouse, phase: "up", button: 2 });
  expect(up).toMatchObject({ event_type: "pointer_up", button: 2, buttons: [], ntouches: 0, touches: {} });
  expect(told({ ...mouse, phase: "leave", x: 1.5 })).toMatchObject([
    { event_type: "pointer_leave", x: 1200, button: 0 },
  ]);
});

test("a button that changes while another is held is a press or a release of its own (CI2)", () => {
  expect(told({ ...mouse, button: 1, buttons: 5 })).toMatchObject([
    { event_type: "pointer_down", button: 3, buttons: [1, 3] },
  ]);
  expect(told({ ...mouse, button: 1, buttons: 1 })).toMatchObject([
    { event_type: "pointer_up", button: 3, buttons: [1] },
  ]);
  expect(told({ ...mouse, buttons: 1 })).toMatchObject([{ event_type: "pointer_move", button: 0, buttons: [1] }]);
});

test("fingers beside the first are moves of the first, in touches (CI1)", () => {
  const canvas = new CanvasInput(() => ({ width: 100, height: 100 }));
  const finger: PointerInput = { ...mouse, pointerType: "touch", buttons: 1, button: 0, phase: "down", pressure: 1 };
  told({ ...finger, x: 0.1, y: 0.1 }, canvas);
  const second = { ...finger, pointerId: 2, isPrimary: false, x: 0.9, y: 0.9 };
  expect(told(second, canvas)).toMatchObject([
    {
      event_type: "pointer_move",
      x: 10,
      y: 10,
      button: 0,
      ntouches: 2,
      touches: { 1: { x: 10, y: 10 }, 2: { x: 90, y: 90 } },
    },
  ]);
  expect(told({ ...second, phase: "cancel", buttons: 0 }, canvas)).toMatchObject([
    { event_type: "pointer_move", ntouches: 1 },
  ]);
  expect(told({ ...finger, phase: "up", buttons: 0 }, canvas)).toMatchObject([
    { event_type: "pointer_up", ntouches: 0 },
  ]);
});

test("wheels, double clicks and keys; a key that types is followed by what it types", () => {
  expect(
    told({ kind: "wheel", x: 0.5, y: 0.5, deltaX: -3, deltaY: 120, buttons: 4, modifiers: modifierBits.control }),
  ).toEqual([
    { event_type: "wheel", x: 400, y: 200, dx: -3, dy: 120, buttons: [3], modifiers: ["Control"], time_stamp: 1.5 },
  ]);
  expect(told({ kind: "double-click", x: 0.5, y: 0.25, button: 0, modifiers: 0 })).toMatchObject([
    { event_type: "double_click", x: 400, y: 100, button: 1, buttons: [], ntouches: 0, touches: {} },
  ]);
  const key = { kind: "key", phase: "down", code: "KeyA", key: "a", location: 0, repeat: false, modifiers: 0 } as const;
  expect(told(key)).toEqual([
    { event_type: "key_down", key: "a", modifiers: [], time_stamp: 1.5 },
    { event_type: "char", data: "a", char_str: "a", modifiers: [], time_stamp: 1.5 },
  ]);
  const kinds = (event: InputEvent) => told(event).map(({ event_type }) => event_type);
  expect(kinds({ ...key, phase: "up" })).toEqual(["key_up"]);
  expect(kinds({ ...key, key: "Enter" })).toEqual(["key_down"]);
  expect(kinds({ ...key, modifiers: modifierBits.control })).toEqual(["key_down"]);
  expect(kinds({ kind: "release" })).toEqual([]);
});
