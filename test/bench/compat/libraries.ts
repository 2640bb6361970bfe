/**
 * Cases: things around a scene that are no part of its picture, such as panels and controls, which have to leave it as it
 * is; and the other renderer of three, on WebGL 2.
 */

import type * as Three from "three";
import type { MeshStandardNodeMaterial, NodeMaterial } from "three/webgpu";
import { bodies, type Case, type Context, chequerTexture, painted, stage } from "./case.ts";

const plainBodies = (c: Context) => stage(c, bodies(c, new c.three.MeshStandardMaterial({ color: 0x66aaff })));

/** What three/webgpu draws into the canvas that there is. */
async function byNodes(
  c: Context,
  draw: (kit: Kit) => Three.Object3D | readonly Three.Object3D[],
): Promise<ReturnType<typeof stage> & { render(): void }> {
  const [webgpu, tsl] = await Promise.all([import("three/webgpu"), import("three/tsl")]);
  const canvas = c.renderer.domElement;
  const context = c.renderer.getContext() as unknown as GPUCanvasContext;
  const renderer = new webgpu.WebGPURenderer({ canvas, context, forceWebGL: true, antialias: true });
  renderer.setSize(c.size.width, c.size.height, false);
  await renderer.init();
  const parts = stage(c, ...[draw({ webgpu, tsl })].flat());
  // Nothing is drawn by the other renderer from now on, so each may believe what it knows of the context's state.
  return { ...parts, render: () => renderer.render(parts.scene, parts.camera) };
}

type Kit = { readonly webgpu: typeof import("three/webgpu"); readonly tsl: typeof import("three/tsl") };

