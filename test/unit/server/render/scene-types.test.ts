/** Owns that the types of a scene's parameters follow from what it declares. The compiler is half of the test. */

import * as THREE from "three";
import { expect, it } from "vitest";
import { type DataRange, defineScene, type Json, type SceneDefinition } from "../../../../server/render/scene.ts";

/** Compiles where both are the same type, and not otherwise. */
function isExactly<Wanted>() {
  return <Given>(_value: Given & ([Given, Wanted] extends [Wanted, Given] ? unknown : never)): void => undefined;
}

const parts = { scene: new THREE.Scene(), camera: new THREE.Camera() };

it("a scene's parameters have the types that it declares, in setup and in parametersChanged", () => {
  const scene = defineScene({
    parameters: {
      count: { type: "number", default: 60, min: 1, max: 5000, step: 1, description: "How many there are" },
      shape: { type: "choice", options: ["ball", "box"], default: "ball" },
      file: { type: "text", default: "", maxLength: 200, fromLink: true },
      dark: { type: "boolean", default: false },
    },
    setup({ parameters }) {
      isExactly<number>()(parameters.count);
      isExactly<"ball" | "box">()(parameters.shape);
      isExactly<string>()(parameters.file);
      isExactly<boolean>()(parameters.dark);
      // @ts-expect-error there is no such parameter
      void parameters.colour;
      // @ts-expect-error the scene is told of its values and does not set them
      parameters.count = 3;
      return {
        ...parts,
        parametersChanged(values, changed) {
          isExactly<"ball" | "box">()(values.shape);
          isExactly<readonly ("count" | "shape" | "file" | "dark")[]>()(changed);
          // @ts-expect-error there is no such parameter
          changed.includes("colour");
        },
      };
    },
  });
  expect(Object.keys(scene.parameters ?? {})).toEqual(["count", "shape", "file", "dark"]);
  // What takes any scene takes this one.
  const any: SceneDefinition = scene;
  expect(any.title).toBeUndefined();
});

it("a scene without parameters, and one that waits in setup, is a scene as it was", async () => {
  const plain = defineScene({ setup: () => parts });
  const slow = defineScene({ title: "Slow", setup: async ({ size }) => ({ ...parts, resize: () => void size }) });
  defineScene({
    setup({ parameters }) {
      // @ts-expect-error it declares none
      void parameters.count;
      return parts;
    },
  });
  const listed: readonly SceneDefinition[] = [plain, slow];
  expect(listed).toHaveLength(2);
});

it("mistakes in a declaration do not compile", () => {
  // @ts-expect-error the default of a number is a number
  defineScene({ parameters: { count: { type: "number", default: "1" } }, setup: () => parts });
  // @ts-expect-error there is no such type
  defineScene({ parameters: { count: { type: "colour", default: "red" } }, setup: () => parts });
  expect(parts.scene.isScene).toBe(true);
});

it("a scene's data has the types and the shapes that it declares", () => {
  const scene = defineScene({
    data: {
      points: { type: "float32", shape: [null, [3, 6], 2] },
      ids: { type: "uint64" },
      config: { type: "json" },
      blob: { type: "bytes" },
    },
    setup({ data }) {
      isExactly<Float32Array<ArrayBuffer> | undefined>()(data.points?.array);
      isExactly<readonly [number, 3 | 6, 2] | undefined>()(data.points?.shape);
      isExactly<BigUint64Array<ArrayBuffer> | undefined>()(data.ids?.array);
      isExactly<Json | undefined>()(data.config?.value);
      isExactly<readonly string[]>()(data.names);
      data.follow("blob", ({ bytes, ranges }) => {
        isExactly<Uint8Array<ArrayBuffer>>()(bytes);
        isExactly<readonly DataRange[] | null>()(ranges);
      });
      // @ts-expect-error there is no such data
      data.follow("colours", () => undefined);
      // @ts-expect-error there is no such data
      void data.colours;
      return parts;
    },
  });
  expect(Object.keys(scene.data ?? {})).toHaveLength(4);
  const any = defineScene({
    data: "any",
    setup({ data }) {
      const value = data.get("whatever");
      if (value?.type === "int16") isExactly<Int16Array<ArrayBuffer>>()(value.array);
      data.followAll((name) => isExactly<string>()(name));
      return parts;
    },
  });
  expect(any.data).toBe("any");
  // @ts-expect-error there is no such type
  defineScene({ data: { points: { type: "float16" } }, setup: () => parts });
});
