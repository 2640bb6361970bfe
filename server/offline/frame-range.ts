/** Owns which frames are rendered, and the pieces that they are rendered in. Pure. */

/** Frames by their numbers, the last one included. */
export type FrameRange = { readonly first: number; readonly last: number };

const MAX_FRAME = 10_000_000;
/** Frames of a piece, where nothing else is said: as many as are worth starting a process, and not too many to be done again. */
const USUAL_PIECE = 120;

/** Reads `0..599`, or `42` for one frame, as a command line has them. Whether there are such frames is not looked at. Throws `TypeError`. */
export function parseFrameRange(text: string): FrameRange {
  const [, first, last = first] = /^(\d{1,8})(?:\.\.(\d{1,8}))?$/.exec(text) ?? [];
  if (first === undefined) throw new TypeError(`--frames must be written like 0..599, not ${text}.`);
  return { first: Number(first), last: Number(last) };
}

/** Throws `TypeError` where there are no such frames. */
export function checkedRange({ first, last }: FrameRange): FrameRange {
  const isFrame = (frame: number): boolean => Number.isInteger(frame) && frame >= 0 && frame <= MAX_FRAME;
  if (!isFrame(first) || !isFrame(last)) {
    throw new TypeError(`options.frames must be whole numbers from 0 to ${MAX_FRAME}.`);
  }
  if (last < first) throw new TypeError(`options.frames must not end at ${last}, before they begin at ${first}.`);
  return { first, last };
}

export function countOf({ first, last }: FrameRange): number {
  return last - first + 1;
}

/** Pieces of about as many frames each, in order. They hang on the frames alone, never on who renders them. */
export function piecesOf(range: FrameRange, framesOfPiece: number | null): readonly FrameRange[] {
  const count = countOf(range);
  const length = framesOfPiece ?? Math.ceil(count / Math.ceil(count / USUAL_PIECE));
  return Array.from({ length: Math.ceil(count / length) }, (_, at) => {
    const first = range.first + at * length;
    return { first, last: Math.min(range.last, first + length - 1) };
  });
}
