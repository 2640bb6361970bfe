/** Panels of lil-gui, in pages and scenes as people write them: what viewers set is in the picture, and stays. */

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PanelChange, PanelControl, PanelValue } from "../../shared/panels.ts";
import type { PictureSize } from "../../shared/video.ts";
import { bundle, lilGuiPath } from "../support/lil-gui.ts";
import { type ProjectFiles, SceneProject } from "../support/scene-loading.ts";
import { SceneSession, type SceneSessionOptions, type SessionViewer } from "../support/scene-session.ts";
import { decodePictures } from "../support/video-decoder.ts";

const official = new URL("../fixtures/pages/panel/index.html", import.meta.url);
const WITHIN = { timeout: 30_000 };

/** A session of a scene with a panel, and a viewer that takes its video. */
async function open(scene: string, options: SceneSessionOptions = {}) {
  const session = await SceneSession.start(scene, options);
  const viewer = session.join("ann", 1);
  session.session.viewers.setControllers(["ann"]);
  const heldBy = (id: string): PanelValue | undefined => held(session.session.panels.find(id));
  const set = (id: string, value: PanelValue): boolean => {
    const change: PanelChange = { id, value, last: true };
    return session.session.handlePanelChange(change);
  };
  const ids = () => session.session.panels.controls.map(({ id }) => id);
  const red = () => redOf(viewer);
  return { session, viewer, heldBy, set, ids, red, [Symbol.asyncDispose]: () => session.close() };
}

function held(control: PanelControl | null): PanelValue | undefined {
  return control !== null && "value" in control ? control.value : undefined;
}

/** How red the middle of the newest decoded picture is, 0 to 255. */
function redOf({ frames }: SessionViewer): number {
  const first = frames.findLastIndex(({ isKeyFrame }) => isKeyFrame);
  const pictures =
    first < 0
      ? []
      : decodePictures(
          "h264",
          frames.slice(first).map(({ data }) => data),
        );
  return pictures.at(-1)?.colourAt(0.5, 0.5)[0] ?? -1;
}

describe("a page of three.js", () => {
  let page: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    page = await open(official.href, { followsWindow: true });
  });
  afterAll(() => page.session.close());

  test("it has its panel; what a viewer sets is in the decoded picture, and told", async () => {
    expect(page.ids()).toEqual([
      "/Controls",
      "/Controls/Red",
      "/Controls/More",
      ...["visible", "shape", "background", "name", "reset", "fail"].map((name) => `/Controls/More/${name}`),
    ]);
    await expect.poll(() => page.red(), WITHIN).toBeLessThan(20);
    const told: string[][] = [];
    page.session.session.on("panelsChanged", ({ changed }) => told.push(changed.map(({ id }) => id)));
    expect(page.set("/Controls/Red", 1)).toBe(true);
    await expect.poll(() => page.red(), WITHIN).toBeGreaterThan(240);
    await expect.poll(() => told, WITHIN).toEqual([["/Controls/Red"]]);
    page.set("/Controls/More/reset", null);
    await expect.poll(() => page.red(), WITHIN).toBeLessThan(20);
    await expect.poll(() => page.heldBy("/Controls/Red"), WITHIN).toBe(0);
  });

  test("what a listener of it throws is told with its file and line, and the page goes on", async () => {
    const notices: (string | null)[] = [];
    page.session.session.on("noticed", ({ text }) => notices.push(text));
    page.set("/Controls/More/fail", null);
    const line =
      readFileSync(official, "utf8")
        .split("\n")
        .findIndex((text) => text.includes("fail:")) + 1;
    await expect
      .poll(() => notices[0], WITHIN)
      .toMatch(/^The scene threw when “fail” was used: TypeError: .+ \(index\.html:\d+:\d+\)\.$/);
    expect(notices[0]).toContain(`(index.html:${line}:`);
    page.set("/Controls/Red", 1);
    await expect.poll(() => page.red(), WITHIN).toBeGreaterThan(240);
  });

  test("where several steer, the picture fills the window of who set a control last", async () => {
    const { session } = page.session;
    const sizes: PictureSize[] = [];
    session.on("resized", ({ size }) => sizes.push(size));
    const ben = page.session.join("ben", 2);
    session.viewers.setControllers(["ann", "ben"]);
    const [desk, phone] = [
      { width: 400, height: 240 },
      { width: 240, height: 400 },
    ];
    ben.setView({ window: { ...phone, ratio: 1 } });
    page.viewer.setView({ window: { ...desk, ratio: 1 } });
    await expect.poll(() => sizes.at(-1), WITHIN).toEqual(desk);
    session.handlePanelChange({ id: "/Controls/Red", value: 1, last: true }, "ben");
    await expect.poll(() => sizes.at(-1), WITHIN).toEqual(phone);
  });

  test("what was set is part of the state: kept when the process is killed, and given to another session by it", async () => {
    page.set("/Controls/Red", 1);
    page.set("/Controls/More/name", "Ann’s");
    const state = JSON.stringify({ $panels: { "/Controls/Red": 1, "/Controls/More/name": "Ann’s" } });
    await expect.poll(() => page.session.session.sceneState, WITHIN).toBe(state);
    await page.session.restart();
    expect([page.heldBy("/Controls/Red"), page.heldBy("/Controls/More/name")]).toEqual([1, "Ann’s"]);
    const viewer = page.session.join("cid", 3);
    await expect.poll(() => redOf(viewer), WITHIN).toBeGreaterThan(240);
    await using linked = await open(official.href, { state });
    await expect.poll(() => linked.red(), WITHIN).toBeGreaterThan(240);
  });
});

