/** Owns the picture of a soak: a small plot for each measure, as SVG. Pure. */

import type { Verdict } from "./measures.ts";
import type { Sample } from "./trend.ts";

const WIDTH = 300;
const HEIGHT = 120;
const GAP = 40;
const COLUMNS = 4;

export function soakPlot(verdicts: readonly Verdict[], minutes: number): string {
  const rows = Math.ceil(verdicts.length / COLUMNS);
  const [width, height] = [COLUMNS * (WIDTH + GAP) + GAP, rows * (HEIGHT + GAP) + GAP];
  const plots = verdicts.map((verdict, index) => {
    const x = GAP + (index % COLUMNS) * (WIDTH + GAP);
    const y = GAP + Math.floor(index / COLUMNS) * (HEIGHT + GAP);
    return `<g transform="translate(${x} ${y})">${plotOf(verdict, minutes)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    ...plots,
    "</svg>\n",
  ].join("\n");
}

function plotOf({ series, isLevel }: Verdict, minutes: number): string {
  const all = series.runs.flat().map(([, value]) => value);
  // From nothing, so that what looks steep is steep.
  const most = Math.max(1e-9, ...all);
  const point = ([at, value]: Sample): string =>
    `${((at / minutes) * WIDTH).toFixed(1)},${(HEIGHT * (1 - value / most)).toFixed(1)}`;
  const lines = series.runs.map(
    (run) => `<polyline fill="none" stroke="${isLevel ? "#1464a0" : "#c02020"}" points="${run.map(point).join(" ")}"/>`,
  );
  return [
    `<text y="-6">${escaped(`${series.of}: ${series.measure.name}${isLevel ? "" : " – creeps"}`)}</text>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="none" stroke="#ccc"/>`,
    `<text x="${WIDTH}" y="-6" text-anchor="end" fill="#666">${most.toFixed(most < 10 ? 1 : 0)}</text>`,
    `<text x="${WIDTH}" y="${HEIGHT + 13}" text-anchor="end" fill="#666">${minutes.toFixed(0)} min</text>`,
    ...lines,
  ].join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
