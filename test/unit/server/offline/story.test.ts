/** What happens to a scene at each frame: the place on a path, and the events of a recording by their times. */

import { describe, expect, test } from "vitest";
import { parseKeyFrames, placeAt } from "../../../../server/offline/key-frames.ts";
import { eventsOf, stepsOf } from "../../../../server/offline/timeline.ts";
import type { OfflineEvent } from "../../../../server/render/offline-protocol.ts";
import type { RecordedStep } from "../../../../server/replay/recording.ts";
import { keyInput, pointerInput } from "../../../support/input-samples.ts";

const fps = { num: 10, den: 1 };

describe("path", () => {
  const keys = parseKeyFrames(
    "path",
    [
      { time: 1, state: { x: 0, list: [0, 10], text: "a", on: true, more: [1], deep: { y: 4 } } },
      { frame: 20, state: { x: 10, list: [10, 20], text: "b", on: false, more: [1, 2], deep: { y: 8 } }, ease: "hold" },
      { time: 3, state: { x: 20 }, camera: { position: [0, 0, 0] }, ease: "smooth" },
      { time: 5, state: { x: 40 }, camera: { position: [2, 4, 8], fov: 50 } },
    ],
    10,
  );

  test("KF1 numbers go from one key frame to the next, and what is no number stays as it was", () => {
    const between = { x: 5, list: [5, 15], text: "a", on: true, more: [1], deep: { y: 6 } };
    expect(placeAt(keys, 1.5).state).toEqual(between);
    expect(placeAt(keys, 2.9).state).toMatchObject({ x: 10, text: "b" });
    expect(placeAt(keys, 4).state).toEqual({ x: 30 });
    expect((placeAt(keys, 3.5).state as { x: number }).x).toBeCloseTo(20 + 20 * 0.15625, 9);
  });

  test("KF2 before the first and after the last it is as at them, each of state and camera", () => {
    expect(placeAt(keys, 0).state).toEqual(placeAt(keys, 1).state);
    expect(placeAt(keys, 99)).toEqual({ state: { x: 40 }, camera: { position: [2, 4, 8], fov: 50 } });
    expect(placeAt(keys, 0).camera).toEqual({ position: [0, 0, 0] });
    expect(placeAt(keys, 4).camera).toEqual({ position: [1, 2, 4] });
    expect(placeAt([], 1)).toEqual({ state: undefined, camera: undefined });
  });

  test("KF1 a quaternion turns the short way, with its length kept", () => {
    const half = Math.SQRT1_2;
    const turn = parseKeyFrames(
      "path",
      [
        { time: 0, camera: { quaternion: [0, 0, 0, 1] } },
        { time: 1, camera: { quaternion: [0, -half, 0, -half] } },
      ],
      30,
    );
    const { quaternion = [] } = placeAt(turn, 0.5).camera ?? {};
    expect(Math.hypot(...quaternion)).toBeCloseTo(1, 9);
    expect(quaternion[1]).toBeCloseTo(Math.sin(Math.PI / 8), 9);
  });

  test.each([
    [[], "path must be a list of key frames"],
    [{}, "path must be a list of key frames"],
    [[{}], "path[0] must have either time, in seconds, or frame"],
    [[{ time: 1, frame: 3, state: 1 }], "path[0] must have either time"],
    [[{ time: -1, state: 1 }], "path[0] must have either time"],
    [[{ time: 1 }], "path[0] must have a state, a camera, or both"],
    [[{ time: 1, state: 1, eas: 1 }], "path[0].eas is unknown"],
    [[{ time: 1, state: 1, ease: "quick" }], "path[0].ease must be one of linear, smooth, hold"],
    [[{ time: 1, camera: { position: [1, 2] } }], "path[0].camera.position must be 3 numbers"],
    [[{ time: 1, camera: { fov: 0 } }], "path[0].camera.fov must be a number above 0"],
    [
      [
        { time: 1, state: 1 },
        { time: 1, state: 1 },
      ],
      "path[1].time must be later than that of the one before",
    ],
  ])("%j is refused", (value, sentence) => {
    expect(() => parseKeyFrames("path", value, 30)).toThrow(sentence);
  });
});

describe("steps", () => {
  const key = (ms: number): OfflineEvent => ({ kind: "input", ms, event: keyInput("down", { key: String(ms) }) });
  const events = [key(0), key(50), key(100), key(150), key(350)];

  test("each event is part of the first frame that is not before it", () => {
    const steps = [...stepsOf({ fps, path: [], events, times: null }, 0, 4)];
    expect(steps.map(({ ms }) => ms)).toEqual([0, 100, 200, 300, 400]);
    expect(steps.map((step) => step.events.map(({ ms }) => ms))).toEqual([[0], [50, 100], [150], [], [350]]);
    expect(steps.every(({ state, camera, frameMs }) => state === null && camera === null && frameMs === 100)).toBe(
      true,
    );
  });

  test("steps in two goes are the same as in one", () => {
    const story = { fps, path: [], events, times: null };
    expect([...stepsOf(story, 0, 1), ...stepsOf(story, 2, 4)]).toEqual([...stepsOf(story, 0, 4)]);
  });

  test("a recording's times go on over a restart, and sizes are left out", () => {
    const steps: readonly RecordedStep[] = [
      { kind: "input", ms: 10, viewerId: "viewer 1", event: pointerInput("move", {}) },
      { kind: "size", ms: 20, size: { width: 10, height: 20 } },
      { kind: "restart", ms: 500 },
      { kind: "state", ms: 30, state: "{}" },
      { kind: "restart", ms: 100 },
      { kind: "parameters", ms: 5, values: { count: 1 } },
    ];
    expect(eventsOf(steps).map(({ kind, ms }) => [kind, ms])).toEqual([
      ["input", 10],
      ["restart", 500],
      ["state", 530],
      ["restart", 600],
      ["parameters", 605],
    ]);
  });
});
