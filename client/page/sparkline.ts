/** Owns a small chart of the last minute, drawn on a canvas without axes. */

const MAX_POINTS = 60;

export class Sparkline {
  readonly #canvas: HTMLCanvasElement;
  readonly #minTop: number;
  #values: (number | null)[] = [];

  /** `minTop` is the smallest value that the top of the chart stands for, so that noise near 0 stays low. */
  constructor(canvas: HTMLCanvasElement, minTop: number) {
    this.#canvas = canvas;
    this.#minTop = minTop;
  }

  /** Adds a value, null for a gap, and draws. */
  add(value: number | null): void {
    this.#values = [...this.#values, value].slice(-MAX_POINTS);
    this.#draw();
  }

  #draw(): void {
    const { clientWidth, clientHeight } = this.#canvas;
    const context = this.#canvas.getContext("2d");
    if (context === null || clientWidth === 0) return;
    const scale = devicePixelRatio;
    this.#canvas.width = Math.round(clientWidth * scale);
    this.#canvas.height = Math.round(clientHeight * scale);
    context.scale(scale, scale);
    const color = getComputedStyle(this.#canvas).color;
    const top = Math.max(this.#minTop, ...this.#values.map((value) => value ?? 0));
    const x = (index: number): number => clientWidth * (1 - (this.#values.length - 1 - index) / (MAX_POINTS - 1));
    const y = (value: number): number => clientHeight - 1.5 - (clientHeight - 3) * (value / top);
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineJoin = "round";
    context.lineWidth = 1.5;
    for (const run of runsOf(this.#values)) {
      context.beginPath();
      for (const [index, value] of run) context.lineTo(x(index), y(value));
      context.globalAlpha = 1;
      context.stroke();
      context.lineTo(x(run.at(-1)?.[0] ?? 0), clientHeight);
      context.lineTo(x(run[0]?.[0] ?? 0), clientHeight);
      context.globalAlpha = 0.14;
      context.fill();
    }
  }
}

/** The stretches without a gap, each point with its index. */
function runsOf(values: readonly (number | null)[]): [number, number][][] {
  const runs: [number, number][][] = [];
  let run: [number, number][] = [];
  for (const [index, value] of values.entries()) {
    if (value === null) {
      run = [];
      continue;
    }
    if (run.length === 0) runs.push(run);
    run.push([index, value]);
  }
  return runs;
}
