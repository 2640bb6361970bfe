/** What is said of what a scene threw, whatever that is. */

import { describe, expect, test, vi } from "vitest";
import { isOfServer, placeOf, reasonOf, sceneError } from "../../../../../server/render/host/scene-error.ts";
import { StreamError } from "../../../../../shared/errors.ts";
import { loadProject, type ProjectFiles } from "../../../../support/scene-loading.ts";

vi.setConfig({ testTimeout: 60_000 });

describe("the place", () => {
  const throwing = "\n\n    throw new RangeError('too far');\n";
  const cases: readonly [name: string, files: ProjectFiles, place: string][] = [
    [
      "of a throw while a module runs",
      { "scene.ts": `type T = 1;\nexport const x: T = 1;${throwing}` },
      "scene.ts:4:11",
    ],
    [
      "of a mistake in the syntax of TypeScript",
      { "scene.ts": 'import "./é";', "é.ts": "const é: string = 'ü';\nconst a: number = ;" },
      "é.ts:2:19",
    ],
    ["of one in JavaScript", { "scene.js": "export default {\n  setup() { return 1 +; },\n};" }, "scene.js:2:23"],
    ["of one in JSON", { "scene.ts": 'import "./a.json";', "a.json": '{\n  "a": 1,\n  b\n}' }, "a.json:3:3"],
    [
      "of an import that is not there",
      { "scene.ts": 'const x: number = 1;\n\nimport { y } from "./nowhere";\nexport default y;' },
      "scene.ts:3:19",
    ],
    [
      "of a name that a module does not export",
      {
        "scene.ts": "interface A { a: 1 }\n\nimport { y } from './a';\nexport default y;",
        "a.ts": "export const x = 1;",
      },
      "scene.ts:3:10",
    ],
    ["in CommonJS", { "scene.cjs": `const a = require("./a.cjs");`, "a.cjs": `\nfoo.bar();` }, "a.cjs:2:1"],
  ];

  test.each(cases)("%s is that of the source", async (_, files, place) => {
    const scene = Object.keys(files).find((name) => name.startsWith("scene")) ?? "";
    const { error } = await loadProject(files, scene);
    expect(error).toContain(`(${place}).`);
  });
});

describe("what was thrown", () => {
  const hostile = {
    toString() {
      throw new Error("no");
    },
    get name() {
      throw new Error("no");
    },
    [Symbol.for("nodejs.util.inspect.custom")]() {
      throw new Error("no");
    },
  };
  const nested = new TypeError("fetch failed", { cause: Object.assign(new Error(""), { code: "ECONNREFUSED" }) });

  test.each([
    [new RangeError("too far"), "RangeError: too far"],
    [new Error(""), "Error"],
    ["text", "text"],
    [{ code: 7 }, "{ code: 7 }"],
    [undefined, "undefined"],
    [hostile, "something unprintable"],
    [Object.defineProperty(new Error(""), "message", { get: () => hostile.name }), "something unprintable"],
    [nested, "TypeError: fetch failed (ECONNREFUSED)"],
    [new AggregateError([new Error("first"), new Error("second")], "all"), "AggregateError: all (first)"],
    [new Error("one\n   two"), "Error: one two"],
    [new Event("error"), 'an event "error"'],
  ])("%# is told", (thrown, reason) => {
    expect(reasonOf(thrown)).toBe(reason);
  });

  test("is bounded, also in its stack, and the place is found behind a long message", () => {
    const error = new Error("x".repeat(5_000_000));
    const wrapped = sceneError("The scene threw", error);
    expect(wrapped.message.length).toBeLessThan(800);
    expect(wrapped.stack?.length).toBeLessThan(30_000);
    expect(placeOf(error)?.path).toMatch(/scene-error\.test\.ts$/);
  });

  test("ends with one full stop", () => {
    expect(sceneError("The scene threw", "ends.").message).toBe("The scene threw: ends.");
    expect(sceneError("The scene threw", "Why?").message).toBe("The scene threw: Why?");
  });
});

test("a package that is not there is said with what installs it", async () => {
  const { error } = await loadProject({ "scene.ts": 'import GUI from "@tweak/pane-of-nobody";\nexport default GUI;' });
  expect(error).toMatch(
    /Cannot find package '@tweak\/pane-of-nobody' imported from \S+scene\.ts\. Install it there: npm install @tweak\/pane-of-nobody\.$/,
  );
});

test("a module that three does not have is said with its name, and is nothing to be installed", async () => {
  const scene = 'import "three";\nimport "three/addons/controls/OrbitControl.js";\nexport default {};';
  const { error } = await loadProject({ "scene.ts": scene });
  expect(error).toMatch(/three has no module three\/addons\/controls\/OrbitControl\.js \(scene\.ts:2:9\)\.$/);
});

test("only the loss of the device and what no code of the scene takes part in are the server's", () => {
  expect(isOfServer(new StreamError("no-gl"))).toBe(true);
  expect(isOfServer(new Error("of a scene"))).toBe(false);
  expect(isOfServer("text")).toBe(false);
  const own = new Error("a defect");
  own.stack = `Error: a defect\n    at draw (${new URL("../../../../../server/render/frame-loop.ts", import.meta.url).href}:1:2)`;
  expect(isOfServer(own)).toBe(true);
  own.stack += "\n    at scene (file:///tmp/scene.ts:1:2)";
  expect(isOfServer(own)).toBe(false);
});
