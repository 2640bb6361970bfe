/** Which shaders count in pixels of the picture. */

import { expect, it } from "vitest";
import { countsInPixels } from "../../../../../server/render/surface/pixel-sized-shaders.ts";

const of = (owner: string, body: string) => `#version 300 es\n#define SHADER_TYPE ${owner}\nvoid main() { ${body} }`;

it("finds a scene's own shaders that take the place of a pixel or give a point its size", () => {
  expect(countsInPixels(of("ShaderMaterial", "vec2 at = gl_FragCoord.xy / resolution;"))).toBe(true);
  expect(countsInPixels(of("RawShaderMaterial", "gl_PointSize = 4.0;"))).toBe(true);
  expect(countsInPixels("void main() { gl_PointSize = 4.0; }")).toBe(true);
});

it("leaves alone what three sizes by its pixel ratio, noise, and depths", () => {
  expect(countsInPixels(of("PointsMaterial", "gl_PointSize = size;"))).toBe(false);
  expect(countsInPixels(of("ShaderMaterial", "float grid = rand( gl_FragCoord.xy );"))).toBe(false);
  expect(countsInPixels(of("ShaderMaterial", "gl_FragDepth = gl_FragCoord.z;"))).toBe(false);
  expect(countsInPixels(of("ShaderMaterial", "gl_Position = vec4(0.0);"))).toBe(false);
});