export const cases: Readonly<Record<string, Case>> = {
  panel: async (c) => {
    const { GUI } = await import("three/addons/libs/lil-gui.module.min.js");
    const settings = { size: 1, colour: "#66aaff", turn: () => undefined };
    const gui = new GUI();
    const parts = plainBodies(c);
    gui.add(settings, "size", 0.2, 2).onChange((size: number) => parts.scene.scale.setScalar(size));
    gui.addColor(settings, "colour");
    gui.addFolder("More").add(settings, "turn");
    gui.controllers[0]?.setValue(0.7);
    return parts;
  },
  stats: async (c) => {
    const { default: Stats } = await import("three/addons/libs/stats.module.js");
    const stats = new Stats();
    document.body.append(stats.dom);
    stats.showPanel(1);
    return { ...plainBodies(c), update: () => stats.update() };
  },
  /** Its labels are elements over the canvas, which neither side has in the pixels that are compared. */
  labels: async (c) => {
    const { CSS2DObject, CSS2DRenderer } = await import("three/addons/renderers/CSS2DRenderer.js");
    const labels = new CSS2DRenderer();
    labels.setSize(c.size.width, c.size.height);
    document.body.append(labels.domElement);
    const element = document.createElement("div");
    element.textContent = "A label";
    const parts = plainBodies(c);
    parts.scene.add(new CSS2DObject(element));
    return { ...parts, update: () => labels.render(parts.scene, parts.camera) };
  },
  orbitControls: async (c) => {
    const { OrbitControls } = await import("three/addons/controls/OrbitControls.js");
    const parts = plainBodies(c);
    const controls = new OrbitControls(parts.camera, c.renderer.domElement);
    controls.target.set(0.3, 0.2, 0);
    controls.minAzimuthAngle = 0.5;
    controls.update();
    return parts;
  },
  transformControls: async (c) => {
    const { TransformControls } = await import("three/addons/controls/TransformControls.js");
    const parts = plainBodies(c);
    const box = parts.scene.getObjectByProperty("type", "Mesh");
    const controls = new TransformControls(parts.camera, c.renderer.domElement);
    if (box !== undefined) controls.attach(box);
    parts.scene.add(controls.getHelper());
    return parts;
  },
  arcballControls: async (c) => {
    const { ArcballControls } = await import("three/addons/controls/ArcballControls.js");
    const parts = plainBodies(c);
    new ArcballControls(parts.camera, c.renderer.domElement, parts.scene).setGizmosVisible(true);
    return parts;
  },
  viewHelper: async (c) => {
    const { ViewHelper } = await import("three/addons/helpers/ViewHelper.js");
    const parts = plainBodies(c);
    parts.camera.position.set(1, 1, 4);
    parts.camera.lookAt(0, 0, 0);
    const helper = new ViewHelper(parts.camera, c.renderer.domElement);
    return {
      ...parts,
      render() {
        c.renderer.autoClear = true;
        c.renderer.render(parts.scene, parts.camera);
        c.renderer.autoClear = false;
        helper.render(c.renderer);
        c.renderer.autoClear = true;
      },
    };
  },
  helpers: async (c) => {
    const { VertexNormalsHelper } = await import("three/addons/helpers/VertexNormalsHelper.js");
    const { LightProbeHelper } = await import("three/addons/helpers/LightProbeHelper.js");
    const box = new c.three.Mesh(new c.three.BoxGeometry(1, 1, 1, 2, 2, 2), new c.three.MeshStandardMaterial());
    box.rotation.set(0.4, 0.5, 0);
    box.position.x = -0.8;
    const probe = new c.three.LightProbe();
    probe.sh.coefficients[0]?.set(0.8, 0.6, 0.4);
    probe.position.x = 1;
    return stage(c, box, new VertexNormalsHelper(box, 0.3, 0xffff00), probe, new LightProbeHelper(probe, 0.6));
  },
  secondCanvas: (c) => {
    const canvas = document.createElement("canvas");
    const own = new c.three.WebGLRenderer({ canvas, antialias: true, preserveDrawingBuffer: true });
    own.setSize(128, 128, false);
    const inner = stage(c, bodies(c, new c.three.MeshNormalMaterial()));
    own.render(inner.scene, inner.camera);
    const map = new c.three.CanvasTexture(canvas);
    map.colorSpace = c.three.SRGBColorSpace;
    return stage(c, new c.three.Mesh(new c.three.BoxGeometry(2, 2, 2), new c.three.MeshBasicMaterial({ map })));
  },
  pictureOnCanvas: (c) => {
    const parts = plainBodies(c);
    c.renderer.render(parts.scene, parts.camera);
    const canvas = painted(128, 96, (context) => context.drawImage(c.renderer.domElement, 0, 0, 128, 96));
    const map = new c.three.CanvasTexture(canvas);
    map.colorSpace = c.three.SRGBColorSpace;
    return stage(c, new c.three.Mesh(new c.three.PlaneGeometry(3, 2.2), new c.three.MeshBasicMaterial({ map })));
  },
  nodesStandard: (c) => byNodes(c, () => bodies(c, new c.three.MeshStandardMaterial({ color: 0xffaa55 }))),
  nodesColour: (c) =>
    byNodes(c, ({ webgpu, tsl: { uv, vec3, sin, positionLocal } }) => {
      const material: MeshStandardNodeMaterial = new webgpu.MeshStandardNodeMaterial();
      material.colorNode = vec3(uv().x, sin(positionLocal.y.mul(12)).mul(0.5).add(0.5), uv().y);
      return bodies(c, material);
    }),
  nodesTexture: (c) =>
    byNodes(c, ({ webgpu, tsl: { texture, uv } }) => {
      const material: NodeMaterial = new webgpu.MeshBasicNodeMaterial();
      material.colorNode = texture(chequerTexture(c), uv().mul(2));
      return bodies(c, material);
    }),
  nodesInstances: (c) =>
    byNodes(c, ({ webgpu, tsl: { instanceIndex, float, vec3, positionLocal, sin } }) => {
      const material = new webgpu.MeshStandardNodeMaterial();
      const share = float(instanceIndex).div(9);
      material.colorNode = vec3(share, float(1).sub(share), 0.5);
      material.positionNode = positionLocal.add(vec3(0, sin(share.mul(6)).mul(0.5), 0));
      const mesh = new c.three.InstancedMesh(new c.three.BoxGeometry(0.25, 0.5, 0.25), material, 9);
      for (let index = 0; index < 9; index += 1) {
        mesh.setMatrixAt(index, new c.three.Matrix4().makeTranslation((index - 4) * 0.35, 0, 0));
      }
      return mesh;
    }),
  nodesShadow: (c) =>
    byNodes(c, () => {
      const floor = new c.three.Mesh(new c.three.PlaneGeometry(5, 5), new c.three.MeshStandardMaterial());
      floor.rotation.x = -1;
      floor.position.y = -0.8;
      const group = bodies(c, new c.three.MeshPhysicalMaterial({ color: 0x88ff88, clearcoat: 1 }));
      return [floor, group];
    }),
};
