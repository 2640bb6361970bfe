/**
 * Owns reading the three files of calibration: calib_cam_to_cam.txt, calib_velo_to_cam.txt and calib_imu_to_velo.txt. Each line is a
 * name, a colon and numbers; matrices stand row by row.
 */

import { FormatError, parseNumber, quoted } from "./format-error.ts";

/** Row by row. */
export type Matrix3x3 = readonly number[];
/** Row by row, three rows of four. */
export type Matrix3x4 = readonly number[];

/** From one frame of reference to another: R · x + T. */
export type RigidMotion = { readonly R: Matrix3x3; readonly T: readonly number[] };

export type CameraCalibration = {
  /** Of the picture as it was taken (extract) and rectified (sync): width and height in pixels. */
  readonly S: readonly number[];
  readonly SRect: readonly number[];
  readonly K: Matrix3x3;
  /** k1, k2, p1, p2, k3. */
  readonly D: readonly number[];
  /** From camera 0 to this one. */
  readonly R: Matrix3x3;
  readonly T: readonly number[];
  readonly RRect: Matrix3x3;
  readonly PRect: Matrix3x4;
};

/** The cameras by their numbers; null for one that the file does not have. */
export type Calibration = {
  readonly cameras: readonly (CameraCalibration | null)[];
  readonly veloToCam: RigidMotion;
  readonly imuToVelo: RigidMotion;
};

type Row = { readonly line: number; readonly values: readonly string[] };

export const CAMERAS = 4;

/** Throws FormatError, also where the file has none of the cameras. */
export function parseCamToCam(text: string, file: string): readonly (CameraCalibration | null)[] {
  const table = new Table(text, file);
  const cameras = Array.from({ length: CAMERAS }, (_, at) => cameraOf(table, `0${at}`));
  if (cameras.every((camera) => camera === null))
    throw new FormatError(file, table.lines, "a camera: lines that begin with S_00, K_00, D_00 and so on", "none");
  // Rectified pictures of all cameras lie in the frame of camera 0, rectified.
  if (cameras[0] === null) throw new FormatError(file, table.lines, "R_rect_00, which all cameras need", "none");
  return cameras;
}

/** Of calib_velo_to_cam.txt and calib_imu_to_velo.txt. Throws FormatError. */
export function parseRigidMotion(text: string, file: string): RigidMotion {
  const table = new Table(text, file);
  return { R: rotationOf(table, "R"), T: table.numbers("T", 3) };
}

function cameraOf(table: Table, id: string): CameraCalibration | null {
  const names = ["S", "K", "D", "R", "T", "S_rect", "R_rect", "P_rect"].map((name) => `${name}_${id}`);
  if (!names.some((name) => table.has(name))) return null;
  return {
    S: sizeOf(table, `S_${id}`),
    K: table.numbers(`K_${id}`, 9),
    D: table.numbers(`D_${id}`, 5),
    R: rotationOf(table, `R_${id}`),
    T: table.numbers(`T_${id}`, 3),
    SRect: sizeOf(table, `S_rect_${id}`),
    RRect: rotationOf(table, `R_rect_${id}`),
    PRect: projectionOf(table, `P_rect_${id}`),
  };
}

function sizeOf(table: Table, name: string): readonly number[] {
  const size = table.numbers(name, 2);
  if (size.some((side) => !Number.isInteger(side) || side < 1 || side > 16_384))
    throw table.error(name, "a width and a height in pixels, from 1 to 16384");
  return size;
}

/** As K · [I | b]: focal lengths, a centre, and where the camera stands. */
function projectionOf(table: Table, name: string): Matrix3x4 {
  const matrix = table.numbers(name, 12);
  const fixed = [
    [1, 0],
    [4, 0],
    [8, 0],
    [9, 0],
    [10, 1],
  ] as const;
  const [fx = 0, , , , , fy = 0] = matrix;
  if (fixed.some(([at, value]) => matrix[at] !== value) || !(fx > 0 && fy > 0))
    throw table.error(name, "a projection: fx 0 cx tx 0 fy cy ty 0 0 1 tz");
  return matrix;
}

/** Its rows have the length 1 and stand on each other, but for rounding. */
function rotationOf(table: Table, name: string): Matrix3x3 {
  const matrix = table.numbers(name, 9);
  for (let a = 0; a < 3; a += 1) {
    for (let b = a; b < 3; b += 1) {
      const product = [0, 1, 2].reduce((sum, at) => sum + (matrix[a * 3 + at] ?? 0) * (matrix[b * 3 + at] ?? 0), 0);
      if (Math.abs(product - (a === b ? 1 : 0)) > 1e-3)
        throw table.error(name, "a rotation: nine numbers in three rows");
    }
  }
  return matrix;
}

/** The lines of a file by their names. */
class Table {
  /** How many lines there are. */
  readonly lines: number;
  readonly #file: string;
  readonly #rows = new Map<string, Row>();

  constructor(text: string, file: string) {
    this.#file = file;
    const lines = text.split(/\r?\n/);
    this.lines = lines.length;
    lines.forEach((line, at) => {
      if (line.trim() === "") return;
      const [, name, rest = ""] = /^\s*([A-Za-z]\w*):(.*)$/.exec(line) ?? [];
      if (name === undefined) throw new FormatError(file, at + 1, 'a name, ":" and values', quoted(line));
      if (this.#rows.has(name)) throw new FormatError(file, at + 1, `${name} only once`, "it a second time");
      this.#rows.set(name, { line: at + 1, values: rest.trim() === "" ? [] : rest.trim().split(/\s+/) });
    });
  }

  has(name: string): boolean {
    return this.#rows.has(name);
  }

  numbers(name: string, count: number): readonly number[] {
    const row = this.#rows.get(name);
    const wanted = `${name}: with ${count} numbers`;
    if (row === undefined) throw new FormatError(this.#file, this.lines, wanted, `the end of the file without ${name}`);
    if (row.values.length !== count) throw new FormatError(this.#file, row.line, wanted, String(row.values.length));
    return row.values.map((value) => parseNumber(value, this.#file, row.line, name));
  }

  error(name: string, expected: string): FormatError {
    const { line, values } = this.#rows.get(name) ?? { line: null, values: [] };
    return new FormatError(this.#file, line, `${name}: ${expected}`, quoted(values.join(" ")));
  }
}
