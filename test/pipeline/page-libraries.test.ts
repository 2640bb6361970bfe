/** Libraries that expect a page, unchanged in a scene: they throw nothing, and what they draw is seen. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectNear, PagePicture, pictureSize as size } from "../support/page-picture.ts";
import { RenderProbe, sceneFixture } from "../support/render-probe.ts";

let probe: RenderProbe;
let picture: PagePicture;

beforeAll(async () => {
  probe = await RenderProbe.start(sceneFixture("page-libraries"), { size });
  picture = new PagePicture((await probe.grab()).pixels);
  probe.tell({ kind: "watched", watched: true });
  await probe.grabWhen((frame) => frame.atRest);
});
afterAll(() => probe?.close());

function newestState(): Record<string, unknown> {
  const told = probe.rendered.flatMap((message) => (message.kind === "state" ? [message.state] : []));
  return JSON.parse(told.at(-1) ?? "{}");
}

it("nothing throws, and OpenGL refuses nothing", () => {
  expect(probe.rendered.filter(({ kind }) => kind === "gl-errors" || kind === "notice")).toEqual([]);
});

describe("text is seen", () => {
  /** The colours of a tile along its middle row. */
  const row = (tile: number) => Array.from({ length: 21 }, (_, index) => picture.colourIn(tile, index / 10 - 1, 0.1));

  it("of three-spritetext, drawn on a 2D canvas in a font of the system", () => {
    const reds = row(0).filter(([red = 0, green = 0, blue = 0]) => red > 150 && green < 30 && blue < 30);
    expect(reds.length).toBeGreaterThanOrEqual(3);
    expect(reds.length).toBeLessThan(18);
  });

  it("of troika-three-text, typeset in a worker and drawn by WebGL on a canvas of its own", () => {
    const blues = row(1).filter(([red = 0, , blue = 0]) => blue > 150 && red < 30);
    expect(blues.length).toBeGreaterThanOrEqual(14);
    expectNear([picture.colourIn(1, -0.97, 0.9)], [[0, 0, 0]], 0);
  });
});

it("SMAA in an EffectComposer gives the scene's own colours", () => {
  expectNear([picture.colourIn(2, 0, 0)], [[0, 255, 0]], 1);
});

it("the page is there when the scene's module is evaluated", () => {
  const atLoad = { sameWindow: true, body: "BODY", location: "page-libraries.ts", width: size.width };
  expect(newestState()).toMatchObject(atLoad);
});

it("PG1, PG2: renderer.domElement is the element, and setSize and setPixelRatio leave the picture as it is", () => {
  expect(newestState()).toMatchObject({ sameElement: true, size: [size.width, size.height], pixelRatio: 1 });
});

it("lil-gui has its controllers and CSS2DRenderer places its label", () => {
  expect(newestState()).toMatchObject({ controllers: 4, label: "A label", labelIsPlaced: true });
});

it("PG3: setAnimationLoop is called for each frame until null is given", () => {
  expect(newestState()).toMatchObject({ frames: 5 });
});
