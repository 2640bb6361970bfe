/** The panels of the real lil-gui, as three brings it, in a page of ours: what is read of them, and how they are set. */

import type { GUI } from "three/addons/libs/lil-gui.module.min.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Page } from "../../../../../server/render/page/page.ts";
import { LilGuiSource } from "../../../../../server/render/panels/lil-gui-source.ts";
import { followPanels, tellingOfPanels } from "../../../../../server/render/panels/lil-gui-text.ts";
import { ScenePanels } from "../../../../../server/render/panels/scene-panels.ts";
import type { PanelControl, PanelValue } from "../../../../../shared/panels.ts";
import { lilGuiText } from "../../../../support/lil-gui.ts";
import { SceneProject } from "../../../../support/scene-loading.ts";

let page: Page;
let project: SceneProject;
let Gui: typeof GUI;
let source: LilGuiSource;
let panels: ScenePanels;
let frames: number;

beforeAll(async () => {
  page = Page.open({ url: import.meta.url, size: { width: 300, height: 150 } });
  page.follow({ onError: () => undefined, onFrameRequested: () => (frames += 1) });
  page.finishSetup();
  project = new SceneProject({ "lil-gui.mjs": tellingOfPanels(lilGuiText()) });
  ({ GUI: Gui } = await import(project.url("lil-gui.mjs")));
});
afterAll(() => {
  page.close();
  project[Symbol.dispose]();
});

beforeEach(() => {
  frames = 0;
  source = new LilGuiSource();
  followPanels((gui) => source.note(gui));
  panels = new ScenePanels({
    sources: [source],
    onError: (_, error) => expect.fail(String(error)),
    warn: () => undefined,
  });
});

const find = (id: string): PanelControl | undefined => panels.read().find((control) => control.id === id);
const heldBy = (id: string): PanelValue | undefined => {
  const control = find(id);
  return control !== undefined && "value" in control ? control.value : undefined;
};
const set = (id: string, value: PanelValue, last: boolean = true) => panels.set({ id, value, last });

describe("a panel", () => {
  it("is read with all kinds of controls, and folders", () => {
    const o = { size: 2, n: 1.5, on: true, shape: 2, color: 0x00ff7f, name: "Ann", go: () => undefined };
    const gui = new Gui({ title: "Mine" });
    gui.add(o, "size", 0, 10, 0.5).name("Size of it");
    gui.add(o, "n").min(0);
    const folder = gui.addFolder("More").close();
    folder.add(o, "on").disable();
    folder.add(o, "shape", { box: 1, ball: 2 });
    folder.addColor(o, "color").hide();
    folder.add(o, "name");
    folder.add(o, "go");
    const common = { disabled: false, hidden: false };
    expect(panels.read()).toEqual([
      { kind: "folder", id: "/Mine", label: "Mine", ...common, open: true },
      { kind: "range", id: "/Mine/Size of it", label: "Size of it", ...common, value: 2, min: 0, max: 10, step: 0.5 },
      { kind: "number", id: "/Mine/n", label: "n", ...common, value: 1.5, min: 0, max: null, step: null },
      { kind: "folder", id: "/Mine/More", label: "More", ...common, open: false },
      { kind: "switch", id: "/Mine/More/on", label: "on", ...common, disabled: true, value: true },
      { kind: "choice", id: "/Mine/More/shape", label: "shape", ...common, value: "ball", options: ["box", "ball"] },
      { kind: "color", id: "/Mine/More/color", label: "color", ...common, hidden: true, value: "#00ff7f" },
      { kind: "text", id: "/Mine/More/name", label: "name", ...common, value: "Ann" },
      { kind: "button", id: "/Mine/More/go", label: "go", ...common },
    ]);
    gui.destroy();
    expect(panels.read()).toEqual([]);
  });

  it("is there when its element is in the page, and hidden by hide() or by its style", () => {
    const gui = new Gui({ autoPlace: false });
    gui.add({ on: true }, "on");
    expect(panels.read()).toEqual([]);
    document.body.appendChild(gui.domElement);
    expect(find("/Controls")).toMatchObject({ hidden: false });
    gui.hide();
    expect(find("/Controls")).toMatchObject({ hidden: true });
    gui.show();
    gui.domElement.style.display = "none";
    expect(find("/Controls")).toMatchObject({ hidden: true });
    gui.destroy();
  });

  it("of a class that extends it is one, too", () => {
    class Mine extends Gui {
      constructor() {
        super({ title: "Extended" });
        this.add({ on: true }, "on");
      }
    }
    const gui = new Mine();
    expect(panels.read().map(({ id }) => id)).toEqual(["/Extended", "/Extended/on"]);
    gui.destroy();
  });

  it("of which a getter throws is read without that control", () => {
    let isBroken = false;
    const broken = {
      get on() {
        if (isBroken) throw new Error("no");
        return true;
      },
    };
    const gui = new Gui();
    gui.add(broken, "on");
    gui.add({ off: false }, "off");
    isBroken = true;
    expect(panels.read().map(({ id }) => id)).toEqual(["/Controls", "/Controls/off"]);
    gui.destroy();
  });
});

