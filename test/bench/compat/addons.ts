/** Cases: geometries, objects and tools among three's addons. */

import type * as Three from "three";
import { type Case, type Context, chequerTexture, sequence, stage } from "./case.ts";

const body = (c: Context, settings: Three.MeshStandardMaterialParameters = {}) =>
  new c.three.MeshStandardMaterial({ color: 0xcc8855, side: c.three.DoubleSide, ...settings });

/** A geometry in one material, slightly turned. */
function turned(c: Context, geometry: Three.BufferGeometry, material: Three.Material = body(c)): Three.Mesh {
  const mesh = new c.three.Mesh(geometry, material);
  mesh.rotation.set(0.4, 0.5, 0);
  return mesh;
}

function spiral(): number[] {
  return Array.from({ length: 80 }, (_, at) => {
    const [angle, radius] = [at / 6, 0.2 + at / 80];
    return [Math.cos(angle) * radius, Math.sin(angle) * radius, 0];
  }).flat();
}

/** Water and its like look at a sky and bodies. */
function shore(c: Context): Three.Object3D[] {
  const ball = new c.three.Mesh(new c.three.SphereGeometry(0.5, 32, 16), body(c, { color: 0xff5544 }));
  ball.position.y = 0.4;
  const sky = new c.three.Mesh(
    new c.three.SphereGeometry(40, 32, 16),
    new c.three.MeshBasicMaterial({ color: 0x88aadd, side: c.three.BackSide }),
  );
  return [ball, sky];
}

