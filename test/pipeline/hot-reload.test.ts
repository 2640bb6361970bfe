/** A changed scene file, or one that it imports, is loaded anew while the render thread goes on. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PanelBoard } from "../../shared/panel-board.ts";
import { colourAt, RenderProbe } from "../support/render-probe.ts";
import { SceneProject } from "../support/scene-loading.ts";

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

  it("SG2: shows what an imported file became, keeps the old scene while the new one is broken, and says so", async () => {
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

  it("SG2: starts on a scene that is broken at first, says so, and shows it when it is mended", async () => {
    using project = new SceneProject({ "scene.ts": 'import "./part";\nexport default 1 +;', "part.cjs": "" });
    await using probe = await RenderProbe.start(project.url("scene.ts"), { size, watch: true });
    probe.tell({ kind: "watched", watched: true });
    const notices = () => probe.rendered.flatMap((message) => (message.kind === "notice" ? [message.text] : []));
    expect(notices()).toEqual([
      expect.stringMatching(/SyntaxError: .* \(scene\.ts:2:19\)\. It is tried again when a file is saved\.$/),
    ]);
    project.write({
      "scene.ts": coloured("#00ff00", 'import part from "./part"; import { n } from "./data.json";', "part + n"),
    });
    await expect.poll(() => notices().at(-1)).toContain("./data.json is not there (scene.ts:");
    project.write({
      "data.json": '{ "n": 1 }',
      "part.cjs": "module.exports = require('./deep.cjs');",
      "deep.cjs": "module.exports = 1;",
    });
    await expect
      .poll(() => probe.rendered.filter(({ kind }) => kind === "reloaded").at(-1))
      .toMatchObject({ title: "2" });
    expect(notices().at(-1)).toBeNull();
    await probe.grabWhen(({ pixels }) => colourAt(pixels, size, 0.5, 0.5).join() === "0,255,0");
    // What only CommonJS asked for.
    project.write({ "deep.cjs": "module.exports = 4;" });
    await expect
      .poll(() => probe.rendered.filter(({ kind }) => kind === "reloaded").at(-1))
      .toMatchObject({ title: "5" });
  });

  it("has each scene begin with the renderer as three makes it, and the old one go on with its own", async () => {
    const text = (head: string): string => `
      import { Scene, PerspectiveCamera, ACESFilmicToneMapping } from "three";
      let told = "";
      export default { animate: true, setup({ renderer }) {
        ${head}
        const update = () => {
          const now = [renderer.toneMapping === ACESFilmicToneMapping, renderer.shadowMap.enabled, renderer.getClearColor({ copy: (c) => c.getHexString() })].join();
          if (now !== told) console.log(told = now);
        };
        return { scene: new Scene(), camera: new PerspectiveCamera(), update };
      } };`;
    const set =
      "renderer.toneMapping = ACESFilmicToneMapping; renderer.shadowMap.enabled = true; renderer.setClearColor('#123456');";
    using project = new SceneProject({ "scene.js": text(set) });
    await using probe = await RenderProbe.start(project.url("scene.js"), { size, watch: true });
    probe.tell({ kind: "watched", watched: true });
    const lines = () => probe.rendered.flatMap((message) => (message.kind === "console" ? [message.text] : []));
    await expect.poll(lines).toEqual(["true,true,123456"]);
    project.write({ "scene.js": text("renderer.toneMapping = 0; throw new Error('no');") });
    await expect.poll(() => probe.rendered.some(({ kind }) => kind === "notice")).toBe(true);
    expect(lines()).toEqual(["true,true,123456"]);
    project.write({ "scene.js": text("") });
    await expect.poll(lines).toEqual(["true,true,123456", "false,false,000000"]);
  });

  it("SG1: a save gives up a scene whose setup() never ends, with its timers", async () => {
    const hanging = `export default { setup: () => { setInterval(() => console.log("left"), 20); return new Promise(() => {}); } };`;
    using project = new SceneProject({ "scene.ts": coloured("#ff0000") });
    await using probe = await RenderProbe.start(project.url("scene.ts"), { size, watch: true });
    probe.tell({ kind: "watched", watched: true });
    const printed = () => probe.rendered.filter(({ kind }) => kind === "console").length;
    project.write({ "scene.ts": hanging });
    await expect.poll(printed).toBeGreaterThan(2);
    project.write({ "scene.ts": coloured("#0000ff") });
    await probe.grabWhen(({ pixels }) => colourAt(pixels, size, 0.5, 0.5).join() === "0,0,255");
    const lines = printed();
    await sleep(300);
    expect(printed()).toBe(lines);
  });

  it("goes on with what was set on a panel, watched or not, and the panel is the new one", async () => {
    using project = new SceneProject({ "scene.ts": withPanel(1) });
    await using probe = await RenderProbe.start(project.url("scene.ts"), { watch: true });
    probe.tell({ kind: "panel", change: { id: "/Controls/red", value: 1, last: true } });
    const states = () => probe.rendered.flatMap((message) => (message.kind === "state" ? [message.state] : []));
    await expect.poll(states).toContain('{"$panels":{"/Controls/red":1}}');
    project.write({ "scene.ts": withPanel(2) });
    await expect.poll(() => probe.rendered.some(({ kind }) => kind === "reloaded")).toBe(true);
    const told = () => {
      const board = new PanelBoard();
      for (const message of probe.rendered) {
        if (message.kind === "panels") board.take(message.news);
        if (message.kind === "panel-changes") board.takeChanges(message.news);
      }
      return board.controls;
    };
    await expect
      .poll(() => told())
      .toMatchObject([
        { id: "/Controls" },
        { id: "/Controls/red", value: 1, max: 2 },
        { id: "/Controls/step", value: 2 },
      ]);
    probe.tell({ kind: "watched", watched: true });
    await probe.grabWhen(({ pixels }) => pixels.length > 0 && String(colourAt(pixels, size, 0.5, 0.5)) === "255,0,0");
  });

  it("frees textures, targets and timers of the scene before: eight saves take no more memory than two", async () => {
    const heavy = (step: number): string => `
      import * as THREE from "three";
      export default { title: "${"step "}${step}", setup({ renderer }) {
        const scene = new THREE.Scene();
        const data = new Uint8Array(2048 * 2048 * 4).fill(${step});
        const map = new THREE.DataTexture(data, 2048, 2048);
        map.colorSpace = THREE.SRGBColorSpace;
        map.needsUpdate = true;
        scene.add(new THREE.Mesh(new THREE.PlaneGeometry(4, 4), new THREE.MeshBasicMaterial({ map })));
        const target = new THREE.WebGLRenderTarget(1024, 1024);
        const camera = new THREE.PerspectiveCamera();
        camera.position.z = 2;
        setInterval(() => void (data[0] = 1), 10);
        return { scene, camera, update() { renderer.setRenderTarget(target); renderer.clear(); renderer.setRenderTarget(null); } };
      } };`;
    using project = new SceneProject({ "scene.ts": heavy(0) });
    await using probe = await RenderProbe.start(project.url("scene.ts"), { size, watch: true });
    probe.tell({ kind: "watched", watched: true });
    const memory: number[] = [];
    for (let step = 1; step <= 8; step += 1) {
      project.write({ "scene.ts": heavy(step) });
      await expect
        .poll(() => probe.rendered.filter(({ kind }) => kind === "reloaded").at(-1))
        .toMatchObject({ title: `step ${step}` });
      await probe.grabWhen(({ pixels }) =>
        colourAt(pixels, size, 0.4, 0.4).every((channel) => Math.abs(channel - step) <= 1),
      );
      memory.push(probe.residentMib);
    }
    // It was 32 MiB a save.
    expect(memory[7]).toBeLessThan((memory[1] ?? 0) + 120);
  }, 120_000);
});

/** A scene with a panel, which is longer with each step. */
const withPanel = (step: number): string => `
  import { Color, PerspectiveCamera, Scene } from "three";
  import { GUI } from "three/addons/libs/lil-gui.module.min.js";
  export default { title: "${step}", setup() {
    const scene = new Scene();
    const params = { red: 0, step: ${step} };
    const gui = new GUI();
    gui.add(params, "red", 0, ${step});
    gui.add(params, "step");
    return { scene, camera: new PerspectiveCamera(), update: () => { scene.background = new Color(params.red, 0, 0); } };
  } };`;

/** A scene of one colour, whose title is what an expression gives. */
const coloured = (colour: string, head = "", title = "0"): string => `${head}
import { Color, PerspectiveCamera, Scene } from "three";
export default {
  title: String(${title}),
  setup() {
    const scene = new Scene();
    scene.background = new Color("${colour}");
    return { scene, camera: new PerspectiveCamera() };
  },
};`;
