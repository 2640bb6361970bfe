/**
 * Owns where a pointer lies in a picture that the page shows turned, mirrored, skewed, zoomed or in perspective. Pure. Such
 * a picture is a quadrangle in the viewport, whose corners the browser knows; from these follows every point in it.
 */

import type { PicturePoint } from "./picture-rectangle.ts";

/** A position in the viewport, in CSS pixels. */
export type ViewportPoint = { readonly x: number; readonly y: number };

/** Where the corners of the picture are: left and right of the upper side, then of the lower one, as the scene has them. */
export type Corners = readonly [ViewportPoint, ViewportPoint, ViewportPoint, ViewportPoint];

/** Smaller than this part of what it is made of is nothing: the picture is seen from its edge. */
const NOTHING = 1e-9;

/**
 * The point in the picture under a position of the viewport, outside of 0 to 1 where that is beside it; null where the
 * picture has no area, and beyond its horizon.
 */
export function pointInPlane([p, q, r, s]: Corners, x: number, y: number): PicturePoint | null {
  // Heckbert's square to quadrangle, with the corners in the order p (0, 0), q (1, 0), s (1, 1), r (0, 1).
  const [ux, uy] = [q.x - s.x, q.y - s.y];
  const [vx, vy] = [r.x - s.x, r.y - s.y];
  const [wx, wy] = [p.x - q.x + s.x - r.x, p.y - q.y + s.y - r.y];
  const area = ux * vy - vx * uy;
  if (Math.abs(area) <= NOTHING * (ux * ux + uy * uy + vx * vx + vy * vy)) return null;
  const g = (wx * vy - vx * wy) / area;
  const h = (ux * wy - wx * uy) / area;
  // What takes the picture to the viewport: ((a, b, p.x), (d, e, p.y), (g, h, 1)).
  const [a, b] = [q.x - p.x + g * q.x, r.x - p.x + h * r.x];
  const [d, e] = [q.y - p.y + g * q.y, r.y - p.y + h * r.y];
  // Its adjoint takes the viewport to the picture.
  const depth = (d * h - e * g) * x + (b * g - a * h) * y + (a * e - b * d);
  if (depth === 0) return null;
  const across = (e - p.y * h) * x + (p.x * h - b) * y + (b * p.y - p.x * e);
  const down = (p.y * g - d) * x + (a - p.x * g) * y + (p.x * d - a * p.y);
  const point = { x: across / depth, y: down / depth };
  // Behind the horizon of a picture in perspective the same lines come from its other side.
  return 1 + g * point.x + h * point.y > 0 && Number.isFinite(point.x) && Number.isFinite(point.y) ? point : null;
}
