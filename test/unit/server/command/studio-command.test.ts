import { expect, it } from "vitest";
import { parseCommandLine } from "../../../../server/command/command-line.ts";
import { resolveOptions } from "../../../../server/options/options.ts";
import { fileOfScene, isStudio, needsNoGl, titleOfStudio } from "../../../../server/platform/scene-address.ts";

const optionsOf = (...args: string[]): object => {
  const command = parseCommandLine(["studio", ...args], {});
  return command.kind === "serve" ? command.options : {};
};

it("a studio is served alone, or first among the scenes that it may show", () => {
  expect(optionsOf("views/hall.json")).toMatchObject({ scene: "studio:views/hall.json" });
  expect(optionsOf("views/hall.json", "points.ts", "--fps", "30")).toMatchObject({
    scenes: { hall: "studio:views/hall.json", points: "points.ts" },
    render: { maxFps: 30 },
  });
  expect(() => parseCommandLine(["studio"], {})).toThrow("scenecast studio must have the file of a layout behind it.");
});

it("what is sent on and recorded from the start is of a studio that comes first", () => {
  const more = { outputs: ["rtmp://host/app/key"], recordings: { file: "film.mp4" } };
  const scenes = { hall: "studio:/views/hall.json", points: "/points.ts" };
  expect(resolveOptions({ scenes, ...more }).outputs).toEqual(more.outputs);
  const { hall, points } = scenes;
  expect(() => resolveOptions({ scenes: { points, hall }, ...more })).toThrow("must be left out with several scenes");
});

it("the address of a studio says its layout, and needs no OpenGL", () => {
  const { sceneUrl } = resolveOptions({ scene: "studio:/views/my hall.json" });
  expect([isStudio(sceneUrl), needsNoGl(sceneUrl), fileOfScene(sceneUrl)]).toEqual([true, true, "/views/my hall.json"]);
  expect(titleOfStudio(sceneUrl)).toBe("my hall");
  expect(() => resolveOptions({ scene: "studio:" })).toThrow('must have the path of a layout after "studio:".');
});
