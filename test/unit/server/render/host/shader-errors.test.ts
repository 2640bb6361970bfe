/** What is said of a shader that does not compile. */

import { Mesh, Scene, ShaderMaterial } from "three";
import { expect, test } from "vitest";
import { compileError } from "../../../../../server/render/host/shader-errors.ts";

const own = "void main() {\n  float a = 1.0;\n  gl_FragColor = vec4(colour, a);\n}";
const whole = `#version 300 es\n#define A 1\nprecision highp float;\n${own}`;
const log = "ERROR: 0:6: 'colour' : undeclared identifier\nERROR: 0:6: 'constructor' : not enough data\n\0";

test("names the material, and the line of its own shader with what stands there", () => {
  const scene = new Scene().add(new Mesh(undefined, new ShaderMaterial({ name: "glow", fragmentShader: own })));
  const { sentence, details } = compileError("fragment", log, whole, scene);
  expect(sentence).toBe(
    'The fragment shader of the ShaderMaterial "glow" does not compile: \'colour\' : undeclared identifier in line 3, "gl_FragColor = vec4(colour, a);"',
  );
  expect(details.split("\n").slice(0, 7)).toEqual([
    'The fragment shader of the ShaderMaterial "glow" does not compile.',
    "line 3: 'colour' : undeclared identifier",
    "     1: void main() {",
    "     2:   float a = 1.0;",
    ">    3:   gl_FragColor = vec4(colour, a);",
    "     4: }",
    "line 3: 'constructor' : not enough data",
  ]);
});

test("gives the line of the whole shader where the material is not known, and any other log as it is", () => {
  const { sentence, details } = compileError("vertex", log, whole, new Scene());
  expect(sentence).toContain(
    "The vertex shader does not compile: 'colour' : undeclared identifier in line 6 of the whole shader",
  );
  expect(details).toContain(">    6:   gl_FragColor");
  expect(compileError("vertex", "out of registers.\n", whole, null)).toEqual({
    sentence: "The vertex shader does not compile: out of registers",
    details: "The vertex shader does not compile.\nout of registers.",
  });
});
