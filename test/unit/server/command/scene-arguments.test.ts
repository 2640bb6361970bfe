/** Which scenes the command line means. */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseCommandLine } from "../../../../server/command/command-line.ts";
import { resolveOptions } from "../../../../server/options/options.ts";

test("a scene may stand without the command, and of none the examples are served", () => {
  expect(parseCommandLine(["a.ts"])).toMatchObject({ options: { scene: "a.ts" } });
  for (const args of [[], ["serve"], ["--port", "0"]]) {
    expect(parseCommandLine(args)).toMatchObject({
      kind: "serve",
      options: {
        scenes: { spheres: expect.stringMatching(/examples\/spheres\/scene\.ts$/), votes: expect.anything() },
      },
    });
  }
});

test("several scenes are called as their files, or as their folders where those say nothing", () => {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-scenes-"));
  for (const [path, file] of [
    ["box", "scene.ts"],
    ["a page", "index.html"],
    ["links", "scene.js"],
    ["none", "a.txt"],
  ] as const) {
    mkdirSync(join(folder, path));
    writeFileSync(join(folder, path, file), "");
  }
  const scenesOf = (...args: string[]) => {
    const command = parseCommandLine(args);
    if (command.kind !== "serve") throw new Error("not served");
    resolveOptions(command.options);
    return command.options.scenes ?? command.options.scene;
  };
  expect(scenesOf("a.ts", "b/scene.ts", "c/a.ts", join(folder, "box"))).toEqual({
    a: "a.ts",
    b: "b/scene.ts",
    "a-2": "c/a.ts",
    box: join(folder, "box/scene.ts"),
  });
  // `/links/` is the server's own.
  const inside = {
    "a-page": join(folder, "a page/index.html"),
    box: join(folder, "box/scene.ts"),
    "links-scene": join(folder, "links/scene.js"),
  };
  expect(scenesOf("serve", folder)).toEqual(inside);
  expect(scenesOf(folder)).toEqual(inside);
  expect(scenesOf("serve", join(folder, "box"))).toBe(join(folder, "box/scene.ts"));
  expect(() => scenesOf("serve", join(folder, "none"))).toThrow(
    /^There is no scene in the folder \S+none\. It needs a scene\.ts/,
  );
  symlinkSync(join(folder, "box"), join(folder, "linked"));
  symlinkSync("loop", join(folder, "loop"));
  mkdirSync(join(folder, "looping"));
  symlinkSync("scene.ts", join(folder, "looping/scene.ts"));
  expect(scenesOf("serve", folder)).toEqual({ ...inside, linked: join(folder, "linked/scene.ts") });
  rmSync(join(folder, "linked"));
  rmSync(join(folder, "a page"), { recursive: true });
  rmSync(join(folder, "links"), { recursive: true });
  expect(scenesOf("serve", folder)).toEqual({ box: join(folder, "box/scene.ts") });
});

test("programs that make pictures stand alone, several of them, and beside scenes, each with a title or without", () => {
  const scenesOf = (...args: string[]) => {
    const command = parseCommandLine(["serve", ...args]);
    if (command.kind !== "serve") throw new Error("not served");
    resolveOptions(command.options);
    return command.options.scenes ?? command.options.scene;
  };
  expect(scenesOf("--frames")).toBe("frames:");
  expect(scenesOf("--frames", "--port", "0")).toBe("frames:");
  expect(scenesOf("--frames", "My plot")).toBe("frames:My plot");
  expect(scenesOf("--frames", "My plot!", "--frames", "--frames", "frames")).toEqual({
    "My-plot": "frames:My plot!",
    pictures: "frames:",
    "frames-scene": "frames:frames",
  });
  expect(scenesOf("points.ts", "--frames", "plot")).toEqual({ points: "points.ts", plot: "frames:plot" });
  expect(() => scenesOf("--frames", "points.ts")).toThrow(
    new TypeError("--frames must have a title behind it, not the scene points.ts."),
  );
});
