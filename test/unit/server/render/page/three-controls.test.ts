/** three's own controls on server/render/input-element.ts. */

import { BoxGeometry, Group, Mesh, PerspectiveCamera, Spherical, Vector3 } from "three";
import { ArcballControls } from "three/addons/controls/ArcballControls.js";
import { DragControls } from "three/addons/controls/DragControls.js";
import { FirstPersonControls } from "three/addons/controls/FirstPersonControls.js";
import { FlyControls } from "three/addons/controls/FlyControls.js";
import { MapControls } from "three/addons/controls/MapControls.js";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { PointerLockControls } from "three/addons/controls/PointerLockControls.js";
import { TrackballControls } from "three/addons/controls/TrackballControls.js";
import { TransformControls } from "three/addons/controls/TransformControls.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InputElement } from "../../../../../server/render/page/input-element.ts";
import { installPageGlobals } from "../../../../../server/render/page/page-globals.ts";
import type { InputEvent, PointerInput } from "../../../../../shared/input.ts";
import { dragInput, keyInput, pointerInput, wheelInput } from "../../../../support/input-samples.ts";

const size = { width: 1280, height: 720 };
let errors: unknown[] = [];
let element: InputElement;
let canvas: HTMLElement;
let camera: PerspectiveCamera;
let uninstall: () => void;

beforeEach(() => {
  errors = [];
  element = new InputElement(size, {
    onError: (error) => void errors.push(error),
    onFrameRequested: () => undefined,
  });
  canvas = element as unknown as HTMLElement;
  camera = new PerspectiveCamera(50, size.width / size.height, 0.1, 100);
  camera.position.set(0, 0, 10);
  camera.updateMatrixWorld();
  uninstall = installPageGlobals(element.ownerDocument.defaultView);
});

afterEach(() => {
  uninstall();
  expect(errors).toEqual([]);
});

function send(events: readonly InputEvent[]): void {
  for (const event of events) element.dispatchInput(event);
}

function touch(phase: PointerInput["phase"], pointerId: number, x: number, y: number): PointerInput {
  return pointerInput(phase, { pointerType: "touch", pointerId, x, y, isPrimary: pointerId === 2 });
}

const azimuth = (): number => new Spherical().setFromVector3(camera.position).theta;

describe("OrbitControls", () => {
  test("a drag over a quarter of the width turns the camera by 2π·dx/height", () => {
    new OrbitControls(camera, canvas);
    send(
      dragInput([
        [0.25, 0.5],
        [0.3, 0.5],
        [0.5, 0.5],
      ]),
    );
    const expected = (-2 * Math.PI * 0.25 * size.width) / size.height;
    const turned = Math.atan2(Math.sin(azimuth() - expected), Math.cos(azimuth() - expected));
    expect(turned).toBeCloseTo(0, 6);
    send([pointerInput("move", { x: 0.9 })]);
    expect(camera.position.length()).toBeCloseTo(10, 6);
  });

  test("a move after the release turns nothing, and nobody listens to it", () => {
    new OrbitControls(camera, canvas);
    send(
      dragInput([
        [0.25, 0.5],
        [0.4, 0.5],
      ]),
    );
    const before = azimuth();
    expect(element.dispatchInput(pointerInput("move", { x: 0.9 }))).toBe(false);
    expect(azimuth()).toBe(before);
  });

  test("the wheel zooms", () => {
    new OrbitControls(camera, canvas);
    send([wheelInput({ deltaY: -100 })]);
    expect(camera.position.length()).toBeCloseTo(10 * 0.95, 6);
  });

  test("two touches that part zoom in as far as they part", () => {
    const controls = new OrbitControls(camera, canvas);
    send([touch("down", 2, 0.4, 0.5), touch("down", 3, 0.6, 0.5)]);
    send([touch("move", 2, 0.3, 0.5), touch("move", 3, 0.7, 0.5)]);
    send([touch("up", 2, 0.3, 0.5), touch("up", 3, 0.7, 0.5)]);
    expect(camera.position.distanceTo(controls.target)).toBeCloseTo(5, 5);
  });

  test("a drag with the right button pans", () => {
    const controls = new OrbitControls(camera, canvas);
    send(
      dragInput(
        [
          [0.5, 0.5],
          [0.6, 0.5],
        ],
        { button: 2 },
      ),
    );
    const width = 2 * 10 * Math.tan((25 * Math.PI) / 180) * (size.width / size.height);
    expect(controls.target.x).toBeCloseTo(-0.1 * width, 6);
  });

  test("keys pan once listened to", () => {
    const controls = new OrbitControls(camera, canvas);
    controls.listenToKeyEvents(element.ownerDocument.defaultView as unknown as HTMLElement);
    send([keyInput("down", { code: "ArrowLeft", key: "ArrowLeft" })]);
    expect(controls.target.x).toBeLessThan(0);
  });

  test("pointercancel ends a drag", () => {
    new OrbitControls(camera, canvas);
    send([pointerInput("down", { x: 0.2 }), pointerInput("move", { x: 0.3, buttons: 1 }), pointerInput("cancel")]);
    const before = azimuth();
    send([pointerInput("move", { x: 0.9, buttons: 1 })]);
    expect(azimuth()).toBe(before);
  });

  test("disposing takes every listener off", () => {
    const controls = new OrbitControls(camera, canvas);
    controls.dispose();
    const events = [
      ...dragInput([
        [0.2, 0.5],
        [0.4, 0.5],
      ]),
      wheelInput(),
      keyInput("down"),
    ];
    expect(events.some((event) => element.dispatchInput(event))).toBe(false);
  });
});

