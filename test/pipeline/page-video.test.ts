/** A video file as a texture: decoded, in time, and seeked. */

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectNear, PagePicture, pictureSize as size } from "../support/page-picture.ts";
import { RenderProbe, sceneFixture } from "../support/render-probe.ts";

let probe: RenderProbe;

beforeAll(async () => {
  probe = await RenderProbe.start(sceneFixture("page-video"), { size });
  probe.tell({ kind: "watched", watched: true });
});
afterAll(() => probe?.close());

const hasPicture = (pixels: Uint8Array) => new PagePicture(pixels).colourIn(0, 0, 0).some((value) => value > 200);

const look = async () => new PagePicture((await probe.grab()).pixels);

/** Which colours the video has for three seconds, one after the other, and for how long in all. */
async function watchColours(): Promise<{ readonly seen: readonly string[]; readonly spentMs: Map<string, number> }> {
  const seen: string[] = [];
  const spentMs = new Map<string, number>();
  const until = performance.now() + 3000;
  for (let last = performance.now(); last < until; ) {
    const [red = 0, green = 0, blue = 0] = (await look()).colourIn(0, 0, 0);
    const name = red > 200 ? "red" : green > 200 ? "green" : blue > 200 ? "blue" : "none";
    if (seen.at(-1) !== name) seen.push(name);
    spentMs.set(name, (spentMs.get(name) ?? 0) + performance.now() - last);
    last = performance.now();
    await sleep(10);
  }
  return { seen, spentMs };
}

it("VE1, VE2: a video that plays in a scene that does not animate shows its colours for 0.4 s each, in their order, over and over", async () => {
  await probe.grabWhen(({ pixels }) => hasPicture(pixels));
  const order = ["red", "green", "blue"];
  // A busy machine passes over one now and then.
  const isRight = async () => {
    const { seen, spentMs } = await watchColours();
    const first = order.indexOf(seen[0] ?? "");
    const isInOrder = seen.length >= 6 && seen.every((name, index) => name === order[(first + index) % 3]);
    return isInOrder && order.every((name) => Math.abs((spentMs.get(name) ?? 0) - 1000) < 450);
  };
  await expect.poll(isRight).toBe(true);
});

it("VE2: a video at rest shows the picture of its time", async () => {
  expectNear([(await look()).colourIn(1, 0, 0)], [[0, 255, 0]], 6);
  const told = probe.rendered.flatMap((message) => (message.kind === "state" ? [message.state] : []));
  expect(JSON.parse(told[0] ?? "{}")).toEqual({ duration: 1.2, size: [64, 64], time: 0.6 });
});
