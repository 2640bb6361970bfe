/** Owns what CSS2DRenderer, and pages that do the same by hand, write as an element's `transform`. Pure. */

const NUMBER = String.raw`\s*(-?[\d.]+(?:e[-+]?\d+)?)`;
const PATTERN = new RegExp(
  `^\\s*translate\\(${NUMBER}%,${NUMBER}%\\s*\\)\\s*translate\\(${NUMBER}px,${NUMBER}px\\s*\\)(?:\\s*rotate\\(${NUMBER}(rad|deg)\\s*\\))?\\s*$`,
);

/** Where a label is: moved by parts of its own size, then by pixels, and turned clockwise about its transform's origin. */
export type LabelPlace = {
  readonly partX: number;
  readonly partY: number;
  readonly x: number;
  readonly y: number;
  readonly radians: number;
};

/** Null for what is none of theirs. */
export function labelPlace(transform: string): LabelPlace | null {
  const [found, partX, partY, x, y, angle = "0", unit] = PATTERN.exec(transform) ?? [];
  if (found === undefined) return null;
  const turn = Number(angle) * (unit === "deg" ? Math.PI / 180 : 1);
  return { partX: Number(partX) / 100, partY: Number(partY) / 100, x: Number(x), y: Number(y), radians: turn };
}

export function isLabelTransform(transform: string): boolean {
  return PATTERN.test(transform);
}
