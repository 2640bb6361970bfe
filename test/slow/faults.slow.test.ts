/** Each way in which a scene, and the server, can fail: what is told of it, and how long until it is back with its state. */

import { afterAll, afterEach, expect, test, vi } from "vitest";
import { encodeSocketInput } from "../../shared/socket-message.ts";
import { openViewer, waitUntilLive } from "../support/chromium.ts";
import { Command } from "../support/command.ts";
import { type Fault, FaultyScene } from "../support/faulty-scene.ts";
import { pointerInput } from "../support/input-samples.ts";
import { processExists } from "../support/processes.ts";
import { connectChromium } from "../support/shared-chromium.ts";

const HANG_MS = 4_000;
const measured: string[] = [];
afterAll(() => console.info(measured.join("\n")));
afterEach(() => vi.unstubAllEnvs());

const move = (sequence: number): Uint8Array => encodeSocketInput({ sequence, ordered: 0, event: pointerInput("move") });

async function timeBack(
  what: string,
  fail: (scene: FaultyScene) => void,
  hangMs: number = HANG_MS,
): Promise<{ why: string; backMs: number }> {
  await using scene = await FaultyScene.start(hangMs);
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
];

test.each(falls)("a process that ends by %s is back with its state", async (fault, told) => {
  const { why } = await timeBack(fault, (scene) => scene.fail(fault));
  expect(why).toMatch(told);
});

test.each(["SIGKILL", "SIGSTOP"] as const)("a process that gets %s is back with its state", async (signal) => {
  await timeBack(signal, ({ pid }) => process.kill(pid, signal));
});

test("a scene that is out of memory is back with its state, and what ended it is told", async () => {
  vi.stubEnv("NODE_OPTIONS", "--max-old-space-size=300");
  // Long enough that it is not taken for one that hangs.
  const { why } = await timeBack("out of memory", (scene) => scene.fail("memory"), 120_000);
  expect(why).toMatch(/out of memory|memory limit/i);
});

const byDefault: readonly (readonly [string, (scene: FaultyScene) => void])[] = [
  ["a loop in update()", (scene) => scene.fail("update")],
  ["SIGSTOP", ({ pid }) => process.kill(pid, "SIGSTOP")],
];

test.each(byDefault)("HW2: by default %s is ended after 10 seconds", async (what, fail) => {
  const { backMs } = await timeBack(`${what}, by default`, fail, 10_000);
  expect(backMs).toBeGreaterThan(10_000);
  expect(backMs).toBeLessThan(10_000 + 8_000);
});

test("the main process killed and begun again: its page comes back by itself", async () => {
  const browser = await connectChromium();
  const scene = `import * as THREE from "three";
export default { animate: true, setup: () => ({ scene: new THREE.Scene(), camera: new THREE.PerspectiveCamera() }) };`;
  const first = await Command.start(scene);
  const { page } = await openViewer(browser, first.url);
  await waitUntilLive(page);
  const begun = performance.now();
  process.kill(first.child.pid, "SIGKILL");
  await page.waitForFunction(() => window.scenecast.state.kind === "reconnecting");
  const noticedMs = performance.now() - begun;
  await first[Symbol.asyncDispose]();
  await using second = await Command.start(scene, { port: Number(new URL(first.url).port) });
  const upMs = performance.now() - begun;
  await waitUntilLive(page);
  const backMs = performance.now() - begun - upMs;
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  measured.push(`main killed: noticed after ${seconds(noticedMs)} s, live ${seconds(backMs)} s after it was up again`);
  expect(second.child.hasEnded).toBe(false);
  expect(backMs).toBeLessThan(10_000);
  await page.close();
  await browser.close();
});
