/** Pages of three.js, as people write them, drawn without a change: their scripts, their renderer, their loop, their input. */

import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dragInput, keyInput, pointerInput } from "../support/input-samples.ts";
import { colourAt, RenderProbe } from "../support/render-probe.ts";

const pages = new URL("../fixtures/pages/", import.meta.url);
const size = { width: 320, height: 192 };
const [red, green, blue, black] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [0, 0, 0],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scenecast-"));
  await copyPages();
});
afterAll(() => rm(folder, { recursive: true }));

const copyPages = (): Promise<void> => cp(fileURLToPath(pages), folder, { recursive: true });

async function open(path: string, options: { watch?: boolean } = {}): Promise<RenderProbe> {
  const probe = await RenderProbe.start(pathToFileURL(join(folder, path)).href, { size, ...options });
  probe.tell({ kind: "watched", watched: true });
  return probe;
}

const at = (probe: RenderProbe, x: number, y: number, colour: readonly number[] | undefined) =>
  probe.grabWhen(({ pixels }) => pixels.length > 0 && String(colourAt(pixels, size, x, y)) === String(colour));

const printed = (probe: RenderProbe): string =>
  probe.rendered.flatMap((message) => (message.kind === "console" ? [message.text] : [])).join("\n");

describe("a page with an import map, OrbitControls and an animation loop, which is watched", () => {
  let probe: RenderProbe;
  beforeAll(async () => {
    probe = await open("turning/index.html", { watch: true });
  });
  afterAll(async () => {
    await probe.close();
    await copyPages();
  });

  it("shows its picture in the size of the picture, has its title, and says once what is not drawn", async () => {
    const { pixels } = await at(probe, 0.5, 0.5, red);
    expect(colourAt(pixels, size, 0.02, 0.5)).toEqual(black);
    // The cube is as wide as high: the page has made the camera for this picture.
    const row = (y: number) =>
      Array.from({ length: size.width }, (_, x) => colourAt(pixels, size, (x + 0.5) / size.width, y));
    const column = Array.from({ length: size.height }, (_, y) => colourAt(pixels, size, 0.5, (y + 0.5) / size.height));
    const isRed = (colour: number[]) => String(colour) === String(red);
    expect(Math.abs(row(0.5).filter(isRed).length - column.filter(isRed).length)).toBeLessThanOrEqual(1);
    expect(probe.title).toBe("My first three.js app");
    expect(printed(probe)).toContain("Of index.html only the canvas is shown, without <div> #info, <button> #reset.");
  });

  it("publishes no frame that looks like the one before, and the picture at rest all the same", async () => {
    const rested = await probe.grabWhen(({ atRest }) => atRest);
    const frames = () => probe.rendered.filter(({ kind }) => kind === "report").length;
    // Of frames there is a report each second.
    await sleep(1500);
    const after = await probe.grab();
    expect([after.number, after.atRest]).toEqual([rested.number, true]);
    const before = frames();
    await sleep(1500);
    expect(frames()).toBe(before);
    expect((await probe.grab()).number).toBe(rested.number);
  });

  it("is turned by a drag, and hears keys at the document", async () => {
    await at(probe, 0.5, 0.5, red);
    probe.input(keyInput("down", { code: "Space", key: " " }));
    await at(probe, 0.5, 0.5, green);
    probe.input(keyInput("down", { code: "Space", key: " " }));
    await at(probe, 0.5, 0.5, red);
    // OrbitControls turns by half for a drag as long as half the height.
    const half = size.height / size.width / 2;
    for (const event of dragInput([
      [0.5, 0.5],
      [0.5 - half / 2, 0.5],
      [0.5 - half, 0.5],
    ]))
      probe.input(event);
    const { atRest } = await at(probe, 0.5, 0.5, green);
    expect(atRest).toBe(false);
  });

  it("takes what is saved: the HTML and what it imports (SM5, CL1)", async () => {
    const sides = join(folder, "turning/js/sides.js");
    await writeFile(sides, (await readFile(sides, "utf8")).replace("0xff0000", "0xffff00"));
    await at(probe, 0.5, 0.5, [255, 255, 0]);
    const html = join(folder, "turning/index.html");
    await writeFile(html, (await readFile(html, "utf8")).replace("0x000000", "0x00ffff"));
    await at(probe, 0.02, 0.5, [0, 255, 255]);
    expect(probe.rendered.filter(({ kind }) => kind === "reloaded")).toHaveLength(2);
  });
});

