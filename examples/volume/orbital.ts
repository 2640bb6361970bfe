/** A scalar field to look into: the wave function of hydrogen's electron in the orbital 4d of m = 0, by its formula. */

import * as THREE from "three";

/** Half the side of the cube that is sampled, in Bohr radii. */
export const EXTENT = 33;

/** Samples along each side, so `side`³ of them, from -1 to 1 of the largest absolute value, as bytes from 0 to 255. */
export function sampleOrbital(side: number): THREE.Data3DTexture {
  const values = new Float32Array(side ** 3);
  let largest = 0;
  for (let at = 0; at < values.length; at += 1) {
    const [x, y, z] = [at % side, Math.floor(at / side) % side, Math.floor(at / side ** 2)];
    const place = (index: number): number => (((index + 0.5) / side) * 2 - 1) * EXTENT;
    values[at] = waveFunction(place(x), place(y), place(z));
    largest = Math.max(largest, Math.abs(values[at] ?? 0));
  }
  const bytes = Uint8Array.from(values, (value) => Math.round(127.5 + (value / largest) * 127.5));
  const texture = new THREE.Data3DTexture(bytes, side, side, side);
  texture.format = THREE.RedFormat;
  texture.minFilter = THREE.LinearFilter;
  texture.magFilter = THREE.LinearFilter;
  texture.unpackAlignment = 1;
  texture.needsUpdate = true;
  return texture;
}

/** n = 4, l = 2, m = 0, without its factor; the axis is y, which points up here. */
function waveFunction(x: number, y: number, z: number): number {
  const radius = Math.hypot(x, y, z);
  const rho = radius / 2;
  const cosine = radius === 0 ? 0 : y / radius;
  return rho ** 2 * (6 - rho) * Math.exp(-rho / 2) * (3 * cosine ** 2 - 1);
}
