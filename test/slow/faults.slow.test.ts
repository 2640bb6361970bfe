/** Each way in which a scene can fail: what is told of it, and how long until it is back with its state. */

import { afterAll, expect, test } from "vitest";
import { encodeSocketInput } from "../../shared/socket-message.ts";
import { type Fault, FaultyScene } from "../support/faulty-scene.ts";
import { pointerInput } from "../support/input-samples.ts";
import { processExists } from "../support/processes.ts";

const HANG_MS = 4_000;
const measured: string[] = [];
afterAll(() => console.info(measured.join("\n")));

const move = (sequence: number): Uint8Array => encodeSocketInput({ sequence, ordered: 0, event: pointerInput("move") });

async function timeBack(what: string, fail: (scene: FaultyScene) => void): Promise<{ why: string; backMs: number }> {
  await using scene = await FaultyScene.start(HANG_MS);
  const { session, statuses, pid } = scene;
  session.setSceneState("5");
  await expect.poll(() => session.sceneState).toBe("5");
  const begun = performance.now();
  fail(scene);
  await expect.poll(() => statuses.at(-1), { timeout: 60_000 }).toMatch(/^restarting/);
  const why = statuses.at(-1) ?? "";
  await expect.poll(() => statuses.at(-1)).toBe("live");
  const backMs = performance.now() - begun;
  measured.push(`${what}: back after ${(backMs / 1000).toFixed(1)} s; ${why}`);
  expect(processExists(pid)).toBe(false);
  return { why, backMs };
}

const loops: readonly (readonly [Fault, RegExp])[] = [
  ["update", /its update\(\) does not come to an end \(scene\.ts:3:\d+\)/],
  ["frame", /a callback of requestAnimationFrame\(\) does not come to an end \(scene\.ts:3:\d+\)/],
  ["listener", /a listener does not come to an end \(scene\.ts:3:\d+\)/],
  ["message", /a listener to messages does not come to an end \(scene\.ts:3:\d+\)/],
  ["setState", /its getState\(\) or setState\(\) does not come to an end \(scene\.ts:3:\d+\)/],
  ["timer", /a timer or another callback does not come to an end \(scene\.ts:3:\d+\)/],
];

test.each(loops)("HW2: a loop, %s, is ended and told with its place", async (fault, told) => {
  const { why, backMs } = await timeBack(`loop, ${fault}`, (scene) => {
    scene.fail(fault);
    if (fault === "listener") scene.move(move);
  });
  expect(why).toMatch(told);
  expect(backMs).toBeLessThan(HANG_MS + 8_000);
});

const falls: readonly (readonly [Fault, RegExp])[] = [
  ["exit", /The render thread ended unexpectedly, with exit code 3/],
  ["crash", /SIGSEGV/],
  // Whichever limit is met first.
  ["memory", /memory|a listener to messages does not come to an end/i],
];

test.each(falls)("a process that ends by %s is back with its state", async (fault, told) => {
  const { why } = await timeBack(fault, (scene) => scene.fail(fault));
  expect(why).toMatch(told);
});

test.each(["SIGKILL", "SIGSTOP"] as const)("a process that gets %s is back with its state", async (signal) => {
  await timeBack(signal, ({ pid }) => process.kill(pid, signal));
});
