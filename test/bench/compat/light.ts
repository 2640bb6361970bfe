/** Cases: lights, shadows, fog, surroundings. */

import type * as Three from "three";
import { bodies, type Case, stage } from "./case.ts";

function shadowed(c: Parameters<Case>[0], light: Three.Light): ReturnType<typeof stage> {
  const floor = new c.three.Mesh(
    new c.three.PlaneGeometry(8, 8),
    new c.three.MeshStandardMaterial({ color: 0xbbbbbb }),
  );
  floor.rotation.x = -Math.PI / 2;
  floor.position.y = -0.8;
  floor.receiveShadow = true;
  const group = bodies(c, new c.three.MeshStandardMaterial({ color: 0xdd6644 }));
  for (const child of group.children) Object.assign(child, { castShadow: true, receiveShadow: true });
  const scene = new c.three.Scene();
  light.castShadow = true;
  scene.add(floor, group, light, new c.three.AmbientLight(0xffffff, 0.5));
  c.renderer.shadowMap.enabled = true;
  const { camera } = stage(c);
  camera.position.set(0, 2, 5);
  camera.lookAt(0, 0, 0);
  return { scene, camera };
}

export const cases: Readonly<Record<string, Case>> = {
  shadowSun: (c) => {
    c.renderer.shadowMap.type = c.three.PCFShadowMap;
    const light = new c.three.DirectionalLight(0xffffff, 3);
    light.position.set(2, 4, 2);
    return shadowed(c, light);
  },
  shadowSpot: (c) => {
    const light = new c.three.SpotLight(0xffffff, 80, 0, 0.7, 0.4);
    light.position.set(1, 4, 2);
    return shadowed(c, light);
  },
  shadowPoint: (c) => {
    const light = new c.three.PointLight(0xffffff, 40);
    light.position.set(0, 2.5, 1.5);
    return shadowed(c, light);
  },
  shadowVariance: (c) => {
    c.renderer.shadowMap.type = c.three.VSMShadowMap;
    const light = new c.three.DirectionalLight(0xffffff, 3);
    light.position.set(-2, 4, 2);
    return shadowed(c, light);
  },
  hemisphere: (c) => {
    const { camera } = stage(c);
    const scene = new c.three.Scene();
    scene.add(new c.three.HemisphereLight(0x88bbff, 0x553311, 3), bodies(c, new c.three.MeshStandardMaterial()));
    return { scene, camera };
  },
  areaLight: async (c) => {
    const { RectAreaLightUniformsLib } = await import("three/addons/lights/RectAreaLightUniformsLib.js");
    RectAreaLightUniformsLib.init();
    const light = new c.three.RectAreaLight(0xffeecc, 8, 2, 2);
    light.position.set(0, 1, 2);
    light.lookAt(0, 0, 0);
    const { camera } = stage(c);
    const scene = new c.three.Scene();
    scene.add(light, bodies(c, new c.three.MeshStandardMaterial({ roughness: 0.3 })));
    return { scene, camera };
  },
  lightProbe: (c) => {
    const { camera } = stage(c);
    const scene = new c.three.Scene();
    const probe = new c.three.LightProbe();
    for (const [index, value] of [0.9, 0.2, -0.3, 0.1].entries())
      probe.sh.coefficients[index]?.set(value, value * 0.8, value * 0.5);
    scene.add(probe, bodies(c, new c.three.MeshStandardMaterial()));
    return { scene, camera };
  },
  fog: (c) => {
    const parts = stage(c, bodies(c, new c.three.MeshStandardMaterial({ color: 0xff8866 })));
    parts.scene.fog = new c.three.Fog(0x223344, 3, 5);
    return parts;
  },
  fogDense: (c) => {
    const parts = stage(c, bodies(c, new c.three.MeshStandardMaterial({ color: 0x66ff88 })));
    parts.scene.fog = new c.three.FogExp2(0x223344, 0.2);
    return parts;
  },
  roomEnvironment: async (c) => {
    const { RoomEnvironment } = await import("three/addons/environments/RoomEnvironment.js");
    const parts = stage(c, bodies(c, new c.three.MeshStandardMaterial({ roughness: 0.15, metalness: 1 })));
    parts.scene.environment = new c.three.PMREMGenerator(c.renderer).fromScene(new RoomEnvironment(), 0.04).texture;
    return parts;
  },
  sky: async (c) => {
    const { Sky } = await import("three/addons/objects/Sky.js");
    const sky = new Sky();
    sky.scale.setScalar(50);
    sky.material.uniforms["sunPosition"]?.value.set(0.3, 0.2, -1);
    c.renderer.toneMapping = c.three.ACESFilmicToneMapping;
    c.renderer.toneMappingExposure = 0.5;
    return stage(c, sky);
  },
  cubeCamera: (c) => {
    const target = new c.three.WebGLCubeRenderTarget(64);
    const mirror = new c.three.Mesh(
      new c.three.SphereGeometry(0.9, 32, 16),
      new c.three.MeshBasicMaterial({ envMap: target.texture }),
    );
    const around = [0xff4444, 0x44ff44, 0x4444ff].map((color, index) => {
      const box = new c.three.Mesh(new c.three.BoxGeometry(1, 1, 1), new c.three.MeshBasicMaterial({ color }));
      box.position.set(Math.cos(index * 2.1) * 2.4, Math.sin(index * 2.1) * 2.4, 1.5);
      return box;
    });
    const parts = stage(c, mirror, ...around);
    const camera = new c.three.CubeCamera(0.1, 20, target);
    mirror.visible = false;
    camera.update(c.renderer, parts.scene);
    mirror.visible = true;
    return parts;
  },
  reflector: async (c) => {
    const { Reflector } = await import("three/addons/objects/Reflector.js");
    const mirror = new Reflector(new c.three.PlaneGeometry(4, 4), { textureWidth: 256, textureHeight: 256 });
    mirror.rotation.x = -Math.PI / 2;
    mirror.position.y = -0.8;
    const parts = stage(c, mirror, bodies(c, new c.three.MeshStandardMaterial({ color: 0xee8833 })));
    parts.camera.position.set(0, 1, 4);
    parts.camera.lookAt(0, 0, 0);
    return parts;
  },
  lensflare: async (c) => {
    const { Lensflare, LensflareElement } = await import("three/addons/objects/Lensflare.js");
    const flare = new Lensflare();
    const texture = new c.three.DataTexture(Uint8Array.of(255, 220, 160, 255), 1, 1);
    texture.needsUpdate = true;
    flare.addElement(new LensflareElement(texture, 60, 0, new c.three.Color(0xffffff)));
    flare.position.set(0.5, 0.3, 0);
    return stage(c, flare);
  },
};
