/** Owns where things are in the picture: the pictures of the cameras, the time line, the moment, and the space that is left for the street. */

/** In pixels of the picture, from its top left. */
export type Rectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export type Layout = {
  /** How many pixels a pixel of the design is. */
  readonly unit: number;
  readonly cameras: readonly Rectangle[];
  readonly title: Rectangle;
  readonly timeLine: Rectangle;
  readonly moment: Rectangle;
  /** What nothing lies on. */
  readonly free: Rectangle;
};

type Size = { readonly width: number; readonly height: number };

const [MARGIN, GAP] = [14, 8];
/** A picture of a camera is so many times as wide as it is high. */
const SHAPE = 1242 / 375;

/** `hasPictures` is whether the cameras are shown. */
export function layoutOf(size: Size, hasPictures: boolean): Layout {
  return size.width < size.height ? upright(size, hasPictures) : wide(size, hasPictures);
}

/** The cameras at the left, times below. */
function wide({ width, height }: Size, hasPictures: boolean): Layout {
  const unit = Math.min(width / 1280, height / 720);
  const [margin, gap] = [MARGIN * unit, GAP * unit];
  const band = 178 * unit;
  const top = height - band - margin;
  const tall = Math.min((top - 2 * margin - 3 * gap) / 4, (width * 0.31) / SHAPE);
  const column = hasPictures ? tall * SHAPE : 0;
  const left = margin + (hasPictures ? column + margin : 0);
  const half = (width - 2 * margin - gap) * 0.6;
  const free = { x: left, y: 0, width: width - left, height: top };
  return {
    unit,
    cameras: [0, 1, 2, 3].map((at) => ({ x: margin, y: margin + at * (tall + gap), width: column, height: tall })),
    title: { x: left, y: margin, width: Math.min(430 * unit, width - left - margin), height: 92 * unit },
    timeLine: { x: margin, y: top, width: half, height: band },
    moment: { x: margin + half + gap, y: top, width: width - 2 * margin - gap - half, height: band },
    free,
  };
}

/** On a telephone: the cameras in two rows above, times below. */
function upright({ width, height }: Size, hasPictures: boolean): Layout {
  const unit = Math.min(width / 430, height / 760);
  const [margin, gap] = [10 * unit, 6 * unit];
  const half = (width - 2 * margin - gap) / 2;
  const tall = half / SHAPE;
  const title = { x: margin, y: margin, width: Math.min(width - 2 * margin, 430 * unit), height: 92 * unit };
  const first = title.y + title.height + gap;
  const below = first + (hasPictures ? 2 * (tall + gap) : 0);
  const [line, moment] = [150 * unit, 158 * unit];
  const top = height - margin - line - gap - moment;
  return {
    unit,
    cameras: [0, 1, 2, 3].map((at) => ({
      x: margin + (at % 2) * (half + gap),
      y: first + Math.floor(at / 2) * (tall + gap),
      width: half,
      height: tall,
    })),
    title,
    moment: { x: margin, y: top, width: width - 2 * margin, height: moment },
    timeLine: { x: margin, y: top + moment + gap, width: width - 2 * margin, height: line },
    free: { x: 0, y: below, width, height: top - below },
  };
}

export function isWithin({ x, y, width, height }: Rectangle, atX: number, atY: number): boolean {
  return atX >= x && atX < x + width && atY >= y && atY < y + height;
}