/** A program that shows how red the panel wants it that was set last; `panels` makes them with `panel`. */
const program = (imports: string, panels: string): string => `
  import * as THREE from "three";
  ${imports}
  const renderer = new THREE.WebGLRenderer();
  renderer.outputColorSpace = THREE.LinearSRGBColorSpace;
  document.body.appendChild(renderer.domElement);
  function render(red) {
    renderer.setClearColor(new THREE.Color(red, 0, 0));
    renderer.render(new THREE.Scene(), new THREE.Camera());
  }
  const panel = (GUI, title) => new GUI({ title }).add({ red: 0 }, "red", 0, 1).onChange(render);
  ${panels}
  render(0);`;

/** What sets the global of a page without modules. */
const umd = `(function (root) { ${readFileSync(lilGuiPath, "utf8").replace(/export default g;.*$/s, "root.lil = { GUI: g };")} })(globalThis);`;

/** A page in which panels come from everywhere where lil-gui can be had. */
const everywhere: ProjectFiles = {
  "index.html": `<!DOCTYPE html><html><body>
    <script src="gui.js"></script><script>var ofScript = lil.GUI;</script>
    <script src="https://cdn.jsdelivr.net/npm/lil-gui@0.20/dist/lil-gui.umd.min.js"></script><script>var ofFarScript = lil.GUI;</script>
    <script type="module">${program(
      `import OfFolder from "./libs/gui.js";
       import OfPackage from "lil-gui";
       import { GUI as OfCommonJs } from "./older/index.js";
       import OfInternet from "https://cdn.jsdelivr.net/npm/lil-gui@0.20/+esm";`,
      "for (const [title, GUI] of Object.entries({ OfFolder, OfPackage, OfCommonJs, OfInternet, ofScript, ofFarScript })) panel(GUI, title);",
    )}</script></body></html>`,
  "gui.js": umd,
  "libs/gui.js": readFileSync(lilGuiPath, "utf8"),
  "node_modules/lil-gui/package.json": '{"type":"module","exports":"./gui.js"}',
  "node_modules/lil-gui/gui.js": readFileSync(lilGuiPath, "utf8"),
  "older/index.js": 'import { GUI } from "lil-gui";\nexport { GUI };',
  "older/node_modules/lil-gui/package.json": '{"main":"./gui.js"}',
  "older/node_modules/lil-gui/gui.js": umd.replace("root.lil = { GUI: g };", "exports.GUI = g;"),
};

test("panels work wherever a page has its lil-gui from: its folder, packages, the internet, as modules and as scripts", async () => {
  using project = new SceneProject(everywhere);
  await using page = await open(project.url("index.html"));
  const titles = ["OfFolder", "OfPackage", "OfCommonJs", "OfInternet", "ofScript", "ofFarScript"];
  expect(page.ids()).toEqual(titles.flatMap((title) => [`/${title}`, `/${title}/red`]));
  for (const title of titles) {
    page.set(`/${title}/red`, 1);
    await expect.poll(() => page.red(), { ...WITHIN, message: title }).toBeGreaterThan(240);
    page.set(`/${title}/red`, 0);
    await expect.poll(() => page.red(), { ...WITHIN, message: title }).toBeLessThan(20);
  }
});

test("a panel in a minified bundle works", async () => {
  const bundled = await bundle(program(`import { GUI } from ${JSON.stringify(lilGuiPath)};`, 'panel(GUI, "Mine");'));
  using project = new SceneProject({
    "index.html": '<!DOCTYPE html><html><body><script type="module" src="app.js"></script></body></html>',
    "app.js": bundled,
  });
  await using page = await open(project.url("index.html"));
  expect(page.ids()).toEqual(["/Mine", "/Mine/red"]);
  page.set("/Mine/red", 1);
  await expect.poll(() => page.red(), WITHIN).toBeGreaterThan(240);
});

const scene = `
  import { Color, PerspectiveCamera, Scene } from "three";
  import { GUI } from "three/addons/libs/lil-gui.module.min.js";
  export default { setup({ invalidate }) {
    const scene = new Scene();
    const params = { red: 0, seconds: 0 };
    let view = 1;
    const gui = new GUI();
    gui.add(params, "red", 0, 1);
    gui.add(params, "seconds").listen();
    setInterval(() => { params.seconds += 1; }, 200);
    // A controller that comes late.
    setTimeout(() => gui.add({ late: false }, "late"), 300);
    return {
      scene, camera: new PerspectiveCamera(),
      update: () => { scene.background = new Color(params.red, 0, 0); },
      getState: () => ({ view }), setState: (state) => { view = state.view; },
    };
  } };`;