describe("a page in other ways", () => {
  it("draws on a canvas of the HTML, on demand: when a picture has come, and when it hears the pointer; a new one that throws leaves it so (PD1, PD2, PD3)", async () => {
    await using probe = await open("manual/index.html", { watch: true });
    const { pixels } = await at(probe, 0.25, 0.5, red);
    expect(colourAt(pixels, size, 0.75, 0.5)).toEqual(blue);
    expect(colourAt(pixels, size, 0.49, 0.99)).toEqual(red);
    probe.input(pointerInput("down"));
    const turned = await at(probe, 0.75, 0.5, red);
    expect(colourAt(turned.pixels, size, 0.25, 0.5)).toEqual(blue);

    const file = join(folder, "manual/main.js");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("const camera", "new THREE.Nothing(); const camera"));
    await expect.poll(() => probe.rendered.some(({ kind }) => kind === "notice")).toBe(true);
    await at(probe, 0.75, 0.5, red);
    probe.input(pointerInput("down"));
    await at(probe, 0.25, 0.5, red);
    await writeFile(file, text.replace("0x0000ff", "0x00ff00"));
    await at(probe, 0.75, 0.5, green);
  });

  it("runs classic scripts in order, with three as a global, body onload, setAnimationLoop, and scripts added later, and takes one that is saved (PS1, PS3, CL1)", async () => {
    await using probe = await open("classic/index.html", { watch: true });
    await at(probe, 0.5, 0.5, green);
    await at(probe, 0.02, 0.5, blue);
    expect(printed(probe)).toContain("https://www.example.org/analytics.js does not run: it is on the internet.");
    expect(printed(probe)).not.toContain("more here than expected");
    await writeFile(join(folder, "classic/colour.js"), "var COLOUR = 0xff0000;");
    await at(probe, 0.5, 0.5, red);
  });

  it("names the line in the HTML where a script throws, or has a mistake, or imports what is not there (PS2, SM5)", async () => {
    const html = await readFile(join(folder, "turning/index.html"), "utf8");
    const line = html.split("\n").findIndex((text) => text.includes("scene.add(cube)")) + 1;
    const broken = async (change: (text: string) => string): Promise<string> => {
      await writeFile(join(folder, "turning/broken.html"), change(html));
      return await open("turning/broken.html").then(
        () => "it started",
        (error: Error) => error.message,
      );
    };
    const first = "const scene = new THREE.Scene();";
    const firstLine = html.split("\n").findIndex((text) => text.includes(first)) + 1;
    expect(await broken((text) => text.replace(first, "nothing.at.all();"))).toMatch(
      new RegExp(`ReferenceError: nothing is not defined \\(broken\\.html:${firstLine}:7\\)`),
    );
    expect(await broken((text) => text.replace("scene.add(cube)", "scene.add(cube"))).toContain(`broken.html:${line}:`);
    expect(await broken((text) => text.replace("colours/sides.js", "./js/none.js"))).toContain(
      "./js/none.js is not there",
    );
    const online = await broken((text) => text.replace("colours/sides.js", "https://unpkg.com/gsap@3/index.js"));
    expect(online).toContain("npm install gsap");
  });

  it("is a module too that makes a renderer of its own and exports no scene", async () => {
    const html = await readFile(join(folder, "turning/index.html"), "utf8");
    const code = /<script type="module">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? "";
    const module = code.replace("colours/sides.js", "./js/sides.js").replace(/.*"reset".*/, "");
    await writeFile(
      join(folder, "turning/app.js"),
      module.replace('document.getElementById("container")', "document.body"),
    );
    await using probe = await open("turning/app.js");
    await at(probe, 0.5, 0.5, red);
  });

  it("takes a style sheet that is saved, by which its labels look", async () => {
    await using probe = await open("labels/index.html", { watch: true });
    await at(probe, 190 / size.width, 120 / size.height, red);
    const file = join(folder, "labels/labels.css");
    await writeFile(file, (await readFile(file, "utf8")).replace("rgb(255 0 0)", "aqua"));
    await at(probe, 190 / size.width, 120 / size.height, [0, 255, 255]);
  });
});
