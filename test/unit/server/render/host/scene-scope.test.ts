/** What a scene leaves running ends with it. */

import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { BufferGeometry, EventDispatcher, Texture } from "three";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { installScopes, SceneScope } from "../../../../../server/render/host/scene-scope.ts";

const failed = vi.fn();
let scope: SceneScope;

beforeAll(() => installScopes());
beforeEach(() => {
  failed.mockReset();
  scope = new SceneScope(failed);
});

test("SC1, SC2: timers end with the scope, those of timers and after an await too; the server's go on", async () => {
  const [own, server] = [vi.fn(), vi.fn()];
  const late = setInterval(server, 10);
  await scope.run(async () => {
    setInterval(own, 10);
    setTimeout(() => setInterval(own, 10), 1);
    await sleep(20);
    setTimeout(own, 60);
    setImmediate(() => setTimeout(own, 60));
  });
  await sleep(40);
  expect(own.mock.calls.length).toBeGreaterThan(2);
  scope.close();
  own.mockReset();
  server.mockReset();
  scope.run(() => {
    setTimeout(own, 1);
    setImmediate(own);
    setInterval(own, 1);
  });
  await sleep(120);
  expect(own).not.toHaveBeenCalled();
  expect(server.mock.calls.length).toBeGreaterThan(2);
  clearInterval(late);
});

test("what a timer throws is told, and an interval goes on; arguments and promises are as they were", async () => {
  const error = new Error("in a timer");
  let times = 0;
  const values: unknown[] = [];
  const promised = await scope.run(async () => {
    const timer = setInterval(() => {
      times += 1;
      if (times === 3) clearInterval(timer);
      throw error;
    }, 5);
    setTimeout((...given: unknown[]) => values.push(...given), 1, "a", 2);
    return await promisify(setTimeout)(5, "done");
  });
  await vi.waitFor(() => expect(times).toBe(3));
  expect(failed.mock.calls).toEqual([[error], [error], [error]]);
  expect([promised, values]).toEqual(["done", ["a", 2]]);
  expect(() => scope.run(() => setTimeout("text" as never))).toThrow(TypeError);
});

test("a timer that is cleared is forgotten, as is one that fired", async () => {
  const timers = scope.run(() => [setTimeout(() => undefined, 1000), setInterval(() => undefined, 1000)] as const);
  scope.run(() => setTimeout(() => undefined, 1));
  expect(scope.pending).toBe(3);
  clearTimeout(timers[0]);
  clearInterval(timers[1]);
  await vi.waitFor(() => expect(scope.pending).toBe(0));
});

test("SC3: what three listens to is disposed of once, whoever threw meanwhile, and not the picture's own target", () => {
  const [texture, geometry, target, foreign] = [
    new Texture(),
    new BufferGeometry(),
    new EventDispatcher(),
    new Texture(),
  ];
  const disposed: string[] = [];
  const listen = (name: string, object: EventDispatcher<never>): void =>
    object.addEventListener("dispose" as never, (() => disposed.push(name)) as never);
  Object.assign(target, { isXRRenderTarget: true, dispose: () => disposed.push("target") });
  listen("foreign", foreign as never);
  scope.run(() => {
    listen("texture", texture as never);
    listen("texture again", texture as never);
    listen("geometry", geometry as never);
    listen("target", target as never);
  });
  geometry.addEventListener("dispose", () => {
    throw new Error("of a listener");
  });
  scope.close();
  expect(disposed).toEqual(["texture", "texture again", "geometry"]);
  expect(failed).toHaveBeenCalledTimes(1);
  scope.close();
  expect(disposed).toHaveLength(3);
});
