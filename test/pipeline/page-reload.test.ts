/** A scene that is replaced leaves nothing of its page behind; one that cannot take its place takes nothing away. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { keyInput } from "../support/input-samples.ts";
import { RenderProbe } from "../support/render-probe.ts";

/** A scene that says by messages when its frame callbacks, its loop, its listeners and its worker are heard. */
const scene = (name: string, failure: string = ""): string => `
import { defineScene } from "scenecast/scene";
import { PerspectiveCamera, Scene } from "three";
export default defineScene({
  setup({ messages, renderer }) {
    ${failure}
    const tell = (what) => messages.broadcast("${name}: " + what);
    let frames = 0;
    const frame = () => {
      frames += 1;
      if (frames % 10 === 0) tell("frame");
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    let turns = 0;
    renderer.setAnimationLoop(() => ++turns % 10 === 0 && tell("loop"));
    window.addEventListener("keydown", () => tell("key"));
    document.onkeyup = () => tell("key up");
    const worker = new Worker(URL.createObjectURL(new Blob(["setInterval(() => postMessage(0), 100)"])));
    worker.onmessage = () => tell("worker");
    const dispose = () => renderer.setAnimationLoop(null);
    return { scene: new Scene(), camera: new PerspectiveCamera(), dispose };
  },
});
`;
const all = ["frame", "key", "key up", "loop", "worker"];

let folder: string;
let probe: RenderProbe;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scenecast-"));
  file = join(folder, "scene.ts");
  await writeFile(file, scene("first"));
  probe = await RenderProbe.start(pathToFileURL(file).href, { watch: true });
  probe.tell({ kind: "watched", watched: true });
});
afterAll(async () => {
  await probe?.close();
  await rm(folder, { recursive: true });
});

/** What is heard, from now on, until this scene is in every way, and once more as long; a key is pressed. */
async function heard(name: string): Promise<string[]> {
  const from = probe.rendered.length;
  const texts = () => {
    const messages = probe.rendered.slice(from).flatMap((message) => {
      return message.kind === "message" && "json" in message.body ? [JSON.parse(message.body.json) as string] : [];
    });
    return [...new Set(messages)].sort();
  };
  for (const phase of ["down", "up"] as const) probe.input(keyInput(phase));
  const begun = performance.now();
  await expect.poll(texts).toEqual(expect.arrayContaining(all.map((what) => `${name}: ${what}`)));
  await sleep(performance.now() - begun);
  return texts();
}

it("the first scene is heard in every way", async () => {
  expect(await heard("first")).toEqual(all.map((what) => `first: ${what}`));
});

it("a scene that cannot start leaves the one before as it was", async () => {
  await writeFile(file, scene("broken", 'throw new Error("broken");'));
  await expect.poll(() => probe.rendered.some(({ kind }) => kind === "notice")).toBe(true);
  expect(await heard("first")).toEqual(all.map((what) => `first: ${what}`));
});

it("of a scene that was replaced nothing is heard", async () => {
  await writeFile(file, scene("second"));
  await expect.poll(() => probe.rendered.some(({ kind }) => kind === "reloaded")).toBe(true);
  await heard("second");
  expect(await heard("second")).toEqual(all.map((what) => `second: ${what}`));
});
