/** Owns a small chart of the last minute, drawn on a canvas without axes: a line, or bars of parts that lie on each other. */

const MAX_POINTS = 60;

/** What there was in a second: the parts from below, one for a line; null for nothing. */
type Point = readonly number[] | null;

export class Sparkline {
  readonly #canvas: HTMLCanvasElement;
  readonly #minTop: number;
  #points: Point[] = [];

  /** `minTop` is the smallest value that the top of the chart stands for, so that noise near 0 stays low. */
  constructor(canvas: HTMLCanvasElement, minTop: number) {
    this.#canvas = canvas;
    this.#minTop = minTop;
  }

  /** Adds what there was in a second, and draws. */
  add(point: Point): void {
    this.#points = [...this.#points, point].slice(-MAX_POINTS);
    this.draw();
  }

  draw(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    const context = this.#canvas.getContext("2d");
    if (context === null || clientWidth === 0) return;
    this.#canvas.width = Math.round(clientWidth * devicePixelRatio);
    this.#canvas.height = Math.round(clientHeight * devicePixelRatio);
    context.scale(devicePixelRatio, devicePixelRatio);
    const top = Math.max(this.#minTop, ...this.#points.map((point) => sum(point ?? [])));
    const isStacked = this.#points.some((point) => (point?.length ?? 0) > 1);
    if (isStacked) this.#drawBars(context, clientWidth, clientHeight, top);
    else this.#drawLine(context, clientWidth, clientHeight, top);
  }

  /** Seconds without a press leave gaps, so bars and no line. Each part has the colour that the style calls `--part-1` and so on. */
  #drawBars(context: CanvasRenderingContext2D, width: number, height: number, top: number): void {
    const style = getComputedStyle(this.#canvas);
    const step = width / MAX_POINTS;
    for (const [index, point] of this.#points.entries()) {
      let y = height;
      for (const [part, value] of (point ?? []).entries()) {
        const tall = (height - 1) * (value / top);
        y -= tall;
        context.fillStyle = style.getPropertyValue(`--part-${part + 1}`);
        context.fillRect(width - (this.#points.length - index) * step, y, step * 0.8, tall);
      }
    }
  }

  #drawLine(context: CanvasRenderingContext2D, width: number, height: number, top: number): void {
    const x = (index: number): number => width * (1 - (this.#points.length - 1 - index) / (MAX_POINTS - 1));
    const y = (value: number): number => height - 1.5 - (height - 3) * (value / top);
    const { color } = getComputedStyle(this.#canvas);
    Object.assign(context, {
      strokeStyle: color,
      fillStyle: color,
      lineJoin: "round",
      lineCap: "round",
      lineWidth: 1.5,
    });
    for (const run of runsOf(this.#points)) {
      const [[first] = [0], [last] = [0]] = [run[0], run.at(-1)];
      context.beginPath();
      for (const [index, value] of run) context.lineTo(x(index), y(value));
      context.globalAlpha = 1;
      context.stroke();
      context.lineTo(x(last), height);
      context.lineTo(x(first), height);
      context.globalAlpha = 0.14;
      context.fill();
    }
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The stretches without a gap, each point with its index. */
function runsOf(points: readonly Point[]): [number, number][][] {
  const runs: [number, number][][] = [];
  let run: [number, number][] = [];
  for (const [index, point] of points.entries()) {
    if (point === null) {
      run = [];
      continue;
    }
    if (run.length === 0) runs.push(run);
    run.push([index, sum(point)]);
  }
  return runs;
}
