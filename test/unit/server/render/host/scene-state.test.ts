/** What the server knows of a scene's state: server/render/scene-state.ts, rules ST1 to ST3. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SceneState } from "../../../../../server/render/host/scene-state.ts";
import type { Json } from "../../../../../shared/custom-message.ts";
import { milliseconds } from "../../../../../shared/time.ts";

let told: (string | null)[];
let notices: (string | null)[];
let state: SceneState;

beforeEach(() => {
  vi.useFakeTimers({ now: 1000 });
});

afterEach(() => {
  state.close();
});

function make(from: string | null = null): void {
  [told, notices] = [[], []];
  state = new SceneState({
    state: from,
    told: (text) => void told.push(text),
    noticed: (text) => void notices.push(text),
    clock: () => milliseconds(Date.now()),
  });
}

/** A scene that counts, and how often it was asked. */
function counter(start = 0) {
  const scene = {
    count: start,
    asked: 0,
    given: [] as Json[],
    getState(): Json {
      scene.asked += 1;
      return { count: scene.count };
    },
    setState(given: Json): void {
      scene.given.push(given);
      scene.count = (given as { count: number }).count;
    },
  };
  return scene;
}

describe("ST1: a scene is asked", () => {
  test("after frames, at most four times a second, and for the newest in the end", () => {
    make();
    const scene = counter();
    state.begin(scene);
    for (let at = 0; at < 2000; at += 10) {
      scene.count += 1;
      state.handleFrame();
      vi.advanceTimersByTime(10);
    }
    expect(scene.asked).toBeLessThanOrEqual(9);
    expect(scene.asked).toBeGreaterThanOrEqual(7);
    vi.advanceTimersByTime(300);
    expect(told.at(-1)).toBe('{"count":200}');
    expect(vi.getTimerCount()).toBe(0);
  });

  test("at once after its first frame, and without frames not at all", () => {
    make();
    const scene = counter(3);
    state.begin(scene);
    expect(scene.asked).toBe(0);
    state.flush();
    expect(told).toEqual(['{"count":3}']);
    scene.count = 4;
    vi.advanceTimersByTime(10_000);
    expect(scene.asked).toBe(1);
  });
});

test("ST2: a state is told first of all, and then when its text differs from the one told before", () => {
  make('{"count":5}');
  const scene = counter();
  state.begin(scene);
  state.flush();
  expect([scene.count, told]).toEqual([5, ['{"count":5}']]);
  for (let frame = 0; frame < 5; frame += 1) {
    state.handleFrame();
    vi.advanceTimersByTime(300);
  }
  expect(told).toHaveLength(1);
  scene.count = 6;
  state.handleFrame();
  vi.advanceTimersByTime(300);
  expect(told).toEqual(['{"count":5}', '{"count":6}']);
});

describe("a state that is given", () => {
  test("is set before the scene is asked, and the scene's own is told then", () => {
    make();
    const scene = counter();
    state.begin(scene);
    expect(state.take('{"count":40,"old":true}')).toBe(true);
    vi.advanceTimersByTime(300);
    expect(scene.given).toEqual([{ count: 40, old: true }]);
    expect(told).toEqual(['{"count":40}']);
  });

  test("goes on to the scene that takes the place of this one, as it is at the end", () => {
    make();
    const first = counter();
    state.begin(first);
    state.flush();
    first.count = 8;
    state.handleFrame();
    state.flush();
    const second = counter();
    state.begin(second);
    expect(second.given).toEqual([{ count: 8 }]);
  });

  test("is no business of a scene that takes none", () => {
    make('{"count":1}');
    state.begin({ getState: () => "own" });
    expect(state.take('{"count":2}')).toBe(false);
    vi.advanceTimersByTime(300);
    expect(told).toEqual(['"own"']);
  });

  test("reaches a scene that gives none, and the next of that sort too", () => {
    make('{"count":1}');
    const [first, second] = [counter(), counter()];
    state.begin({ setState: first.setState });
    state.take('{"count":2}');
    vi.advanceTimersByTime(300);
    state.begin({ setState: second.setState });
    expect(first.given).toEqual([{ count: 1 }, { count: 2 }]);
    expect(second.given).toEqual([{ count: 2 }]);
    expect(told).toEqual([null]);
  });
});

test("a scene without any has the state null", () => {
  make('{"count":1}');
  state.begin({});
  vi.advanceTimersByTime(1000);
  expect([told, notices]).toEqual([[null], []]);
});

describe("ST3: what a scene does wrong", () => {
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;

  test.each([
    [
      "throws",
      () => {
        throw new Error("not now");
      },
      /^The scene threw in getState\(\): Error: not now \(scene-state\.test\.ts:\d+:\d+\)\.$/,
    ],
    ["gives nothing", () => undefined as never, "The scene threw in getState(): TypeError: it must return JSON."],
    ["gives a circle", () => circular as never, /getState\(\): TypeError: Converting circular/],
    ["gives too much", () => "x".repeat(20_000), /at most 16384 characters of JSON, not 20002/],
  ])("is told once when getState %s, and the last good state stays", (_, getState: () => Json, sentence) => {
    make();
    const scene: { getState(): Json } = { getState: () => 1 };
    state.begin(scene);
    state.flush();
    scene.getState = getState;
    for (let frame = 0; frame < 5; frame += 1) {
      state.handleFrame();
      vi.advanceTimersByTime(300);
    }
    expect(notices).toEqual([expect.stringMatching(sentence instanceof RegExp ? sentence : /./)]);
    if (typeof sentence === "string") expect(notices).toEqual([sentence]);
    expect(told).toEqual(["1"]);
    scene.getState = () => 2;
    state.handleFrame();
    vi.advanceTimersByTime(300);
    expect([notices.length, notices.at(-1), told.at(-1)]).toEqual([2, null, "2"]);
  });

  test("in setState is told, and the scene goes on", () => {
    make('{"count":1}');
    const scene = counter();
    const bad = () => {
      throw new RangeError("of another version");
    };
    state.begin({ getState: scene.getState, setState: bad });
    const sentence = /^The scene threw in setState\(\): RangeError: of another version \(.*\)\.$/;
    expect(notices).toEqual([expect.stringMatching(sentence)]);
    vi.advanceTimersByTime(300);
    expect(told).toEqual(['{"count":0}']);
  });
});