describe("TrackballControls", () => {
  test("turns by a drag, zooms by the wheel and by two touches", () => {
    const controls = new TrackballControls(camera, canvas);
    controls.staticMoving = true;
    controls.handleResize();
    send(
      dragInput([
        [0.4, 0.5],
        [0.6, 0.5],
      ]),
    );
    controls.update();
    expect(Math.abs(camera.position.x)).toBeGreaterThan(1);
    expect(camera.position.length()).toBeCloseTo(10, 5);
    send([wheelInput({ deltaY: -500 })]);
    controls.update();
    expect(camera.position.length()).toBeLessThan(9);
    const before = camera.position.length();
    send([touch("down", 2, 0.4, 0.5), touch("down", 3, 0.6, 0.5), touch("move", 3, 0.9, 0.5)]);
    controls.update();
    expect(camera.position.length()).toBeLessThan(before);
  });
});

describe("the other controls", () => {
  test("MapControls pans by a drag", () => {
    camera.position.set(0, 10, 10);
    camera.lookAt(0, 0, 0);
    const controls = new MapControls(camera, canvas);
    send(
      dragInput([
        [0.5, 0.5],
        [0.6, 0.5],
      ]),
    );
    expect(controls.target.x).toBeLessThan(-0.1);
  });

  test("ArcballControls turns by a drag and animates by requestAnimationFrame", () => {
    const controls = new ArcballControls(camera, canvas, null);
    send(
      dragInput([
        [0.5, 0.5],
        [0.55, 0.5],
        [0.6, 0.5],
      ]),
    );
    element.ownerDocument.defaultView.runFrameCallbacks(performance.now());
    expect(camera.position.distanceTo(new Vector3(0, 0, 10))).toBeGreaterThan(0.5);
    controls.dispose();
  });

  test("FlyControls flies by keys and turns by the pointer", () => {
    const controls = new FlyControls(camera, canvas);
    send([keyInput("down", { code: "KeyW" }), pointerInput("move", { x: 0.9 })]);
    controls.update(1);
    expect(camera.position.z).toBeLessThan(10);
    expect(camera.quaternion.w).toBeLessThan(1);
  });

  test("FirstPersonControls walks by keys and looks by a drag", () => {
    const controls = new FirstPersonControls(camera, canvas);
    send([keyInput("down", { code: "KeyW" }), pointerInput("down"), pointerInput("move", { x: 0.9, buttons: 1 })]);
    controls.update(0.1);
    expect(camera.position.z).toBeLessThan(10);
    expect(Math.abs(camera.quaternion.y)).toBeGreaterThan(0);
  });

  test("DragControls drags an object", () => {
    const box = new Mesh(new BoxGeometry(2, 2, 2));
    const group = new Group().add(box);
    group.updateMatrixWorld(true);
    new DragControls([box], camera, canvas);
    send([
      pointerInput("move"),
      ...dragInput([
        [0.5, 0.5],
        [0.6, 0.5],
      ]),
    ]);
    expect(box.position.x).toBeGreaterThan(1);
    expect(element.style["cursor"]).toBe("pointer");
  });

  test("TransformControls moves an object by its handle", () => {
    const box = new Mesh(new BoxGeometry(1, 1, 1));
    const controls = new TransformControls(camera, canvas);
    const root = new Group().add(box, controls.getHelper());
    controls.attach(box);
    root.updateMatrixWorld(true);
    const onHandle = 0.55;
    send([
      pointerInput("move", { x: onHandle }),
      ...dragInput([
        [onHandle, 0.5],
        [onHandle + 0.1, 0.5],
      ]),
    ]);
    expect(box.position.x).toBeGreaterThan(0.5);
  });

  test("PointerLockControls is told that the pointer cannot be locked", () => {
    let refusals = 0;
    const controls = new PointerLockControls(camera, canvas);
    controls.disconnect();
    element.ownerDocument.addEventListener("pointerlockerror", () => void (refusals += 1));
    controls.lock();
    expect([refusals, controls.isLocked]).toEqual([1, false]);
  });
});
