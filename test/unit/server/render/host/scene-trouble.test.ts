/** What viewers are told of a scene that throws, and for how long. */

import { PerspectiveCamera, Scene } from "three";
import { afterEach, expect, test } from "vitest";
import { SteppedClock } from "../../../../../server/platform/stepped-clock.ts";
import { DataIntake } from "../../../../../server/render/data/data-intake.ts";
import { SceneHost } from "../../../../../server/render/host/scene-host.ts";
import type { SceneContext, SceneParts } from "../../../../../server/render/scene.ts";
import type { Surface } from "../../../../../server/render/surface/surface.ts";

const surface = {
  panoramaOf: () => null,
  wantsPanorama: () => false,
  renderer: undefined as never,
  size: { width: 16, height: 16 },
} as unknown as Surface;
const told: { noticed: (string | null)[]; strayed: string[] } = { noticed: [], strayed: [] };
let host: SceneHost;
afterEach(() => host.dispose());

/** Shows a scene with these parts. */
async function show(setup: (context: SceneContext) => Partial<SceneParts>): Promise<void> {
  told.noticed = [];
  told.strayed = [];
  const { store } = new DataIntake(undefined);
  const hooks = {
    data: store,
    clock: new SteppedClock(),
    invalidate: () => undefined,
    noticed: (text: string | null) => void told.noticed.push(text),
    strayed: (text: string) => void told.strayed.push(text),
    messageSent: () => undefined,
    cursorChanged: () => undefined,
    titleChanged: () => undefined,
    panelsTouched: () => undefined,
  };
  const start = {
    url: import.meta.url,
    load: async () => ({
      setup: (context: SceneContext) => ({ scene: new Scene(), camera: new PerspectiveCamera(), ...setup(context) }),
    }),
    drawsItself: false,
    hold: () => ({ declared: {}, values: {} }),
    loaded: () => undefined,
    store,
    signal: new AbortController().signal,
  };
  host = await SceneHost.start(start, surface, hooks);
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
