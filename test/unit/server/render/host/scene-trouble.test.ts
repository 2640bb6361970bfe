/** What viewers are told of a scene that throws, and for how long. */

import { expect, test } from "vitest";
import { SteppedClock } from "../../../../../server/platform/stepped-clock.ts";
import type { SceneHost } from "../../../../../server/render/host/scene-host.ts";
import type { SceneContext, SceneParts } from "../../../../../server/render/scene.ts";
import { startUnseen } from "./unseen-host.ts";

const told: { noticed: (string | null)[]; strayed: string[] } = { noticed: [], strayed: [] };
let host: SceneHost;

/** Shows a scene with these parts. */
async function show(setup: (context: SceneContext) => Partial<SceneParts>): Promise<void> {
  told.noticed = [];
  told.strayed = [];
  host = await startUnseen(setup, {
    clock: new SteppedClock(),
    noticed: (text) => void told.noticed.push(text),
    strayed: (text) => void told.strayed.push(text),
  });
}

test("what a listener, a message or resize() threw is not over with the next frame", async () => {
  await show(({ messages }) => {
    messages.onMessage(() => {
      throw new Error("no such vote");
    });
    window.addEventListener("resize", () => {
      throw new Error("no such element");
    });
    return {
      resize: () => {
        throw new Error("no such target");
      },
    };
  });
  host.handleMessage({ person: 1, name: "Ada", role: "host", hasControl: true }, { json: '"hello"' });
  host.update();
  host.resize({ width: 32, height: 16 });
  host.update();
  expect(told.strayed.map((text) => /no such \w+/.exec(text)?.[0])).toEqual([
    "no such vote",
    "no such element",
    "no such target",
  ]);
  expect(told.noticed).toEqual([]);
});

test("what throws whenever it is drawn is told until it is drawn, and is over when it is drawn again", async () => {
  await show(() => ({ update: () => false }));
  let fails = true;
  const frame = async (): Promise<void> => {
    host.update();
    await host.attemptToDraw(async () => {
      if (fails) throw new Error("no such pass");
    });
  };
  await frame();
  await frame();
  expect(told.noticed.map((text) => text?.includes("no such pass"))).toEqual([true, true]);
  fails = false;
  await frame();
  expect(told.noticed.at(-1)).toBe(null);
});
