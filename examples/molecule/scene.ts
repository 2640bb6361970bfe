/** A molecule of a PDB file: atoms, bonds, the hydrogen bonds that hold its helix, a label for each residue. Drag to turn it. */

import { cameraState, defineScene } from "scenecast/scene";
import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { PDBLoader } from "three/addons/loaders/PDBLoader.js";
import { Label, type Picture, titleOf } from "../drawing/label.ts";

type Atom = { readonly name: string; readonly residue: string; readonly place: THREE.Vector3 };

const ELEMENTS: Readonly<Record<string, { color: string; radius: number }>> = {
  C: { color: "#8b97b5", radius: 0.42 },
  N: { color: "#5b8cff", radius: 0.44 },
  O: { color: "#ff5d6c", radius: 0.44 },
};
const OTHER = { color: "#e0b34f", radius: 0.5 };
const BOND_RADIUS = 0.14;
/** From the oxygen of a residue to the nitrogen four further on, in ångströms. */
const HYDROGEN_BOND = 3.5;

export default defineScene({
  title: "Alpha helix",
  async setup({ size, clock, element }) {
    const text = await (await fetch("helix.pdb")).text();
    const { geometryAtoms, geometryBonds } = new PDBLoader().parse(text);
    const atoms = atomsOf(text);
    const molecule = new THREE.Group();
    const middle = new THREE.Box3().setFromPoints(atoms.map(({ place }) => place)).getCenter(new THREE.Vector3());
    molecule.add(ballsAt(geometryAtoms, atoms), sticksAlong(geometryBonds), hydrogenBonds(atoms));
    molecule.add(...labelsOf(atoms, size));
    molecule.position.copy(middle).negate();
    // The axis of the helix, from its first quarter to its last, lies across the picture.
    const axis = middleOf(atoms.slice(-20))
      .sub(middleOf(atoms.slice(0, 20)))
      .normalize();
    const turned = new THREE.Group().add(molecule);
    turned.quaternion.setFromUnitVectors(axis, new THREE.Vector3(0.985, 0.17, 0).normalize());

    const scene = new THREE.Scene();
    scene.background = new THREE.Color("#0a0d1b");
    scene.fog = new THREE.Fog("#0a0d1b", 26, 48);
    const sun = new THREE.DirectionalLight("#fff4e6", 2.6);
    sun.position.set(-4, 8, 7);
    const title = titleOf(size, "Poly-alanine, α helix\ngrey C, blue N, red O; dashed: hydrogen bonds");
    scene.add(turned, sun, new THREE.HemisphereLight("#cfdcff", "#43315a", 1.3), title);

    const camera = new THREE.PerspectiveCamera(30, size.width / size.height, 0.5, 120);
    camera.position.set(0, 3.4, 29);
    const controls = new OrbitControls(camera, element);
    controls.enableDamping = true;
    controls.minDistance = 6;
    controls.maxDistance = 70;
    controls.update();
    return {
      scene,
      camera,
      update() {
        controls.dampingFactor = 1 - Math.exp(-12 * clock.delta);
        return controls.update();
      },
      ...cameraState(camera, controls),
      dispose: () => controls.dispose(),
    };
  },
});

/** What PDBLoader leaves out: the names of atoms and their residues, by the columns of the format. */
function atomsOf(text: string): Atom[] {
  const lines = text.split("\n").filter((line) => /^(ATOM|HETATM)/.test(line));
  return lines.map((line) => ({
    name: line.slice(12, 16).trim(),
    residue: `${line.slice(17, 20).trim()} ${line.slice(22, 26).trim()}`,
    place: new THREE.Vector3(...[30, 38, 46].map((at) => Number(line.slice(at, at + 8)))),
  }));
}

function ballsAt(geometry: THREE.BufferGeometry, atoms: readonly Atom[]): THREE.InstancedMesh {
  const places = geometry.getAttribute("position");
  const material = new THREE.MeshPhongMaterial({ shininess: 70, specular: "#555555" });
  const mesh = new THREE.InstancedMesh(new THREE.SphereGeometry(1, 28, 18), material, places.count);
  const matrix = new THREE.Matrix4();
  for (let at = 0; at < places.count; at += 1) {
    const { color, radius } = ELEMENTS[atoms[at]?.name.slice(0, 1) ?? ""] ?? OTHER;
    matrix.makeScale(radius, radius, radius).setPosition(places.getX(at), places.getY(at), places.getZ(at));
    mesh.setMatrixAt(at, matrix);
    mesh.setColorAt(at, new THREE.Color(color));
  }
  return mesh;
}

/** PDBLoader gives each bond as a line from atom to atom. */
function sticksAlong(geometry: THREE.BufferGeometry): THREE.InstancedMesh {
  const ends = geometry.getAttribute("position");
  const stick = new THREE.CylinderGeometry(BOND_RADIUS, BOND_RADIUS, 1, 12, 1, true);
  const material = new THREE.MeshPhongMaterial({ color: "#c4cce0", shininess: 30, specular: "#333333" });
  const mesh = new THREE.InstancedMesh(stick, material, ends.count / 2);
  const [from, to, turn] = [new THREE.Vector3(), new THREE.Vector3(), new THREE.Quaternion()];
  for (let at = 0; at < mesh.count; at += 1) {
    from.fromBufferAttribute(ends, at * 2);
    to.fromBufferAttribute(ends, at * 2 + 1);
    const length = from.distanceTo(to);
    const middle = from.clone().lerp(to, 0.5);
    turn.setFromUnitVectors(new THREE.Vector3(0, 1, 0), to.sub(from).normalize());
    mesh.setMatrixAt(at, new THREE.Matrix4().compose(middle, turn, new THREE.Vector3(1, length, 1)));
  }
  return mesh;
}

function hydrogenBonds(atoms: readonly Atom[]): THREE.LineSegments {
  const ends = { O: atoms.filter(({ name }) => name === "O"), N: atoms.filter(({ name }) => name === "N") };
  const places = ends.O.flatMap((oxygen, residue) => {
    const nitrogen = ends.N[residue + 4];
    if (nitrogen === undefined || nitrogen.place.distanceTo(oxygen.place) > HYDROGEN_BOND) return [];
    return [oxygen.place, nitrogen.place];
  });
  const material = new THREE.LineDashedMaterial({ color: "#7fe9d0", dashSize: 0.22, gapSize: 0.16 });
  return new THREE.LineSegments(new THREE.BufferGeometry().setFromPoints(places), material).computeLineDistances();
}

/** A label at the end of each side chain, hidden by what is before it. */
function labelsOf(atoms: readonly Atom[], size: Picture): Label[] {
  return atoms.flatMap(({ name, residue, place }) => {
    const alpha = atoms.find((atom) => atom.name === "CA" && atom.residue === residue);
    if (name !== "CB" || alpha === undefined) return [];
    const label = new Label(size).write(residue, { size: 14, color: "#f1f4ff", plate: "#1b2340d0" });
    label.position.copy(place).lerp(alpha.place, -0.75);
    label.material.depthTest = true;
    return [label];
  });
}

function middleOf(atoms: readonly Atom[]): THREE.Vector3 {
  return atoms.reduce((sum, { place }) => sum.add(place), new THREE.Vector3()).divideScalar(atoms.length);
}
