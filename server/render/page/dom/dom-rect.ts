/** Owns the rectangle that elements tell of themselves. Render thread. */

/** What `getBoundingClientRect` returns. */
export class DomRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;

  constructor(x: number = 0, y: number = 0, width: number = 0, height: number = 0) {
    this.x = x;
    this.y = y;
    this.width = width;
    this.height = height;
  }

  get left(): number {
    return this.x;
  }
  get top(): number {
    return this.y;
  }
  get right(): number {
    return this.x + this.width;
  }
  get bottom(): number {
    return this.y + this.height;
  }

  toJSON(): object {
    const { x, y, width, height, left, top, right, bottom } = this;
    return { x, y, width, height, left, top, right, bottom };
  }
}
