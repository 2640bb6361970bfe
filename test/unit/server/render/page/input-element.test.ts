/** The element that stands for the page's canvas: server/render/input-element.ts, by itself. */

import { beforeEach, describe, expect, test } from "vitest";
import { InputElement } from "../../../../../server/render/page/input-element.ts";
import { modifierBits } from "../../../../../shared/input.ts";
import { doubleClickInput, dragInput, keyInput, pointerInput, wheelInput } from "../../../../support/input-samples.ts";

type Heard = Event & Record<string, unknown>;

let errors: unknown[] = [];
let frameRequests = 0;
let element: InputElement;

beforeEach(() => {
  errors = [];
  frameRequests = 0;
  element = new InputElement(
    { width: 800, height: 400 },
    { onError: (error) => void errors.push(error), onFrameRequested: () => void (frameRequests += 1) },
  );
});

/** Listens to `types` and returns the list that fills with what is heard. */
function hear(target: EventTarget, ...types: string[]): Heard[] {
  const heard: Heard[] = [];
  for (const type of types) target.addEventListener(type, (event) => void heard.push(event as Heard));
  return heard;
}

const typesOf = (heard: readonly Event[]): string[] => heard.map(({ type }) => type);
const pointerTypes = ["pointerdown", "pointermove", "pointerup", "pointercancel", "pointerover", "pointerenter"];
const mouseTypes = ["mousedown", "mousemove", "mouseup", "mouseover", "mouseenter", "mouseleave", "click", "auxclick"];
const allTypes = [...pointerTypes, "pointerout", "pointerleave", ...mouseTypes, "mouseout", "contextmenu", "dblclick"];

describe("fields", () => {
  test("coordinates are pixels of the picture, movement counts from the move before", () => {
    const heard = hear(element, "pointermove");
    element.dispatchInput(pointerInput("move", { x: 0.25, y: 0.5 }));
    element.dispatchInput(pointerInput("move", { x: 0.5, y: 0.25, pressure: 0.5, tiltX: 10 }));
    expect(heard[0]).toMatchObject({ clientX: 200, clientY: 200, movementX: 0, movementY: 0 });
    expect(heard[1]).toMatchObject({
      clientX: 400,
      clientY: 100,
      pageX: 400,
      offsetY: 100,
      screenX: 400,
      movementX: 200,
      movementY: -100,
      pointerType: "mouse",
      isPrimary: true,
      pressure: 0.5,
      tiltX: 10,
      button: -1,
    });
  });

  test("modifiers, wheel deltas and keys are those of the viewer", () => {
    const heard = hear(element, "wheel", "keydown");
    element.dispatchInput(wheelInput({ deltaY: -120, modifiers: modifierBits.control }));
    element.dispatchInput(keyInput("down", { code: "Digit1", key: "!", repeat: true, modifiers: modifierBits.shift }));
    expect(heard[0]).toMatchObject({ deltaY: -120, deltaMode: 0, ctrlKey: true, shiftKey: false, clientX: 400 });
    expect(heard[1]).toMatchObject({ code: "Digit1", key: "!", repeat: true, shiftKey: true, location: 0 });
    const isHeld = heard[1]?.["getModifierState"] as ((name: string) => boolean) | undefined;
    expect(isHeld?.("Shift")).toBe(true);
  });

  test("the size is that of the picture, and resizing tells the window", () => {
    const heard = hear(element.ownerDocument.defaultView, "resize");
    element.resize({ width: 640, height: 360 });
    expect([element.clientWidth, element.offsetHeight, element.getBoundingClientRect().right]).toEqual([640, 360, 640]);
    expect([element.ownerDocument.defaultView.innerWidth, heard.length]).toEqual([640, 1]);
  });
});

