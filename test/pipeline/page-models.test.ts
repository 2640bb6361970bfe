/** Models and data in a scene by three's own loaders, in their workers where they have some. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectNear, PagePicture, quad, pictureSize as size } from "../support/page-picture.ts";
import { RenderProbe, sceneFixture } from "../support/render-probe.ts";

let probe: RenderProbe;
let picture: PagePicture;
let state: Record<string, unknown>;

beforeAll(async () => {
  probe = await RenderProbe.start(sceneFixture("page-models"), { size });
  picture = new PagePicture((await probe.grab()).pixels);
  const [told] = probe.rendered.flatMap((message) => (message.kind === "state" ? [message.state] : []));
  state = JSON.parse(told ?? "{}");
});
afterAll(() => probe?.close());

describe("glTF is drawn with its texture, upright, that is", () => {
  it.each([
    ["embedded, with its image", 0, 1],
    ["in files beside it", 1, 1],
    ["compressed by Draco, with the decoder of an address of the internet", 2, 1],
    ["compressed by meshopt", 3, 1],
    ["textured by KTX2", 4, 8],
    ["compressed by Draco, with the decoder in JavaScript", 6, 1],
  ])("%s", (_name, tile, within) => expectNear(picture.quadOf(tile), quad, within));

  it("moved by its skin, a unit to the right", () => {
    expectNear(
      [picture.colourIn(5, -0.5, 0), picture.colourIn(5, 0.5, 0)],
      [
        [0, 0, 0],
        [255, 0, 0],
      ],
      0,
    );
  });
});

describe("the loader of", () => {
  it.each([
    ["PLY", "ply", [3, 2, 3, 0]],
    ["PLY colours", "plyColours", [255, 0, 0]],
    ["STL", "stl", [3, 2, 3, 0]],
    ["VTK", "vtk", [3, 2, 3, 0]],
    ["VTK in XML", "vtp", [3, 2, 3, 0]],
    ["PCD", "pcd", [3, 2, 3, 0]],
    ["OBJ", "obj", [2, 3, 0]],
    ["MTL", "objMaterial", "red"],
    ["the image of an MTL", "objMapIsThere", true],
    ["PDB", "atoms", 3],
    ["the bonds of PDB", "bonds", 4],
    ["NRRD", "volume", [2, 3, 4, 230]],
    ["typeface JSON", "letter", 1],
    ["TTF", "ttf", 2],
    ["SVG paths", "svg", ["d02030", "20b040", "2040c8", "e0c020"]],
  ])("%s gives what is in the file", (_name, key, wanted) => expect(state[key]).toEqual(wanted));
});
