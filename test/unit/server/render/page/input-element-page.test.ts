/** What a page's canvas has beside pointers: keys, touches, handlers, a place in the document, a cursor. */

import { beforeEach, describe, expect, test } from "vitest";
import { InputElement } from "../../../../../server/render/page/input-element.ts";
import { modifierBits, type PointerInput } from "../../../../../shared/input.ts";
import { dragInput, keyInput, pointerInput, wheelInput } from "../../../../support/input-samples.ts";

type Heard = Event & Record<string, unknown>;

let element: InputElement;

beforeEach(() => {
  const host = { onError: (error: unknown) => expect(error).toBeUndefined(), onFrameRequested: () => undefined };
  element = new InputElement({ width: 800, height: 400 }, host);
});

/** Listens to `types` and returns the list that fills with what is heard. */
function hear(target: EventTarget, ...types: string[]): Heard[] {
  const heard: Heard[] = [];
  for (const type of types) target.addEventListener(type, (event) => void heard.push(event as Heard));
  return heard;
}

describe("keys and fingers", () => {
  test.each([
    ["a", "KeyA", 65, 97],
    ["!", "Digit1", 49, 33],
    ["Enter", "Enter", 13, 13],
    ["ArrowUp", "ArrowUp", 38, null],
    [" ", "Space", 32, 32],
    ["F5", "F5", 116, null],
    ["7", "Numpad7", 103, 55],
    ["Shift", "ShiftLeft", 16, null],
  ])("the key %s of %s has keyCode %i, and a keypress of %s", (key, code, keyCode, charCode) => {
    const heard = hear(element, "keydown", "keypress", "keyup");
    for (const phase of ["down", "up"] as const) element.dispatchInput(keyInput(phase, { key, code }));
    const told = heard.map(({ type, keyCode, which }) => [type, keyCode, which]);
    const press = charCode === null ? [] : [["keypress", charCode, charCode]];
    expect(told).toEqual([["keydown", keyCode, keyCode], ...press, ["keyup", keyCode, keyCode]]);
  });

  test("a keydown whose default is prevented, or with control, has no keypress", () => {
    const heard = hear(element, "keypress");
    element.dispatchInput(keyInput("down", { key: "c", code: "KeyC", modifiers: modifierBits.control }));
    element.addEventListener("keydown", (event) => event.preventDefault());
    element.dispatchInput(keyInput("down", { key: "c", code: "KeyC" }));
    expect(heard).toEqual([]);
  });

  test("fingers fire touch events that list them, and preventing one takes the tap away", () => {
    const heard = hear(element, "touchstart", "touchmove", "touchend", "touchcancel", "click");
    const finger = (phase: PointerInput["phase"], pointerId: number, x: number) =>
      element.dispatchInput(pointerInput(phase, { pointerType: "touch", pointerId, x, y: 0.5 }));
    element.addEventListener("touchend", (event) => event.preventDefault());
    finger("down", 5, 0.25);
    finger("down", 6, 0.5);
    finger("move", 6, 0.75);
    finger("up", 5, 0.25);
    finger("cancel", 6, 0.75);
    finger("down", 7, 0.5);
    finger("up", 7, 0.5);
    type Touch = { identifier: number; clientX: number; target: unknown };
    const touches = heard.map(({ type, touches, changedTouches }) => [
      type,
      (touches as Touch[]).map(({ identifier }) => identifier),
      (changedTouches as Touch[]).map(({ identifier, clientX, target }) => [identifier, clientX, target === element]),
    ]);
    expect(touches).toEqual([
      ["touchstart", [5], [[5, 200, true]]],
      ["touchstart", [5, 6], [[6, 400, true]]],
      ["touchmove", [5, 6], [[6, 600, true]]],
      ["touchend", [6], [[5, 200, true]]],
      ["touchcancel", [], [[6, 600, true]]],
      ["touchstart", [7], [[7, 400, true]]],
      ["touchend", [], [[7, 400, true]]],
    ]);
  });
});

describe("as an element of a page", () => {
  test("onclick and its like are listeners that can be taken off, and false prevents the default", () => {
    const heard: string[] = [];
    const page = element as unknown as Record<string, unknown>;
    page["onwheel"] = (event: Event) => {
      heard.push(event.type);
      return false;
    };
    expect(typeof page["onwheel"]).toBe("function");
    let prevented = false;
    element.ownerDocument.addEventListener("wheel", (event) => {
      prevented = event.defaultPrevented;
    });
    element.dispatchInput(wheelInput());
    page["onwheel"] = null;
    element.dispatchInput(wheelInput());
    expect([heard, prevented, page["onwheel"]]).toEqual([["wheel"], false, null]);
  });

  test("events have the classes that a page gives them", () => {
    const heard = hear(element, "pointerdown", "mousedown", "wheel", "keydown");
    element.dispatchInput(pointerInput("down"));
    element.dispatchInput(wheelInput());
    element.dispatchInput(keyInput("down"));
    expect(heard.map((event) => event.constructor.name)).toEqual([
      "PointerEvent",
      "MouseEvent",
      "WheelEvent",
      "KeyboardEvent",
    ]);
  });

  test("setting its size changes nothing, and it stays the canvas wherever it is put", () => {
    element.width = 10;
    element.height = 10;
    const box = element.ownerDocument.createElement("div");
    element.ownerDocument.body?.append(box);
    box.append(element);
    const heard = hear(box, "click");
    for (const event of dragInput([[0.5, 0.5]])) element.dispatchInput(event);
    expect([element.width, element.height, heard.length]).toEqual([800, 400, 1]);
    box.remove();
    box.textContent = "";
    const still = hear(element.ownerDocument, "click");
    for (const event of dragInput([[0.5, 0.5]])) element.dispatchInput(event);
    expect(still).toHaveLength(1);
  });

  test("the cursor is that of the canvas, else of the body, and told when it changes", () => {
    const cursors: string[] = [];
    const host = { onError: () => undefined, onFrameRequested: () => undefined };
    const canvas = new InputElement(
      { width: 8, height: 8 },
      { ...host, onCursor: (cursor) => void cursors.push(cursor) },
    );
    canvas.ownerDocument.body?.style.setProperty("cursor", "grab");
    canvas.style["cursor"] = "pointer";
    canvas.style["cursor"] = "";
    expect(cursors).toEqual(["grab", "pointer", "grab"]);
  });

  test("it takes drags while something hears presses on it, above it or on what labels lie in", () => {
    const quiet = { onError: () => undefined, onFrameRequested: () => undefined };
    const canvas = new InputElement({ width: 8, height: 8 }, quiet);
    const taken = [canvas.takesDrags];
    const press = () => undefined;
    // What follows the pointer, or is clicked, is not dragged.
    for (const type of ["pointermove", "click", "wheel", "keydown"]) canvas.addEventListener(type, press);
    taken.push(canvas.takesDrags);
    for (const [target, type] of [
      [canvas, "pointerdown"],
      [canvas.ownerDocument.defaultView, "mousedown"],
      [canvas.ownerDocument, "touchstart"],
    ] as const) {
      target.addEventListener(type, press);
      taken.push(canvas.takesDrags);
      target.removeEventListener(type, press);
      taken.push(canvas.takesDrags);
    }
    expect(taken).toEqual([false, false, true, false, true, false, true, false]);
  });

  test("what it cannot give says what to do instead", () => {
    expect(() => element.toDataURL()).toThrow("Take it from the server");
    expect(() => element.getContext("2d")).toThrow("Make another one for 2D drawing");
  });
});