describe("a change", () => {
  type Heard = {
    onChange(listener: (changed: unknown) => void): { onFinishChange(listener: () => void): unknown };
  };

  /** A panel with one control, and what its listeners heard. */
  function one<Value>(value: Value, more: (gui: GUI, o: { it: Value }) => object) {
    const o = { it: value };
    const gui = new Gui();
    const heard: unknown[] = [];
    (more(gui, o) as Heard)
      .onChange((changed) => heard.push(structuredClone(changed)))
      .onFinishChange(() => heard.push("finished"));
    gui.onChange(({ property }) => heard.push(property));
    return { o, heard, end: () => gui.destroy() };
  }

  it("is heard by the listeners of the control and of its panel, and at its end by those who wait for that", () => {
    const { o, heard, end } = one(2, (gui, o) => gui.add(o, "it", 0, 10));
    set("/Controls/it", 3, false);
    set("/Controls/it", 4, true);
    expect(heard).toEqual(["it", 3, "it", 4, "finished"]);
    expect([o.it, heldBy("/Controls/it")]).toEqual([4, 4]);
    end();
  });

  it("of a number goes by its step", () => {
    const { o, end } = one(2, (gui, o) => gui.add(o, "it", 0, 10, 0.5));
    set("/Controls/it", 3.3);
    expect([o.it, heldBy("/Controls/it")]).toEqual([3.5, 3.5]);
    end();
  });

  it("of a choice gives the value of that name", () => {
    const { o, end } = one(1, (gui, o) => gui.add(o, "it", { box: 1, ball: 2 }));
    expect([set("/Controls/it", "cone"), set("/Controls/it", "ball"), o.it]).toEqual([false, true, 2]);
    end();
  });

  it.each<[string, unknown, unknown, number]>([
    ["text", "#ff0000", "#0080ff", 1],
    ["a number", 0xff0000, 0x0080ff, 1],
    ["an object", { r: 1, g: 0, b: 0 }, { r: 0, g: 128 / 255, b: 1 }, 1],
    ["a list up to 255", [255, 0, 0], [0, 128, 255], 255],
  ])("of a colour that is %s keeps its form", (_, before, after, scale) => {
    const { o, end } = one(before, (gui, o) => gui.addColor(o, "it", scale));
    expect(heldBy("/Controls/it")).toBe("#ff0000");
    set("/Controls/it", "#0080ff");
    expect([o.it, heldBy("/Controls/it")]).toEqual([after, "#0080ff"]);
    end();
  });

  it("of a button calls its function on its object", () => {
    const heard: unknown[] = [];
    const o = {
      go() {
        heard.push(this);
      },
    };
    const gui = new Gui();
    gui.add(o, "go");
    expect([set("/Controls/go", null), heard]).toEqual([true, [o]]);
    gui.destroy();
  });
});

describe("what the library does by itself", () => {
  it("is seen: reset, load, other options, and a controller in the place of another", () => {
    const o = { size: 1, shape: "box" };
    const gui = new Gui();
    gui.add(o, "size", 0, 10);
    const shape = gui.add(o, "shape", ["box"]);
    set("/Controls/size", 5);
    gui.reset();
    expect([heldBy("/Controls/size"), panels.values]).toEqual([1, {}]);
    gui.load({ controllers: { size: 7 }, folders: {} });
    expect([heldBy("/Controls/size"), panels.values]).toEqual([7, { "/Controls/size": 7 }]);
    shape.options(["box", "ball"]);
    expect(find("/Controls/shape")).toMatchObject({ options: ["box", "ball"] });
    gui.destroy();
  });

  it("a value that is listened to is seen, and asks for no frame", () => {
    const o = { time: 0 };
    const gui = new Gui();
    gui.add(o, "time").listen();
    o.time = 5;
    expect([heldBy("/Controls/time"), frames]).toEqual([5, 0]);
    gui.destroy();
  });
});
