/** What a scene draws with WebGL 2: what gl lacks or gets wrong is right. How it stands misuse: webgl2-safety.test.ts. */

import * as THREE from "three";
import { beforeAll, describe, expect, it } from "vitest";
import type { WebGlSurface } from "../../server/render/surface/webgl-surface.ts";
import { camera, drawnAt, openSceneContext, quadOf, type UntypedContext } from "../support/webgl2-context.ts";

let surface: WebGlSurface;
let gl: UntypedContext;

beforeAll(async () => {
  ({ surface, gl } = await openSceneContext());
});

const drawn = (scene: THREE.Scene, x?: number, y?: number) => drawnAt(surface, scene, x, y);

const vertexShader =
  "in vec3 position; in vec2 uv; out vec2 at; void main() { at = uv; gl_Position = vec4(position, 1.0); }";

describe("WebGL 2 of a scene", () => {
  it("draws into several targets at once", () => {
    const target = new THREE.WebGLRenderTarget(8, 8, { count: 3 });
    const material = new THREE.RawShaderMaterial({
      glslVersion: THREE.GLSL3,
      vertexShader,
      fragmentShader: `precision highp float;
        layout(location = 0) out vec4 a; layout(location = 1) out vec4 b; layout(location = 2) out vec4 c;
        void main() { a = vec4(1, 0, 0, 1); b = vec4(0, 1, 0, 1); c = vec4(0, 0, 1, 1); }`,
    });
    const { renderer } = surface;
    renderer.setRenderTarget(target);
    renderer.render(quadOf(material), camera);
    const pixel = new Uint8Array(4);
    const colours = [0, 1, 2].map((index) => {
      renderer.readRenderTargetPixels(target, 4, 4, 1, 1, pixel, undefined, index);
      return [...pixel];
    });
    renderer.setRenderTarget(null);
    expect(colours).toEqual([
      [255, 0, 0, 255],
      [0, 255, 0, 255],
      [0, 0, 255, 255],
    ]);
  });

  it("draws each object of a BatchedMesh", () => {
    const mesh = new THREE.BatchedMesh(2, 100, 100, new THREE.MeshBasicMaterial());
    const plane = mesh.addGeometry(new THREE.PlaneGeometry(1, 2));
    for (const [x, colour] of [
      [-0.5, 0xff0000],
      [0.5, 0x00ff00],
    ] as const) {
      const instance = mesh.addInstance(plane);
      mesh.setMatrixAt(instance, new THREE.Matrix4().makeTranslation(x, 0, 0));
      mesh.setColorAt(instance, new THREE.Color(colour));
    }
    const scene = new THREE.Scene();
    scene.add(mesh);
    expect([drawn(scene, 0.25), drawn(scene, 0.75)]).toEqual([
      [255, 0, 0],
      [0, 255, 0],
    ]);
  });

  it.each([
    ["half floats", THREE.HalfFloatType, new Uint16Array([0x3c00, 0, 0, 0x3c00, 0, 0x3c00, 0, 0x3c00])],
    ["floats", THREE.FloatType, new Float32Array([1, 0, 0, 1, 0, 1, 0, 1])],
    ["bytes", THREE.UnsignedByteType, new Uint8Array([255, 0, 0, 255, 0, 255, 0, 255])],
  ] as const)("flips rows of %s", (_, type, data) => {
    const look = (flipY: boolean) => {
      const map = new THREE.DataTexture(data, 1, 2, THREE.RGBAFormat, type);
      map.flipY = flipY;
      map.needsUpdate = true;
      const scene = quadOf(new THREE.MeshBasicMaterial({ map, toneMapped: false }));
      return [drawn(scene, 0.5, 0.2), drawn(scene, 0.5, 0.8)];
    };
    expect(look(false)).toEqual([
      [255, 0, 0],
      [0, 255, 0],
    ]);
    expect(look(true)).toEqual([
      [0, 255, 0],
      [255, 0, 0],
    ]);
  });

  it("takes part of an image, its rows counted as they are uploaded", () => {
    const data = new Uint8ClampedArray([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255]);
    const upload = (flips: boolean, skipped: number) => {
      const c = (name: string, ...values: unknown[]) => gl[name]?.(...values);
      const [target, rgba, bytes] = [gl["TEXTURE_2D"], gl["RGBA"], gl["UNSIGNED_BYTE"]];
      const [texture, framebuffer] = [c("createTexture"), c("createFramebuffer")];
      c("bindTexture", target, texture);
      c("pixelStorei", gl["UNPACK_FLIP_Y_WEBGL"], flips);
      c("pixelStorei", gl["UNPACK_SKIP_ROWS"], skipped);
      c("texImage2D", target, 0, rgba, 1, 1, 0, rgba, bytes, { data, width: 1, height: 3 });
      for (const name of ["UNPACK_FLIP_Y_WEBGL", "UNPACK_SKIP_ROWS"]) c("pixelStorei", gl[name], 0);
      c("bindFramebuffer", gl["FRAMEBUFFER"], framebuffer);
      c("framebufferTexture2D", gl["FRAMEBUFFER"], gl["COLOR_ATTACHMENT0"], target, texture, 0);
      const pixel = new Uint8Array(4);
      const error = c("getError");
      c("readPixels", 0, 0, 1, 1, rgba, bytes, pixel);
      c("getError");
      c("bindFramebuffer", gl["FRAMEBUFFER"], null);
      surface.renderer.resetState();
      return error === 0 ? [...pixel.subarray(0, 3)] : error;
    };
    expect([upload(false, 0), upload(false, 2), upload(true, 0)]).toEqual([
      [255, 0, 0],
      [0, 0, 255],
      [0, 0, 255],
    ]);
    expect(upload(false, 3)).toBe(gl["INVALID_OPERATION"]);
  });

  it.each([
    ["as it was made, multiplied by alpha", true, [188, 0, 0]],
    ["as it was made, not multiplied", false, [255, 0, 0]],
  ])("takes an ImageBitmap %s, whatever it is told", (_, isPremultiplied, colour) => {
    const pixels = { data: new Uint8ClampedArray([255, 0, 0, 128, 0, 0, 0, 0]), width: 1, height: 2 };
    const map = new THREE.Texture({ ...pixels, isPremultiplied, imagePixels: () => pixels } as never);
    Object.assign(map, { flipY: true, premultiplyAlpha: !isPremultiplied, needsUpdate: true, generateMipmaps: false });
    Object.assign(map, { minFilter: THREE.NearestFilter, magFilter: THREE.NearestFilter });
    expect(drawn(quadOf(new THREE.MeshBasicMaterial({ map, toneMapped: false })), 0.5, 0.2)).toEqual(colour);
  });

  it("takes integer textures of 32 bits", () => {
    const map = new THREE.DataTexture(Uint32Array.of(7, 0, 0, 0), 1, 1, THREE.RedIntegerFormat, THREE.UnsignedIntType);
    map.internalFormat = "R32UI";
    map.needsUpdate = true;
    const material = new THREE.RawShaderMaterial({
      glslVersion: THREE.GLSL3,
      uniforms: { map: { value: map } },
      vertexShader,
      fragmentShader: `precision highp float; precision highp usampler2D; uniform usampler2D map; out vec4 colour;
        void main() { colour = texelFetch(map, ivec2(0), 0).r == 7u ? vec4(0, 1, 0, 1) : vec4(1, 0, 0, 1); }`,
    });
    expect(drawn(quadOf(material))).toEqual([0, 255, 0]);
  });

  it("has uniform buffers (three's UniformsGroup)", () => {
    const group = new THREE.UniformsGroup();
    group.setName("Colours");
    group.add(new THREE.Uniform(new THREE.Vector4(0, 0.5, 0, 1)));
    group.add(new THREE.Uniform(new THREE.Vector4(1, 0, 0, 0)));
    const material = new THREE.RawShaderMaterial({
      glslVersion: THREE.GLSL3,
      vertexShader,
      fragmentShader: `precision highp float; layout(std140) uniform Colours { vec4 a; vec4 b; }; out vec4 colour;
        void main() { colour = a + b; }`,
    });
    material.uniformsGroups = [group];
    expect(drawn(quadOf(material))).toEqual([255, 128, 0]);
  });

  it("reads pixels back without blocking (readRenderTargetPixelsAsync)", async () => {
    const target = new THREE.WebGLRenderTarget(4, 4);
    const { renderer } = surface;
    renderer.setRenderTarget(target);
    renderer.setClearColor(0x0000ff, 1);
    renderer.clear();
    const pixels = new Uint8Array(4 * 4 * 4);
    await renderer.readRenderTargetPixelsAsync(target, 0, 0, 4, 4, pixels);
    renderer.setRenderTarget(null);
    expect([...pixels.subarray(60)]).toEqual([0, 0, 255, 255]);
  });

  it("gives back what transform feedback wrote", () => {
    const program = programOf(
      "#version 300 es\nin float x; out float doubled; void main() { doubled = x * 2.0; gl_Position = vec4(0); }",
      (made) => gl["transformFeedbackVaryings"]?.(made, ["doubled"], gl["SEPARATE_ATTRIBS"]),
    );
    const c = (name: string, ...values: unknown[]) => gl[name]?.(...values);
    const from = c("createBuffer");
    c("bindBuffer", gl["ARRAY_BUFFER"], from);
    c("bufferData", gl["ARRAY_BUFFER"], Float32Array.of(1, 2.5, -3), gl["STATIC_DRAW"]);
    c("vertexAttribPointer", 0, 1, gl["FLOAT"], false, 0, 0);
    c("enableVertexAttribArray", 0);
    const to = c("createBuffer");
    c("bindBufferBase", gl["TRANSFORM_FEEDBACK_BUFFER"], 0, to);
    c("bufferData", gl["TRANSFORM_FEEDBACK_BUFFER"], 12, gl["STREAM_READ"]);
    c("useProgram", program);
    c("enable", gl["RASTERIZER_DISCARD"]);
    c("beginTransformFeedback", gl["POINTS"]);
    c("drawArrays", gl["POINTS"], 0, 3);
    c("endTransformFeedback");
    c("disable", gl["RASTERIZER_DISCARD"]);
    const result = new Float32Array(4);
    c("getBufferSubData", gl["TRANSFORM_FEEDBACK_BUFFER"], 0, result, 1, 3);
    c("bindBufferBase", gl["TRANSFORM_FEEDBACK_BUFFER"], 0, null);
    surface.renderer.resetState();
    expect([...result]).toEqual([0, 2, 5, -6]);
    expect(c("getError")).toBe(0);
  });

  it("has the extensions for compressed, half float and blended float textures, and takes a compressed one", () => {
    const supported = gl["getSupportedExtensions"]?.() as string[];
    for (const name of ["WEBGL_compressed_texture_s3tc", "EXT_color_buffer_half_float", "EXT_float_blend"]) {
      expect(supported).toContain(name);
    }
    // One block of BC1: both colours pure red (RGB565 f800).
    const block = Uint8Array.of(0x00, 0xf8, 0x00, 0xf8, 0, 0, 0, 0);
    const map = new THREE.CompressedTexture([{ data: block, width: 4, height: 4 }], 4, 4, THREE.RGB_S3TC_DXT1_Format);
    map.minFilter = THREE.NearestFilter;
    map.needsUpdate = true;
    expect(drawn(quadOf(new THREE.MeshBasicMaterial({ map })))).toEqual([255, 0, 0]);
    expect(surface.takeErrors()).toEqual([]);
  });
});

function programOf(vertex: string, prepare: (program: unknown) => void): unknown {
  const program = gl["createProgram"]?.();
  const fragment = "#version 300 es\nprecision highp float; out vec4 colour; void main() { colour = vec4(1); }";
  for (const [kind, source] of [
    [gl["VERTEX_SHADER"], vertex],
    [gl["FRAGMENT_SHADER"], fragment],
  ] as const) {
    const shader = gl["createShader"]?.(kind);
    gl["shaderSource"]?.(shader, source);
    gl["compileShader"]?.(shader);
    gl["attachShader"]?.(program, shader);
  }
  prepare(program);
  gl["linkProgram"]?.(program);
  expect(gl["getProgramParameter"]?.(program, gl["LINK_STATUS"])).toBe(true);
  return program;
}
