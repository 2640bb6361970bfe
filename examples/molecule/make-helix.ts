/**
 * Prints a PDB file of an alpha helix of alanines, from the standard lengths and angles of peptides (Engh and Huber, 1991)
 * and the helix's torsions: `node examples/molecule/make-helix.ts > examples/molecule/helix.pdb`.
 */

import { Vector3 } from "three";

const RESIDUES = 14;
/** Of the bonds N–CA, CA–C and C–N, in ångströms, and of the angles at CA, C and N, in degrees. */
const LENGTHS = { NA: 1.458, AC: 1.525, CN: 1.329, CO: 1.231, AB: 1.521 };
const ANGLES = { A: 111, C: 117.2, N: 121.7, O: 123, B: 110.5 };
/** φ, ψ and ω of a right-handed alpha helix, in degrees. */
const TORSIONS = { phi: -57, psi: -47, omega: 180 };

type Atom = { readonly name: string; readonly residue: number; readonly place: Vector3 };

/** The place at a length from `c`, an angle at it to `b`, and a torsion about b–c as seen from `a`; degrees. */
function beyond(a: Vector3, b: Vector3, c: Vector3, length: number, angle: number, torsion: number): Vector3 {
  const [bend, turn] = [(angle * Math.PI) / 180, (torsion * Math.PI) / 180];
  const along = c.clone().sub(b).normalize();
  const normal = b.clone().sub(a).cross(along).normalize();
  const side = normal.clone().cross(along);
  return c
    .clone()
    .addScaledVector(along, -length * Math.cos(bend))
    .addScaledVector(side, length * Math.sin(bend) * Math.cos(turn))
    .addScaledVector(normal, length * Math.sin(bend) * Math.sin(turn));
}

function helix(): Atom[] {
  const atoms: Atom[] = [];
  let n = new Vector3();
  let a = new Vector3(LENGTHS.NA, 0, 0);
  let c = beyond(new Vector3(0, 1, 0), n, a, LENGTHS.AC, ANGLES.A, TORSIONS.phi);
  for (let residue = 1; residue <= RESIDUES; residue += 1) {
    const nextN = beyond(n, a, c, LENGTHS.CN, ANGLES.C, TORSIONS.psi);
    const places = {
      N: n,
      CA: a,
      C: c,
      O: beyond(n, a, c, LENGTHS.CO, 360 - ANGLES.C - ANGLES.O, TORSIONS.psi + 180),
      // Of an L amino acid.
      CB: beyond(c, n, a, LENGTHS.AB, ANGLES.B, -122.6).clone(),
    };
    for (const [name, place] of Object.entries(places)) atoms.push({ name, residue, place });
    const nextA = beyond(a, c, nextN, LENGTHS.NA, ANGLES.N, TORSIONS.omega);
    c = beyond(c, nextN, nextA, LENGTHS.AC, ANGLES.A, TORSIONS.phi);
    [n, a] = [nextN, nextA];
  }
  return atoms;
}

function pdbOf(atoms: readonly Atom[]): string {
  const number = (value: number): string => value.toFixed(3).padStart(8);
  const lines = atoms.map(({ name, residue, place: { x, y, z } }, at) => {
    const start = `ATOM  ${String(at + 1).padStart(5)}  ${name.padEnd(3)} ALA A${String(residue).padStart(4)}    `;
    return `${start}${number(x)}${number(y)}${number(z)}  1.00  0.00          ${name.slice(0, 1).padStart(2)}`;
  });
  const bonds = atoms.flatMap((atom, from) =>
    atoms.flatMap(({ place }, to) => (to > from && place.distanceTo(atom.place) < 1.7 ? [[from + 1, to + 1]] : [])),
  );
  const links = bonds.map((bond) => `CONECT${bond.map((atom) => String(atom).padStart(5)).join("")}`);
  return ["HEADER    AN ALPHA HELIX OF ALANINES, BY STANDARD GEOMETRY", ...lines, "TER", ...links, "END"].join("\n");
}

console.log(pdbOf(helix()));