export const cases: Readonly<Record<string, Case>> = {
  fatLines: async (c) => {
    const { Line2 } = await import("three/addons/lines/Line2.js");
    const { LineGeometry } = await import("three/addons/lines/LineGeometry.js");
    const { LineMaterial } = await import("three/addons/lines/LineMaterial.js");
    const geometry = new LineGeometry();
    geometry.setPositions(spiral());
    geometry.setColors(spiral().map((value) => Math.abs(value) % 1));
    return stage(c, new Line2(geometry, new LineMaterial({ linewidth: 8, vertexColors: true })));
  },
  fatDashes: async (c) => {
    const { Line2 } = await import("three/addons/lines/Line2.js");
    const { LineGeometry } = await import("three/addons/lines/LineGeometry.js");
    const { LineMaterial } = await import("three/addons/lines/LineMaterial.js");
    const geometry = new LineGeometry();
    geometry.setPositions(spiral());
    const dashes = { dashed: true, dashSize: 0.2, gapSize: 0.15, worldUnits: true, linewidth: 0.08 };
    const line = new Line2(geometry, new LineMaterial({ color: 0x66ffcc, ...dashes }));
    line.computeLineDistances();
    return stage(c, line);
  },
  fatWireframe: async (c) => {
    const { Wireframe } = await import("three/addons/lines/Wireframe.js");
    const { WireframeGeometry2 } = await import("three/addons/lines/WireframeGeometry2.js");
    const { LineMaterial } = await import("three/addons/lines/LineMaterial.js");
    const geometry = new WireframeGeometry2(new c.three.IcosahedronGeometry(1.2, 1));
    return stage(c, new Wireframe(geometry, new LineMaterial({ color: 0xffdd66, linewidth: 3 })));
  },
  marchingCubes: async (c) => {
    const { MarchingCubes } = await import("three/addons/objects/MarchingCubes.js");
    const cubes = new MarchingCubes(32, body(c, { vertexColors: true, color: 0xffffff }), false, true, 40_000);
    cubes.addBall(0.5, 0.5, 0.5, 0.6, 12, new c.three.Color(0xff6644));
    cubes.addBall(0.65, 0.6, 0.5, 0.5, 12, new c.three.Color(0x4466ff));
    cubes.addPlaneY(1, 12);
    cubes.update();
    return stage(c, cubes);
  },
  water: async (c) => {
    const { Water } = await import("three/addons/objects/Water.js");
    const water = new Water(new c.three.PlaneGeometry(40, 40), {
      ...{ textureWidth: 256, textureHeight: 256, waterColor: 0x224466, distortionScale: 2 },
      waterNormals: Object.assign(chequerTexture(c), {
        ...{ wrapS: c.three.RepeatWrapping, wrapT: c.three.RepeatWrapping, colorSpace: c.three.NoColorSpace },
      }),
    });
    water.rotation.x = -Math.PI / 2;
    const parts = stage(c, water, ...shore(c));
    parts.camera.position.y = 1;
    return parts;
  },
  refractor: async (c) => {
    const { Refractor } = await import("three/addons/objects/Refractor.js");
    const glass = new Refractor(new c.three.PlaneGeometry(1.4, 1.4), {
      ...{ color: 0x99ccff, textureWidth: 256, textureHeight: 256 },
    });
    glass.position.z = 1;
    return stage(c, glass, ...shore(c));
  },
  skyAndSun: async (c) => {
    const { Sky } = await import("three/addons/objects/Sky.js");
    const sky = new Sky();
    sky.scale.setScalar(50);
    const uniforms = sky.material.uniforms as Record<string, Three.IUniform>;
    uniforms["sunPosition"]?.value.setFromSphericalCoords(1, 1.5, 3.3);
    Object.assign(c.renderer, { toneMapping: c.three.ACESFilmicToneMapping, toneMappingExposure: 0.5 });
    return stage(c, sky);
  },
  convex: async (c) => {
    const { ConvexGeometry } = await import("three/addons/geometries/ConvexGeometry.js");
    const random = sequence(5);
    const points = Array.from({ length: 40 }, () =>
      new c.three.Vector3().setFromSphericalCoords(1.2, random() * 3.14, random() * 6.28),
    );
    return stage(c, turned(c, new ConvexGeometry(points), body(c, { flatShading: true })));
  },
  decal: async (c) => {
    const { DecalGeometry } = await import("three/addons/geometries/DecalGeometry.js");
    const ball = new c.three.Mesh(new c.three.SphereGeometry(1.2, 48, 32), body(c));
    ball.updateMatrixWorld();
    const place = new c.three.Vector3(0.3, 0.3, 1.1);
    const geometry = new DecalGeometry(ball, place, new c.three.Euler(0, 0, 0.4), new c.three.Vector3(1, 1, 1));
    const material = new c.three.MeshStandardMaterial({
      ...{ map: chequerTexture(c), polygonOffset: true, polygonOffsetFactor: -4, depthWrite: false },
    });
    return stage(c, ball, new c.three.Mesh(geometry, material));
  },
  parametric: async (c) => {
    const { ParametricGeometry } = await import("three/addons/geometries/ParametricGeometry.js");
    const { klein } = await import("three/addons/geometries/ParametricFunctions.js");
    const mesh = turned(c, new ParametricGeometry(klein, 40, 30));
    mesh.scale.setScalar(0.14);
    return stage(c, mesh);
  },
  roundedBox: async (c) => {
    const { RoundedBoxGeometry } = await import("three/addons/geometries/RoundedBoxGeometry.js");
    return stage(c, turned(c, new RoundedBoxGeometry(1.6, 1.6, 1.6, 6, 0.3)));
  },
  teapot: async (c) => {
    const { TeapotGeometry } = await import("three/addons/geometries/TeapotGeometry.js");
    return stage(c, turned(c, new TeapotGeometry(0.9, 10)));
  },
  merged: async (c) => {
    const { mergeGeometries, mergeVertices, toCreasedNormals } = await import(
      "three/addons/utils/BufferGeometryUtils.js"
    );
    const parts = [-1, 0, 1].map((x) => new c.three.TorusGeometry(0.5, 0.2, 12, 24).translate(x * 0.7, x * 0.3, 0));
    const geometry = toCreasedNormals(mergeVertices(mergeGeometries(parts)), 0.4);
    return stage(c, turned(c, geometry));
  },
  simplified: async (c) => {
    const { SimplifyModifier } = await import("three/addons/modifiers/SimplifyModifier.js");
    const geometry = await new SimplifyModifier().modify(new c.three.SphereGeometry(1.2, 24, 16), 200);
    return stage(c, turned(c, geometry, body(c, { flatShading: true })));
  },
  tessellated: async (c) => {
    const { TessellateModifier } = await import("three/addons/modifiers/TessellateModifier.js");
    const geometry = new TessellateModifier(0.3, 6).modify(new c.three.BoxGeometry(1.6, 1.6, 1.6).toNonIndexed());
    return stage(c, turned(c, geometry, new c.three.MeshBasicMaterial({ wireframe: true, color: 0x99ff99 })));
  },
  sampledSurface: async (c) => {
    const { MeshSurfaceSampler } = await import("three/addons/math/MeshSurfaceSampler.js");
    const knot = new c.three.Mesh(new c.three.TorusKnotGeometry(0.9, 0.3, 96, 16));
    const sampler = Object.assign(new MeshSurfaceSampler(knot), { randomFunction: sequence(9) }).build();
    const place = new c.three.Vector3();
    const positions = Array.from({ length: 1500 }, () => {
      sampler.sample(place);
      return place.toArray();
    }).flat();
    const geometry = new c.three.BufferGeometry();
    geometry.setAttribute("position", new c.three.Float32BufferAttribute(positions, 3));
    return stage(c, new c.three.Points(geometry, new c.three.PointsMaterial({ size: 0.05, color: 0xffcc88 })));
  },
  terrain: async (c) => {
    const { ImprovedNoise } = await import("three/addons/math/ImprovedNoise.js");
    const noise = new ImprovedNoise();
    const geometry = new c.three.PlaneGeometry(4, 4, 64, 64);
    const places = geometry.getAttribute("position");
    for (let at = 0; at < places.count; at += 1) {
      places.setZ(at, noise.noise(places.getX(at) * 2, places.getY(at) * 2, 0.5) * 0.5);
    }
    geometry.computeVertexNormals();
    const mesh = turned(c, geometry);
    mesh.rotation.set(-1, 0, 0.4);
    return stage(c, mesh);
  },
  lookUpColours: async (c) => {
    const { Lut } = await import("three/addons/math/Lut.js");
    const lut = new Lut("rainbow", 64);
    const geometry = new c.three.TorusGeometry(0.9, 0.4, 24, 64);
    const places = geometry.getAttribute("position");
    const colours = Array.from({ length: places.count }, (_, at) =>
      lut.getColor(places.getX(at) / 2.6 + 0.5).toArray(),
    );
    geometry.setAttribute("color", new c.three.Float32BufferAttribute(colours.flat(), 3));
    return stage(c, turned(c, geometry, body(c, { color: 0xffffff, vertexColors: true })));
  },
  groundedSky: async (c) => {
    const { GroundedSkybox } = await import("three/addons/objects/GroundedSkybox.js");
    const sky = new GroundedSkybox(chequerTexture(c), 2, 30, 64);
    sky.position.y = 1.5;
    return stage(c, sky, turned(c, new c.three.BoxGeometry(0.8, 0.8, 0.8)));
  },
  shadowMeshes: async (c) => {
    const { ShadowMesh } = await import("three/addons/objects/ShadowMesh.js");
    const knot = turned(c, new c.three.TorusKnotGeometry(0.5, 0.16, 96, 12));
    const floor = new c.three.Mesh(new c.three.PlaneGeometry(8, 8), body(c, { color: 0x99aa99 }));
    floor.rotation.x = -Math.PI / 2;
    floor.position.y = -1;
    const shadow = new ShadowMesh(knot);
    knot.updateMatrixWorld();
    const plane = new c.three.Plane(new c.three.Vector3(0, 1, 0), 0.99);
    shadow.update(plane, new c.three.Vector4(2, 4, 2, 0.001));
    const parts = stage(c, floor, knot, shadow);
    parts.camera.position.y = 0.8;
    return parts;
  },
  clonedSkins: async (c) => {
    const { clone } = await import("three/addons/utils/SkeletonUtils.js");
    const geometry = new c.three.CylinderGeometry(0.2, 0.2, 2, 12, 8);
    const places = geometry.getAttribute("position");
    const indices = Array.from({ length: places.count }, () => [0, 1, 0, 0]).flat();
    const weights = Array.from({ length: places.count }, (_, at) => {
      const upper = Math.min(1, Math.max(0, places.getY(at) + 0.5));
      return [1 - upper, upper, 0, 0];
    }).flat();
    geometry.setAttribute("skinIndex", new c.three.Uint16BufferAttribute(indices, 4));
    geometry.setAttribute("skinWeight", new c.three.Float32BufferAttribute(weights, 4));
    const [lower, upper] = [new c.three.Bone(), new c.three.Bone()];
    lower.add(upper);
    const mesh = new c.three.SkinnedMesh(geometry, body(c)).add(lower);
    mesh.bind(new c.three.Skeleton([lower, upper]));
    const meshes = [-1, 0, 1].map((x) => {
      const copy = clone(mesh) as Three.SkinnedMesh;
      copy.position.x = x;
      copy.skeleton.bones[1]?.rotation.set(0, 0, x * 0.8);
      return copy;
    });
    return stage(c, ...meshes);
  },
};