describe("the events of a gesture", () => {
  test("a mouse fires pointer and mouse events, and a click after the press", () => {
    const heard = hear(element, ...allTypes);
    element.dispatchInput(pointerInput("enter"));
    for (const event of dragInput([
      [0.1, 0.1],
      [0.5, 0.1],
    ]))
      element.dispatchInput(event);
    element.dispatchInput(pointerInput("leave"));
    expect(typesOf(heard)).toEqual([
      ...["pointerover", "pointerenter", "mouseover", "mouseenter"],
      ...["pointerdown", "mousedown", "pointermove", "mousemove", "pointerup", "mouseup", "click"],
      ...["pointerout", "pointerleave", "mouseout", "mouseleave"],
    ]);
    expect(heard.find(({ type }) => type === "click")).toMatchObject({ detail: 1, button: 0, clientX: 400 });
  });

  test("the right button fires contextmenu and no click", () => {
    const heard = hear(element, "click", "auxclick", "contextmenu");
    for (const event of dragInput([[0.5, 0.5]], { button: 2 })) element.dispatchInput(event);
    expect(typesOf(heard)).toEqual(["auxclick", "contextmenu"]);
  });

  test("a second button comes as a move with mousedown and mouseup", () => {
    const heard = hear(element, ...allTypes);
    element.dispatchInput(pointerInput("down"));
    element.dispatchInput(pointerInput("move", { button: 2, buttons: 3 }));
    element.dispatchInput(pointerInput("move", { button: 2, buttons: 1 }));
    expect(typesOf(heard)).toEqual([
      ...["pointerdown", "mousedown", "pointermove", "mousedown"],
      ...["pointermove", "mouseup", "auxclick", "contextmenu"],
    ]);
  });

  test("a tap clicks, with a mouse's events, however far it went on the picture; what the page calls a drag, a pinch and a cancelled touch do not", () => {
    const heard = hear(element, "click", "mousedown", "mousemove", "mouseup");
    const touch = { pointerType: "touch", pointerId: 5 } as const;
    for (const event of dragInput(
      [
        [0.5, 0.5],
        [0.58, 0.5],
      ],
      touch,
    ))
      element.dispatchInput(event);
    const tap = ["mousemove", "mousedown", "mouseup", "click"];
    expect(typesOf(heard)).toEqual(tap);
    for (const event of dragInput(
      [
        [0.5, 0.5],
        [0.505, 0.5],
        [0.5, 0.5],
      ],
      { ...touch, isDrag: true },
    ))
      element.dispatchInput(event);
    for (const phase of ["down", "up"] as const) {
      for (const pointerId of [6, 7]) element.dispatchInput(pointerInput(phase, { ...touch, pointerId }));
    }
    for (const phase of ["down", "cancel", "up"] as const) element.dispatchInput(pointerInput(phase, touch));
    expect(typesOf(heard)).toEqual(tap);
  });

  test("clicks in a row are counted, a double click is the browser's own", () => {
    const heard = hear(element, "click", "dblclick");
    for (const event of [...dragInput([[0.5, 0.5]]), ...dragInput([[0.5, 0.5]])]) element.dispatchInput(event);
    element.dispatchInput(doubleClickInput());
    expect(heard.map(({ type, detail }) => [type, detail])).toEqual([
      ["click", 1],
      ["click", 2],
      ["dblclick", 2],
    ]);
  });

  test("a release outside of the picture, or without a press, is no click", () => {
    const heard = hear(element, "click");
    for (const event of dragInput([
      [0.5, 0.5],
      [1.2, 0.5],
    ]))
      element.dispatchInput(event);
    element.dispatchInput(pointerInput("up"));
    expect(heard).toEqual([]);
  });

  test("a pointerdown whose default is prevented has no mouse events until its release", () => {
    const heard = hear(element, "mousedown", "mousemove", "mouseup", "click");
    element.addEventListener("pointerdown", (event) => event.preventDefault(), { once: true });
    for (const event of dragInput([
      [0.5, 0.5],
      [0.6, 0.5],
    ]))
      element.dispatchInput(event);
    element.dispatchInput(pointerInput("move"));
    expect(typesOf(heard)).toEqual(["click", "mousemove"]);
  });

  test("capture is remembered and ends with the pointer", () => {
    const heard = hear(element, "gotpointercapture", "lostpointercapture");
    element.dispatchInput(pointerInput("down"));
    element.setPointerCapture(1);
    expect(element.hasPointerCapture(1)).toBe(true);
    element.dispatchInput(pointerInput("up"));
    expect([element.hasPointerCapture(1), ...typesOf(heard)]).toEqual([
      false,
      "gotpointercapture",
      "lostpointercapture",
    ]);
  });
});

