/** A changed scene file, or one that it imports, is loaded anew while the render thread goes on. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { colourAt, RenderProbe } from "../support/render-probe.ts";

const size = { width: 320, height: 192 };
const scene = `
import { defineScene } from "scenecast/scene";
import { Color, PerspectiveCamera, Scene } from "three";
import { colour } from "./colour.ts";
export default defineScene({
  setup() {
    const scene = new Scene();
    scene.background = new Color(colour);
    return { scene, camera: new PerspectiveCamera() };
  },
});
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scenecast-"));
  await writeFile(join(folder, "scene.ts"), scene);
  await writeFile(join(folder, "colour.ts"), "export const colour: number = 0xff0000;");
});

const talking = (step: number): string => `
import { defineScene } from "scenecast/scene";
import { PerspectiveCamera, Scene } from "three";
export default defineScene({
  messagesFrom: ${step === 1 ? '"control"' : '"everyone"'},
  setup({ messages }) {
    let state = { by: ${step} };
    messages.onMessage((data) => messages.broadcast({ heard: data, by: ${step}, state }));
    return {
      scene: new Scene(),
      camera: new PerspectiveCamera(),
      getState: () => ({ ...state, asked: ${step} }),
      setState(given) {
        state = given;
      },
    };
  },
});
`;

afterAll(() => rm(folder, { recursive: true }));

describe("watching", () => {
  it("hands the state on to the new scene, and the old one hears nothing any more", async () => {
    const file = join(folder, "talking.ts");
    await writeFile(file, talking(1));
    await using probe = await RenderProbe.start(pathToFileURL(file).href, { size, watch: true, state: '{"by":0}' });
    const from = { person: 1, name: "Ann", role: "host", hasControl: true } as const;
    const bodies = () => probe.rendered.flatMap((message) => (message.kind === "message" ? [message.body] : []));
    const states = () => probe.rendered.flatMap((message) => (message.kind === "state" ? [message.state] : []));
    probe.tell({ kind: "message", from, body: { json: '"a"' } });
    await expect.poll(bodies).toEqual([{ json: '{"heard":"a","by":1,"state":{"by":0}}' }]);
    await expect.poll(states).toEqual(['{"by":0,"asked":1}']);
    await writeFile(file, talking(2));
    await expect
      .poll(() => probe.rendered.find(({ kind }) => kind === "reloaded"))
      .toMatchObject({ messagesFrom: "everyone" });
    probe.tell({ kind: "message", from, body: { json: '"b"' } });
    await expect.poll(() => bodies().slice(1)).toEqual([{ json: '{"heard":"b","by":2,"state":{"by":0,"asked":1}}' }]);
    await expect.poll(states).toEqual(['{"by":0,"asked":1}', '{"by":0,"asked":2}']);
  });

  it("shows what an imported file became, keeps the old scene while the new one is broken, and says so", async () => {
    const url = pathToFileURL(join(folder, "scene.ts")).href;
    await using probe = await RenderProbe.start(url, { size, watch: true });
    probe.tell({ kind: "watched", watched: true });
    const centre = (pixels: Uint8Array) => colourAt(pixels, size, 0.5, 0.5).join();
    await probe.grabWhen(({ pixels }) => centre(pixels) === "255,0,0");

    await writeFile(join(folder, "colour.ts"), "export const colour: number = 0x00ff00;");
    await probe.grabWhen(({ pixels }) => centre(pixels) === "0,255,0");
    await expect.poll(() => probe.rendered.filter(({ kind }) => kind === "reloaded")).toHaveLength(1);

    await writeFile(join(folder, "colour.ts"), "export const colour: number = ;");
    // Reports come in between.
    const notices = () => probe.rendered.flatMap((message) => (message.kind === "notice" ? [message.text] : []));
    await expect.poll(() => notices().at(-1)).toContain("The scene as it was before goes on.");
    expect(centre((await probe.grab()).pixels)).toBe("0,255,0");

    await writeFile(join(folder, "colour.ts"), "export const colour: number = 0x0000ff;");
    await probe.grabWhen(({ pixels }) => centre(pixels) === "0,0,255");
    await expect.poll(() => notices().at(-1)).toBe(null);
  });
});
