/** Owns the way that the car of a generated drive takes: a winding lane, and how fast it is where. */

/** The car at a time: metres and radians on the ground, x to the east and y to the north, and the derivatives of them. */
export type CarState = {
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  readonly speed: number;
  readonly acceleration: number;
  /** To the left. */
  readonly lateral: number;
  readonly yawRate: number;
};

const [MEAN_SPEED, SPEED_SWING, SPEED_PERIOD] = [8, 3, 9];
/** The lane turns to and fro by this angle, once in so many metres. */
const [TURN, TURN_LENGTH] = [0.42, 130];
/** To the north-east, so that both coordinates change. */
const COURSE = 0.5;
const STEP = 0.05;
/** The lane begins before the car and goes on after it. */
const BEFORE = 80;

export class DrivePath {
  readonly length: number;
  readonly #x: Float64Array;
  readonly #y: Float64Array;

  /** `seconds` is how long the drive takes. */
  constructor(seconds: number) {
    this.length = travelled(seconds) + 2 * BEFORE;
    const count = Math.ceil(this.length / STEP) + 2;
    [this.#x, this.#y] = [new Float64Array(count), new Float64Array(count)];
    for (let at = 1; at < count; at += 1) {
      // The middle of a step, which is exact to its third power.
      const heading = this.headingAt((at - 0.5) * STEP);
      this.#x[at] = (this.#x[at - 1] ?? 0) + Math.cos(heading) * STEP;
      this.#y[at] = (this.#y[at - 1] ?? 0) + Math.sin(heading) * STEP;
    }
  }

  /** How far along the lane the car is. */
  carAt(seconds: number): number {
    return BEFORE + travelled(seconds);
  }

  headingAt(along: number): number {
    return COURSE + TURN * Math.sin((2 * Math.PI * along) / TURN_LENGTH);
  }

  /** A place so far along the lane, and so far to its left. */
  placeAt(along: number, left: number): { readonly x: number; readonly y: number; readonly heading: number } {
    const heading = this.headingAt(along);
    const at = Math.min(Math.max(along / STEP, 0), this.#x.length - 2);
    const [before, part] = [Math.floor(at), at % 1];
    const between = (values: Float64Array) => (values[before] ?? 0) * (1 - part) + (values[before + 1] ?? 0) * part;
    return {
      x: between(this.#x) - Math.sin(heading) * left,
      y: between(this.#y) + Math.cos(heading) * left,
      heading,
    };
  }

  stateAt(seconds: number): CarState {
    const along = this.carAt(seconds);
    const { x, y, heading } = this.placeAt(along, 0);
    const turn = (2 * Math.PI) / SPEED_PERIOD;
    const speed = MEAN_SPEED + SPEED_SWING * Math.sin(turn * seconds);
    const acceleration = SPEED_SWING * turn * Math.cos(turn * seconds);
    const curvature = TURN * ((2 * Math.PI) / TURN_LENGTH) * Math.cos((2 * Math.PI * along) / TURN_LENGTH);
    const lateral = speed * speed * curvature;
    // The body nods when it brakes and leans out of a bend.
    const [pitch, roll] = [-0.004 * acceleration, 0.006 * lateral];
    return { x, y, yaw: heading, pitch, roll, speed, acceleration, lateral, yawRate: speed * curvature };
  }
}

/** The integral of the speed. */
function travelled(seconds: number): number {
  const turn = (2 * Math.PI) / SPEED_PERIOD;
  return MEAN_SPEED * seconds + (SPEED_SWING / turn) * (1 - Math.cos(turn * seconds));
}
