/** Cases: post-processing and render targets. */

import type { Pass } from "three/addons/postprocessing/Pass.js";
import { bodies, type Case, type Context, chequerTexture, stage } from "./case.ts";

type Parts = ReturnType<typeof stage>;

/** A scene seen through passes after the first one, which draws it. */
async function composed(c: Context, passes: (parts: Parts) => Promise<Pass[]>): Promise<Parts & { render(): void }> {
  const { EffectComposer } = await import("three/addons/postprocessing/EffectComposer.js");
  const { RenderPass } = await import("three/addons/postprocessing/RenderPass.js");
  const { OutputPass } = await import("three/addons/postprocessing/OutputPass.js");
  const parts = stage(c, bodies(c, new c.three.MeshStandardMaterial({ color: 0xffaa44, emissive: 0x331100 })));
  const composer = new EffectComposer(c.renderer);
  composer.setSize(c.size.width, c.size.height);
  for (const pass of [new RenderPass(parts.scene, parts.camera), ...(await passes(parts)), new OutputPass()])
    composer.addPass(pass);
  return { ...parts, render: () => composer.render(0.016) };
}

export const cases: Readonly<Record<string, Case>> = {
  composer: (c) => composed(c, async () => []),
  bloom: (c) =>
    composed(c, async () => {
      const { UnrealBloomPass } = await import("three/addons/postprocessing/UnrealBloomPass.js");
      return [new UnrealBloomPass(new c.three.Vector2(c.size.width, c.size.height), 0.8, 0.4, 0.4)];
    }),
  ambientOcclusion: (c) =>
    composed(c, async ({ scene, camera }) => {
      const { GTAOPass } = await import("three/addons/postprocessing/GTAOPass.js");
      return [new GTAOPass(scene, camera, c.size.width, c.size.height)];
    }),
  outline: (c) =>
    composed(c, async ({ scene, camera }) => {
      const { OutlinePass } = await import("three/addons/postprocessing/OutlinePass.js");
      const pass = new OutlinePass(new c.three.Vector2(c.size.width, c.size.height), scene, camera);
      pass.selectedObjects = scene.children.filter((child) => child.type === "Group");
      return [pass];
    }),
  fxaa: (c) =>
    composed(c, async () => {
      const { FXAAPass } = await import("three/addons/postprocessing/FXAAPass.js");
      return [new FXAAPass()];
    }),
  smaa: (c) =>
    composed(c, async () => {
      const { SMAAPass } = await import("three/addons/postprocessing/SMAAPass.js");
      return [new SMAAPass()];
    }),
  bokeh: (c) =>
    composed(c, async ({ scene, camera }) => {
      const { BokehPass } = await import("three/addons/postprocessing/BokehPass.js");
      return [new BokehPass(scene, camera, { focus: 4, aperture: 0.002, maxblur: 0.01 })];
    }),
  dotScreen: (c) =>
    composed(c, async () => {
      const { DotScreenPass } = await import("three/addons/postprocessing/DotScreenPass.js");
      return [new DotScreenPass(new c.three.Vector2(0.5, 0.5), 0.5, 0.8)];
    }),
  halftone: (c) =>
    composed(c, async () => {
      const { HalftonePass } = await import("three/addons/postprocessing/HalftonePass.js");
      return [new HalftonePass({ radius: 6, scatter: 0 })];
    }),
  pixelated: (c) =>
    composed(c, async ({ scene, camera }) => {
      const { RenderPixelatedPass } = await import("three/addons/postprocessing/RenderPixelatedPass.js");
      return [new RenderPixelatedPass(6, scene, camera)];
    }),
  lookUpTable: (c) =>
    composed(c, async () => {
      const { LUTPass } = await import("three/addons/postprocessing/LUTPass.js");
      const size = 4;
      const data = new Uint8Array(size ** 3 * 4);
      for (let at = 0; at < size ** 3; at += 1) {
        const [r, g, b] = [at % size, Math.floor(at / size) % size, Math.floor(at / size ** 2)];
        data.set([(g * 255) / 3, (b * 255) / 3, (r * 255) / 3, 255], at * 4);
      }
      const lut = new c.three.Data3DTexture(data, size, size, size);
      Object.assign(lut, { minFilter: c.three.LinearFilter, magFilter: c.three.LinearFilter, needsUpdate: true });
      return [new LUTPass({ lut, intensity: 1 })];
    }),
  renderTarget: (c) => {
    const target = new c.three.WebGLRenderTarget(128, 128, { samples: 4 });
    const inner = stage(c, bodies(c, new c.three.MeshNormalMaterial()));
    c.renderer.setRenderTarget(target);
    c.renderer.render(inner.scene, inner.camera);
    c.renderer.setRenderTarget(null);
    const cube = new c.three.Mesh(
      new c.three.BoxGeometry(1.5, 1.5, 1.5),
      new c.three.MeshBasicMaterial({ map: target.texture }),
    );
    cube.rotation.set(0.4, 0.6, 0);
    return stage(c, cube);
  },
  floatTarget: (c) => {
    const target = new c.three.WebGLRenderTarget(64, 64, { type: c.three.FloatType });
    const inner = stage(
      c,
      new c.three.Mesh(
        new c.three.SphereGeometry(1),
        new c.three.MeshBasicMaterial({ color: new c.three.Color(3, 1, 0.2) }),
      ),
    );
    c.renderer.setRenderTarget(target);
    c.renderer.render(inner.scene, inner.camera);
    c.renderer.setRenderTarget(null);
    const half = new c.three.MeshBasicMaterial({ map: target.texture, color: 0x555555 });
    return stage(c, new c.three.Mesh(new c.three.PlaneGeometry(2, 2), half));
  },
  depthTexture: (c) => {
    const target = new c.three.WebGLRenderTarget(128, 128);
    target.depthTexture = new c.three.DepthTexture(128, 128);
    const inner = stage(c, bodies(c, new c.three.MeshNormalMaterial()));
    Object.assign(inner.camera, { near: 2, far: 6 }).updateProjectionMatrix();
    c.renderer.setRenderTarget(target);
    c.renderer.render(inner.scene, inner.camera);
    c.renderer.setRenderTarget(null);
    return stage(
      c,
      new c.three.Mesh(new c.three.PlaneGeometry(3, 3), new c.three.MeshBasicMaterial({ map: target.depthTexture })),
    );
  },
  multipleTargets: (c) => {
    const target = new c.three.WebGLRenderTarget(64, 64, { count: 2 });
    const material = new c.three.RawShaderMaterial({
      glslVersion: c.three.GLSL3,
      vertexShader:
        "in vec3 position; in vec2 uv; out vec2 at; void main() { at = uv; gl_Position = vec4(position, 1.0); }",
      fragmentShader:
        "precision highp float; in vec2 at; layout(location = 0) out vec4 a; layout(location = 1) out vec4 b; void main() { a = vec4(at, 0, 1); b = vec4(0, at.yx, 1); }",
    });
    const scene = new c.three.Scene();
    scene.add(new c.three.Mesh(new c.three.PlaneGeometry(2, 2), material));
    c.renderer.setRenderTarget(target);
    c.renderer.render(scene, new c.three.Camera());
    c.renderer.setRenderTarget(null);
    const shown = target.textures.map((map, index) => {
      const plane = new c.three.Mesh(new c.three.PlaneGeometry(1.6, 1.6), new c.three.MeshBasicMaterial({ map }));
      plane.position.x = index * 2 - 1;
      return plane;
    });
    return stage(c, ...shown);
  },
  uniformsGroup: (c) => {
    const group = new c.three.UniformsGroup();
    group.setName("Tint");
    group.add(new c.three.Uniform(new c.three.Vector4(0.9, 0.4, 0.1, 1)));
    const material = new c.three.RawShaderMaterial({
      glslVersion: c.three.GLSL3,
      vertexShader:
        "uniform mat4 projectionMatrix, modelViewMatrix; in vec3 position; void main() { gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }",
      fragmentShader:
        "precision highp float; layout(std140) uniform Tint { vec4 tint; }; out vec4 colour; void main() { colour = tint; }",
    });
    material.uniformsGroups = [group];
    return stage(c, bodies(c, material));
  },
  particlesOnGpu: async (c) => {
    const { GPUComputationRenderer } = await import("three/addons/misc/GPUComputationRenderer.js");
    const compute = new GPUComputationRenderer(16, 16, c.renderer);
    const start = compute.createTexture();
    for (let at = 0; at < 256; at += 1) start.image.data?.set([(at % 16) / 16, Math.floor(at / 16) / 16, 0, 1], at * 4);
    const code =
      "void main() { vec4 p = texture2D(place, gl_FragCoord.xy / resolution.xy); gl_FragColor = vec4(fract(p.xy + 0.1), p.z, 1.0); }";
    const variable = compute.addVariable("place", code, start);
    compute.setVariableDependencies(variable, [variable]);
    compute.init();
    for (let turn = 0; turn < 3; turn += 1) compute.compute();
    const map = compute.getCurrentRenderTarget(variable).texture;
    return stage(c, new c.three.Mesh(new c.three.PlaneGeometry(2, 2), new c.three.MeshBasicMaterial({ map })));
  },
  readBack: async (c) => {
    const target = new c.three.WebGLRenderTarget(16, 16);
    const inner = stage(
      c,
      new c.three.Mesh(new c.three.PlaneGeometry(2, 3), new c.three.MeshBasicMaterial({ map: chequerTexture(c) })),
    );
    c.renderer.setRenderTarget(target);
    c.renderer.render(inner.scene, inner.camera);
    c.renderer.setRenderTarget(null);
    const pixels = new Uint8Array(16 * 16 * 4);
    await c.renderer.readRenderTargetPixelsAsync(target, 0, 0, 16, 16, pixels);
    const map = new c.three.DataTexture(pixels, 16, 16);
    map.needsUpdate = true;
    return stage(c, new c.three.Mesh(new c.three.PlaneGeometry(3, 3), new c.three.MeshBasicMaterial({ map })));
  },
};
