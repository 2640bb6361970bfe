/** Owns how pictures are turned that a camera took on its side, as its file says. Pure. */

export type PictureTurn = {
  /** FFmpeg's filters, each followed by a comma. */
  readonly filters: string;
  /** Whether width and height change places. */
  readonly isOnSide: boolean;
};

/** From the matrix of the track's header (ISO/IEC 14496-12 section 8.3.2), nine numbers as the machine has them; null for none. */
export function pictureTurn(matrix: Buffer | null): PictureTurn {
  if (matrix === null || matrix.length < 36) return { filters: "", isOnSide: false };
  const at = (index: number): number => matrix.readInt32LE(index * 4);
  const degrees = Math.round((Math.atan2(at(1), at(0)) * 180) / Math.PI);
  const quarter = (((Math.round(degrees / 90) % 4) + 4) % 4) as 0 | 1 | 2 | 3;
  switch (quarter) {
    case 0:
      return { filters: at(4) < 0 ? "vflip," : "", isOnSide: false };
    case 1:
      return { filters: `transpose=${at(3) > 0 ? "cclock_flip" : "clock"},`, isOnSide: true };
    case 2:
      return { filters: `${at(0) < 0 ? "hflip," : ""}${at(4) < 0 ? "vflip," : ""}`, isOnSide: false };
    case 3:
      return { filters: `transpose=${at(3) < 0 ? "clock_flip" : "cclock"},`, isOnSide: true };
  }
}