test("a scene at rest draws nothing though its panel listens, yet shows what changes and what comes late", async () => {
  using project = new SceneProject({ "scene.ts": scene });
  const state = { view: 7, $panels: { "/Controls/red": 1, "/Controls/late": true } };
  await using page = await open(project.url("scene.ts"), { state: JSON.stringify(state) });
  await expect.poll(() => page.red(), WITHIN).toBeGreaterThan(240);
  await expect.poll(() => page.heldBy("/Controls/late"), WITHIN).toBe(true);
  await expect.poll(() => JSON.parse(page.session.session.sceneState ?? "{}"), WITHIN).toEqual(state);
  const told: PanelValue[] = [];
  page.session.session.on("panelsChanged", ({ changed }) =>
    told.push(...changed.map((control) => held(control) ?? null)),
  );
  const before = page.session.reports.length;
  await expect.poll(() => told.length, WITHIN).toBeGreaterThan(2);
  await expect.poll(() => page.session.reports.length, WITHIN).toBeGreaterThan(before + 2);
  expect(page.session.reports.slice(-2).map(({ rendered }) => rendered)).toEqual([0, 0]);
});

const declaring = `
  import { Color, PerspectiveCamera, Scene } from "three";
  import { GUI } from "three/addons/libs/lil-gui.module.min.js";
  import { defineScene } from "scenecast/scene";
  export default defineScene({
    controls: {
      red: { type: "range", min: 0, max: 1, value: 0 },
      reset: { type: "button" },
      later: { type: "button" },
      Light: { type: "folder", controls: { on: { type: "switch", value: true } } },
    },
    setup({ controls }) {
      const scene = new Scene();
      new GUI({ title: "Mine" }).add({ green: 0 }, "green", 0, 1);
      controls.onPress("reset", () => { controls.red = 0; });
      controls.onPress("later", () => setTimeout(() => { controls.red = 0.3; }, 200));
      controls.onChange("red", (red) => console.log("red", red));
      return {
        scene, camera: new PerspectiveCamera(),
        update: () => { scene.background = new Color(controls.Light.on ? controls.red : 0, 0, 0); },
      };
    },
  });`;

test("controls that a scene declares are set as those of lil-gui beside them, seen in the picture, and outlive the process", async () => {
  using project = new SceneProject({ "scene.ts": declaring });
  await using page = await open(project.url("scene.ts"));
  expect(page.ids()).toEqual([
    ...["/scene", "/scene/red", "/scene/reset", "/scene/later", "/scene/Light", "/scene/Light/on"],
    ...["/Mine", "/Mine/green"],
  ]);
  await expect.poll(() => page.session.session.sceneState, WITHIN).toBe('{"$panels":{}}');
  const begun = page.session.session.sceneState;
  page.set("/scene/red", 1);
  await expect.poll(() => page.red(), WITHIN).toBeGreaterThan(240);
  page.set("/scene/reset", null);
  await expect.poll(() => page.red(), WITHIN).toBeLessThan(20);
  await expect.poll(() => page.heldBy("/scene/red"), WITHIN).toBe(0);
  // What the scene sets by itself, without a frame, is told and kept as well.
  page.set("/scene/later", null);
  await expect.poll(() => page.heldBy("/scene/red"), WITHIN).toBe(0.3);
  await expect.poll(() => page.session.session.sceneState, WITHIN).toBe('{"$panels":{"/scene/red":0.3}}');
  page.set("/scene/red", 0.9);
  await expect.poll(() => page.session.session.sceneState, WITHIN).toBe('{"$panels":{"/scene/red":0.9}}');
  await page.session.restart();
  expect(page.heldBy("/scene/red")).toBe(0.9);
  const viewer = page.session.join("ben", 2);
  await expect.poll(() => redOf(viewer), WITHIN).toBeGreaterThan(200);

  // A state that says nothing of panels leaves them alone; one that was saved before they were changed puts them back.
  const told: string[] = [];
  page.session.session.on("panelsChanged", ({ changed }) => told.push(...changed.map(({ id }) => id)));
  page.session.session.setSceneState('{"view":1}');
  page.set("/Mine/green", 1);
  await expect.poll(() => told, WITHIN).toContain("/Mine/green");
  expect([told.includes("/scene/red"), page.heldBy("/scene/red")]).toEqual([false, 0.9]);
  page.session.session.setSceneState(begun ?? "");
  await expect.poll(() => page.heldBy("/scene/red"), WITHIN).toBe(0);
  await expect.poll(() => redOf(viewer), WITHIN).toBeLessThan(20);
});
