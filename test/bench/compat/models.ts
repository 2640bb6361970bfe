/** Cases: models and data by three's own loaders. */

import type * as Three from "three";
import type { GLTF } from "three/addons/loaders/GLTFLoader.js";
import { addonUrl, assetUrl, type Case, type Context, stage } from "./case.ts";

/** A glTF file, slightly turned. */
async function gltf(c: Context, name: string): Promise<ReturnType<typeof stage>> {
  const { scene } = await loadedGltf(c, name);
  scene.rotation.set(-0.3, 0.4, 0);
  return stage(c, scene);
}

async function loadedGltf(c: Context, name: string): Promise<GLTF> {
  const { GLTFLoader } = await import("three/addons/loaders/GLTFLoader.js");
  const { DRACOLoader } = await import("three/addons/loaders/DRACOLoader.js");
  const { KTX2Loader } = await import("three/addons/loaders/KTX2Loader.js");
  const { MeshoptDecoder } = await import("three/addons/libs/meshopt_decoder.module.js");
  const draco = new DRACOLoader().setDecoderPath(addonUrl("libs/draco/gltf/"));
  const ktx2 = new KTX2Loader().setTranscoderPath(addonUrl("libs/basis/")).detectSupport(c.renderer);
  const loader = new GLTFLoader().setDRACOLoader(draco).setKTX2Loader(ktx2).setMeshoptDecoder(MeshoptDecoder);
  const loaded = await loader.loadAsync(assetUrl(name));
  draco.dispose();
  ktx2.dispose();
  return loaded;
}

/** The triangle that the small files hold: two wide, three high, from its corner. */
function part(c: Context, geometry: Three.BufferGeometry, material: Three.Material): ReturnType<typeof stage> {
  if (!geometry.hasAttribute("normal")) geometry.computeVertexNormals();
  return placed(c, new c.three.Mesh(geometry, material));
}

function placed(c: Context, object: Three.Object3D): ReturnType<typeof stage> {
  object.position.set(-0.8, -1.2, 0);
  object.rotation.set(-0.2, 0.3, 0.1);
  return stage(c, object);
}

const plain = (c: Context, settings: Three.MeshStandardMaterialParameters = {}) =>
  new c.three.MeshStandardMaterial({ color: 0x66bbff, side: c.three.DoubleSide, ...settings });

export const cases: Readonly<Record<string, Case>> = {
  gltfEmbedded: (c) => gltf(c, "embedded.gltf"),
  gltfOutside: (c) => gltf(c, "outside.gltf"),
  gltfDraco: (c) => gltf(c, "draco.gltf"),
  gltfMeshopt: (c) => gltf(c, "meshopt.gltf"),
  gltfKtx2: (c) => gltf(c, "ktx2.gltf"),
  gltfSkinned: (c) => gltf(c, "skin.gltf"),
  /** Written by three's exporter, read again. */
  gltfExported: async (c) => {
    const { GLTFExporter } = await import("three/addons/exporters/GLTFExporter.js");
    const { GLTFLoader } = await import("three/addons/loaders/GLTFLoader.js");
    const { scene: quad } = await loadedGltf(c, "embedded.gltf");
    const knot = new c.three.Mesh(new c.three.TorusKnotGeometry(0.6, 0.2, 64, 12), plain(c, { metalness: 0.2 }));
    knot.position.z = 0.4;
    const file = await new GLTFExporter().parseAsync([quad, knot], { binary: true });
    const { scene } = await new GLTFLoader().parseAsync(file as ArrayBuffer, "");
    return stage(c, scene);
  },
  objAndMtl: async (c) => {
    const { MTLLoader } = await import("three/addons/loaders/MTLLoader.js");
    const { OBJLoader } = await import("three/addons/loaders/OBJLoader.js");
    // The image of a material is not waited for by the loader that asks for it.
    const manager = new c.three.LoadingManager();
    const allLoaded = new Promise<void>((resolve) => Object.assign(manager, { onLoad: resolve }));
    const materials = await new MTLLoader(manager).loadAsync(assetUrl("part.mtl"));
    materials.preload();
    const object = await new OBJLoader(manager).setMaterials(materials).loadAsync(assetUrl("part.obj"));
    await allLoaded;
    return placed(c, object);
  },
  ply: async (c) => {
    const { PLYLoader } = await import("three/addons/loaders/PLYLoader.js");
    const geometry = await new PLYLoader().loadAsync(assetUrl("part.ply"));
    return part(c, geometry, plain(c, { color: 0xffffff, vertexColors: true }));
  },
  stl: async (c) => {
    const { STLLoader } = await import("three/addons/loaders/STLLoader.js");
    return part(c, await new STLLoader().loadAsync(assetUrl("part.stl")), plain(c));
  },
  pcd: async (c) => {
    const { PCDLoader } = await import("three/addons/loaders/PCDLoader.js");
    const points = await new PCDLoader().loadAsync(assetUrl("cloud.pcd"));
    points.material.size = 0.5;
    return placed(c, points);
  },
  pdb: async (c) => {
    const { PDBLoader } = await import("three/addons/loaders/PDBLoader.js");
    const { geometryAtoms, geometryBonds, json } = await new PDBLoader().loadAsync(assetUrl("water.pdb"));
    const places = geometryAtoms.getAttribute("position");
    const colours = geometryAtoms.getAttribute("color");
    const atoms = json.atoms.map((_, index) => {
      const color = new c.three.Color().fromBufferAttribute(colours, index);
      const atom = new c.three.Mesh(new c.three.IcosahedronGeometry(0.3, 3), plain(c, { color }));
      return atom.translateX(places.getX(index)).translateY(places.getY(index)).translateZ(places.getZ(index));
    });
    const bonds = new c.three.LineSegments(geometryBonds, new c.three.LineBasicMaterial({ color: 0xffffff }));
    return stage(c, bonds, ...atoms);
  },
  nrrd: async (c) => {
    const { NRRDLoader } = await import("three/addons/loaders/NRRDLoader.js");
    const volume = await new NRRDLoader().loadAsync(assetUrl("volume.nrrd"));
    const [lowest = 0, highest = 1] = volume.computeMinMax();
    Object.assign(volume, { windowLow: lowest, windowHigh: highest, lowerThreshold: lowest, upperThreshold: highest });
    // Its slices are canvases that make textures of themselves.
    const slice = volume.extractSlice("z", 1);
    slice.mesh.scale.setScalar(0.8);
    return stage(c, slice.mesh);
  },
  vtk: async (c) => {
    const { VTKLoader } = await import("three/addons/loaders/VTKLoader.js");
    return part(c, await new VTKLoader().loadAsync(assetUrl("part.vtk")), plain(c));
  },
  vtkXml: async (c) => {
    const { VTKLoader } = await import("three/addons/loaders/VTKLoader.js");
    return part(c, await new VTKLoader().loadAsync(assetUrl("part.vtp")), plain(c));
  },
  objectJson: async (c) => {
    const made = new c.three.Group().add(
      new c.three.Mesh(new c.three.CapsuleGeometry(0.5, 0.8, 8, 24), plain(c, { color: 0xff8866 })),
    );
    const texture = await new c.three.TextureLoader().loadAsync(assetUrl("quad.png"));
    const box = new c.three.Mesh(
      new c.three.BoxGeometry(0.8, 0.8, 0.8),
      new c.three.MeshBasicMaterial({ map: texture }),
    );
    box.position.x = 1.2;
    made.add(box);
    return stage(c, await new c.three.ObjectLoader().parseAsync(JSON.parse(JSON.stringify(made.toJSON()))));
  },
};
