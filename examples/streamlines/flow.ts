/** A flow by its formula, and the lines that follow it. */

import { Vector3 } from "three";

const SWIRL = 2.2;

/**
 * The velocity at a place, into `into`: Hill's spherical vortex (1894) of radius 1 in a stream of speed 1 along x, turning
 * about its axis besides. It is smooth across the sphere and has no sources.
 */
export function velocityAt({ x, y, z }: Vector3, into: Vector3): Vector3 {
  const across = y * y + z * z;
  const distance2 = across + x * x;
  if (distance2 < 1) {
    const swirl = SWIRL * (1 - distance2);
    return into.set(-1.5 * (1 - 2 * across - x * x), -1.5 * x * y - swirl * z, -1.5 * x * z + swirl * y);
  }
  const fall3 = distance2 ** -1.5;
  const fall5 = fall3 / distance2;
  return into.set(1 - fall3 + 1.5 * across * fall5, -1.5 * x * y * fall5, -1.5 * x * z * fall5);
}

/** Follows the flow from a place by Runge and Kutta's method of fourth order, a step a point, while `isInside`. */
export function follow(start: Vector3, step: number, most: number, isInside: (place: Vector3) => boolean): Vector3[] {
  const line = [start.clone()];
  const [k1, k2, k3, k4, probe] = [new Vector3(), new Vector3(), new Vector3(), new Vector3(), new Vector3()];
  while (line.length < most) {
    const from = line.at(-1) ?? start;
    velocityAt(from, k1);
    // Steps of one length, whatever the speed.
    const time = step / Math.max(k1.length(), 0.05);
    velocityAt(probe.copy(from).addScaledVector(k1, time / 2), k2);
    velocityAt(probe.copy(from).addScaledVector(k2, time / 2), k3);
    velocityAt(probe.copy(from).addScaledVector(k3, time), k4);
    const next = from.clone().addScaledVector(k1.add(k4).addScaledVector(k2.add(k3), 2), time / 6);
    if (!isInside(next)) break;
    line.push(next);
  }
  return line;
}