describe("dispatch", () => {
  test("goes down from the window and up again, but boundary events do not bubble", () => {
    const order: string[] = [];
    const page = element.ownerDocument;
    const targets = { window: page.defaultView, document: page, element };
    for (const [name, target] of Object.entries(targets)) {
      for (const capture of [true, false]) {
        const note = (event: Event): void =>
          void order.push(`${event.type} ${name} ${capture} ${event.currentTarget === target}`);
        target.addEventListener("keydown", note, capture);
        target.addEventListener("pointerenter", note, { capture });
      }
    }
    element.dispatchInput(keyInput("down"));
    expect(order.map((line) => line.replace("keydown ", ""))).toEqual([
      ...["window true true", "document true true", "element true true"],
      ...["element false true", "document false true", "window false true"],
    ]);
    order.length = 0;
    element.dispatchInput(pointerInput("enter"));
    expect(order).toHaveLength(4);
  });

  test("the target is the element wherever the event is heard", () => {
    const heard = hear(element.ownerDocument.defaultView, "keyup");
    element.dispatchInput(keyInput("up"));
    expect(heard[0]?.target).toBe(element);
  });

  test("stopPropagation stops at the target, stopImmediatePropagation at the listener", () => {
    const calls: string[] = [];
    element.addEventListener("wheel", (event) => {
      calls.push("first");
      event.stopPropagation();
    });
    element.addEventListener("wheel", (event) => {
      calls.push("second");
      event.stopImmediatePropagation();
    });
    element.addEventListener("wheel", () => void calls.push("third"));
    element.ownerDocument.addEventListener("wheel", () => void calls.push("document"));
    element.dispatchInput(wheelInput());
    expect(calls).toEqual(["first", "second"]);
  });

  test("once, signal, removal and doubled registration hold as in a page", () => {
    const calls: string[] = [];
    const twice = (): void => void calls.push("twice");
    const abort = new AbortController();
    element.addEventListener("wheel", () => void calls.push("once"), { once: true });
    element.addEventListener("wheel", () => void calls.push("signal"), { signal: abort.signal });
    element.addEventListener("wheel", { handleEvent: () => void calls.push("object") });
    element.addEventListener("wheel", twice);
    element.addEventListener("wheel", twice);
    element.addEventListener("wheel", twice, { capture: true });
    element.dispatchInput(wheelInput());
    expect(calls.toSorted()).toEqual(["object", "once", "signal", "twice", "twice"]);
    calls.length = 0;
    abort.abort();
    element.removeEventListener("wheel", twice);
    element.dispatchInput(wheelInput());
    expect(calls).toEqual(["twice", "object"]);
  });

  test("says whether anybody listened", () => {
    expect(element.dispatchInput(pointerInput("move"))).toBe(false);
    hear(element, "click");
    expect(element.dispatchInput(pointerInput("move"))).toBe(false);
    expect(dragInput([[0.5, 0.5]]).map((event) => element.dispatchInput(event))).toEqual([false, true]);
    hear(element.ownerDocument.defaultView, "keydown");
    expect(element.dispatchInput(keyInput("down"))).toBe(true);
    expect(element.dispatchInput(keyInput("up"))).toBe(false);
    element.addEventListener("wheel", () => undefined, { once: true });
    expect([element.dispatchInput(wheelInput()), element.dispatchInput(wheelInput())]).toEqual([true, false]);
  });

  test("a listener that throws or rejects is reported and stops no other", async () => {
    const heard: string[] = [];
    element.addEventListener("wheel", () => {
      throw new Error("thrown");
    });
    element.addEventListener("wheel", async () => {
      throw new Error("rejected");
    });
    element.addEventListener("wheel", () => void heard.push("after"));
    expect(element.dispatchInput(wheelInput())).toBe(true);
    await Promise.resolve();
    expect(heard).toEqual(["after"]);
    expect(errors.map(String)).toEqual(["Error: thrown", "Error: rejected"]);
  });
});

test("requestAnimationFrame asks for a frame and runs once before it", () => {
  const { defaultView: view } = element.ownerDocument;
  const times: number[] = [];
  view.requestAnimationFrame((time) => {
    times.push(time);
    view.requestAnimationFrame(() => times.push(-1));
  });
  view.cancelAnimationFrame(view.requestAnimationFrame(() => times.push(-2)));
  view.runFrameCallbacks(16);
  expect([times, frameRequests]).toEqual([[16], 3]);
});
